"""Population parameters of the setting of TACE and ablation, and constants as the equations of both use them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.disease.model import SurgeEffect
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.procedure_harm import Harm, harm_of


class LocoregionalConstants(NamedTuple):
    """What all patients and arms of a trial with TACE or ablation share; plain floats, logits at 30 mm."""

    surge: SurgeEffect
    complete_logit: float
    size_slope: float
    partial_logit: float
    cured_share: float
    permanent_share: float  # of a session's injury
    session_harm: Harm
    seed_ml: float
    ablation_complete_logit: float
    ablation_size_slope: float
    incomplete_left: float
    residue_logit: float
    residue_slope: float
    ablation_harm: Harm
    lesion_factor: float  # intensity of new lesions in this setting over that of advanced disease
    vessel_dependent_share: float  # of new lesions
    albumin_share: float


def in_procedures_setting(parameters: Parameters) -> Parameters:
    """The parameters of tumours that are embolised or ablated, where those of advanced disease do not hold.

    Growth is that of untreated tumours under observation, as it was measured; the fit's is that of patients whom
    systemic trials enrol. Their hazard of death from cancer is another than that of trial patients with the same
    covariates, and dead tissue is dead.
    """
    p = parameters
    return p.with_values(
        {
            "growth.doubling_time_days": p["tace.doubling_time_days"],
            "growth.asia_log_ratio": p["tace.asia_growth_log_ratio"],
            "hazards.cancer_rate_per_month": p["hazards.cancer_rate_per_month"]
            * float(np.exp(p["tace.cancer_log_hazard_ratio"])),
            "hazards.necrosis_weight": p["tace.necrosis_weight"],
        }
    )


def locoregional_constants(parameters: Parameters, *, adjuvant: bool) -> LocoregionalConstants:
    """Collect the constants.

    Parameters
    ----------
    adjuvant
        Whether the trial's tumours are ablated or resected: new lesions then come at the rate after ablation, and only
        a share of them needs vessels.
    """
    p = parameters
    setting = "ablation" if adjuvant else "tace"
    median = p["hazards.new_lesion_rate_per_month"] * mean_relative_intensity(p)
    return LocoregionalConstants(
        surge=SurgeEffect(p["tace.surge_gain"], p["tace.surge_decay_per_day"]),
        complete_logit=_logit(p["tace.complete_share_30_mm"]),
        size_slope=p["tace.size_log_slope"],
        partial_logit=_logit(p["tace.partial_kill"]),
        cured_share=p["tace.cured_share"],
        permanent_share=p["tace.injury_permanent_share"],
        session_harm=harm_of("tace", p),
        seed_ml=p["tace.seed_ml"],
        ablation_complete_logit=_logit(p["ablation.complete_share_30_mm"]),
        ablation_size_slope=p["ablation.size_log_slope"],
        incomplete_left=1.0 - p["ablation.incomplete_kill"],
        residue_logit=_logit(p["ablation.residue_share_30_mm"]),
        residue_slope=p["ablation.residue_size_log_slope"],
        ablation_harm=harm_of("ablation", p),
        lesion_factor=p[f"{setting}.new_lesion_rate_per_month"] / median,
        vessel_dependent_share=p["ablation.vessel_dependent_share"] if adjuvant else 1.0,
        albumin_share=p["liver.albumin_share"],
    )


def mean_relative_intensity(p: Parameters) -> float:
    """Mean intensity of new lesions among Asian patients, relative to the median patient elsewhere.

    A published rate is a mean over patients, at the start, when those with fast disease are still among them. The
    cohorts that the rates come from are Asian (`locoregional_derivation`).
    """
    of_growth = p["hazards.new_lesion_growth_exponent"]
    log_variance = (of_growth * p["growth.doubling_time_log_sd"]) ** 2 + p["hazards.new_lesion_log_sd"] ** 2
    return float(np.exp(0.5 * log_variance - of_growth * p["growth.asia_log_ratio"]))


def _logit(share: float) -> float:
    """Logit; shares of 0 and 1 stand for never and always."""
    with np.errstate(divide="ignore"):
        return float(np.log(share) - np.log1p(-share))
