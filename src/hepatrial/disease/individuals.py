"""What makes each virtual patient an individual: parameters drawn from the population, given the covariates.

One named random stream a quantity; the numbers are the same under every arm.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from hepatrial.disease.decompensation import decompensated_at_baseline
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.tumour import volume_from_diameters_ml
from hepatrial.patients.patients import LEVELS, Patients
from hepatrial.simulation.streams import Streams
from hepatrial.units import DAYS_PER_MONTH


class Individuals(NamedTuple):
    """Individual parameters; every array has shape (n,)."""

    growth_per_day: np.ndarray
    vascular_ratio: np.ndarray
    erk_dependence: np.ndarray  # share of proliferation that hangs on ERK
    s6k_dependence: np.ndarray  # and on S6K; together at most 1
    sensitive_ml: np.ndarray  # at baseline
    resistant_ml: np.ndarray  # at baseline
    sld_mm: np.ndarray
    albi: np.ndarray
    decompensated: np.ndarray  # 1 with ascites or encephalopathy at baseline, else 0
    cirrhosis_per_day: np.ndarray
    prognosis: np.ndarray  # log hazard ratio of cancer death at baseline
    new_lesion_per_day: np.ndarray  # untreated intensity
    met_log_gain: np.ndarray  # log of the signal of MET relative to the typical tumour
    symptom_factor: np.ndarray  # intensity of reported symptoms relative to other patients


def individuals(patients: Patients, parameters: Parameters, streams: Streams) -> Individuals:
    """Draw the individual parameters of ``patients``.

    Growth and new lesions share the patient's growth draw, so that fast disease is fast in both.
    """
    p = parameters
    ids = patients.patient

    def normal(name: str) -> np.ndarray:
        return streams.normal(name, ids)[:, 0]

    asia = patients.region == LEVELS["region"].index("Asia")
    log_afp = np.log(patients.afp_ng_ml / p["markers.reference_afp_ng_ml"])
    log_doubling = (
        np.log(p["growth.doubling_time_days"])
        + p["growth.asia_log_ratio"] * asia
        - p["trial.growth_log_ratio"]
        - p["growth.afp_log_slope"] * log_afp
        - p["growth.doubling_time_log_sd"] * normal("growth rate")
    )
    growth = np.log(2.0) / np.exp(log_doubling)
    growth_relative_log = np.log(p["growth.doubling_time_days"]) - log_doubling

    volume = np.asarray(
        volume_from_diameters_ml(patients.sld_mm, patients.n_target_lesions), dtype=np.float64
    )
    resistant = expit(
        logit(p["resistance.resistant_fraction"])
        + p["resistance.resistant_fraction_logit_sd"] * normal("resistant fraction")
    )
    # Half up or half down: the mean is 0 where half of the patients are MET-high.
    met_contrast = np.where(patients.met_high, 0.5, -0.5)
    spread = patients.mvi | patients.ehs
    prognosis = (
        p["hazards.ecog_log_hazard_ratio"] * (patients.ecog > 0)
        + p["hazards.spread_log_hazard_ratio"] * spread
        + p["hazards.asia_log_hazard_ratio"] * asia
        + p["hazards.log_afp_log_hazard_ratio"] * np.log(patients.afp_ng_ml / 100.0)
        + p["hazards.met_high_log_hazard_ratio"] * met_contrast
        + p["hazards.frailty_log_sd"] * normal("frailty")
        + p["trial.prognosis_log_hazard_ratio"]
    )
    new_lesions = (p["hazards.new_lesion_rate_per_month"] / DAYS_PER_MONTH) * np.exp(
        p["hazards.new_lesion_growth_exponent"] * growth_relative_log
        + p["hazards.new_lesion_log_sd"] * normal("new lesion rate")
    )
    erk_dependence = expit(
        logit(p["signalling.erk_dependence"])
        + p["signalling.erk_dependence_logit_sd"] * normal("pathway dependence")
    )
    return Individuals(
        growth_per_day=growth,
        vascular_ratio=p["angiogenesis.vascular_ratio"]
        * np.exp(
            p["angiogenesis.vascular_ratio_log_sd"] * normal("vascular dependence")
            + p["angiogenesis.afp_log_slope"] * log_afp
        ),
        erk_dependence=erk_dependence,
        s6k_dependence=(1.0 - erk_dependence)
        * expit(
            logit(p["signalling.s6k_dependence_of_rest"])
            + p["signalling.s6k_dependence_logit_sd"] * normal("dependence on S6K")
        ),
        sensitive_ml=volume * (1.0 - resistant),
        resistant_ml=volume * resistant,
        sld_mm=patients.sld_mm,
        albi=patients.albi,
        decompensated=decompensated_at_baseline(patients),
        cirrhosis_per_day=(p["liver.cirrhosis_albi_per_month"] / DAYS_PER_MONTH)
        * np.exp(p["liver.cirrhosis_log_sd"] * normal("cirrhosis rate")),
        prognosis=prognosis,
        new_lesion_per_day=new_lesions,
        met_log_gain=p["signalling.met_high_log_ratio"] * met_contrast,
        symptom_factor=np.exp(p["hazards.asia_symptom_log_ratio"] * asia),
    )
