"""Population constants of TACE and ablation, as the equations of `tace` and `ablation` use them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.disease.model import SurgeEffect
from hepatrial.disease.parameters import Parameters


class LocoregionalConstants(NamedTuple):
    """What all patients and arms of a trial with TACE or ablation share; plain floats, logits at 30 mm."""

    surge: SurgeEffect
    complete_logit: float
    size_slope: float
    partial_logit: float
    cured_share: float
    permanent_share: float  # of a session's injury
    seed_ml: float
    ablation_complete_logit: float
    ablation_size_slope: float
    incomplete_left: float
    residue_logit: float
    residue_slope: float
    lesion_factor: float  # intensity of new lesions in this setting over that of advanced disease
    vessel_dependent_share: float  # of new lesions
    albumin_share: float


def locoregional_constants(parameters: Parameters, *, adjuvant: bool) -> LocoregionalConstants:
    """Collect the constants.

    Parameters
    ----------
    adjuvant
        Whether the trial's tumours are ablated or resected: new lesions then come at the rate after ablation, and only
        a share of them needs vessels.
    """
    p = parameters
    rate = p["ablation.new_lesion_rate_per_month"] if adjuvant else p["tace.new_lesion_rate_per_month"]
    return LocoregionalConstants(
        surge=SurgeEffect(p["tace.surge_gain"], p["tace.surge_decay_per_day"]),
        complete_logit=_logit(p["tace.complete_share_30_mm"]),
        size_slope=p["tace.size_log_slope"],
        partial_logit=_logit(p["tace.partial_kill"]),
        cured_share=p["tace.cured_share"],
        permanent_share=p["tace.injury_permanent_share"],
        seed_ml=p["tace.seed_ml"],
        ablation_complete_logit=_logit(p["ablation.complete_share_30_mm"]),
        ablation_size_slope=p["ablation.size_log_slope"],
        incomplete_left=1.0 - p["ablation.incomplete_kill"],
        residue_logit=_logit(p["ablation.residue_share_30_mm"]),
        residue_slope=p["ablation.residue_size_log_slope"],
        lesion_factor=rate / p["hazards.new_lesion_rate_per_month"],
        vessel_dependent_share=p["ablation.vessel_dependent_share"] if adjuvant else 1.0,
        albumin_share=p["liver.albumin_share"],
    )


def _logit(share: float) -> float:
    """Logit; shares of 0 and 1 stand for never and always."""
    with np.errstate(divide="ignore"):
        return float(np.log(share) - np.log1p(-share))
