"""What is drawn of a virtual patient, and what is computed from it."""

from __future__ import annotations

from hepatrial.patients.patients import LEVELS

DRAWN = (
    "age_years", "male", "weight_kg", "region", "aetiology", "ecog", "mvi", "ehs", "n_target_lesions", "sld_mm",
    "afp_ng_ml", "albumin_g_l", "bilirubin_umol_l", "inr", "ascites", "encephalopathy", "prior_local_therapy", "line",
)  # fmt: skip
"""Covariates that are drawn, in the order of their scores; the order is part of the random numbers."""

YES_NO = ("no", "yes")

CATEGORICAL: dict[str, tuple[str, ...]] = {
    "male": YES_NO,
    "region": LEVELS["region"],
    "aetiology": LEVELS["aetiology"],
    "ecog": LEVELS["ecog"],
    "mvi": YES_NO,
    "ehs": YES_NO,
    "n_target_lesions": ("1", "2", "3", "4", "5"),
    "ascites": LEVELS["ascites"],
    "encephalopathy": LEVELS["encephalopathy"],
    "prior_local_therapy": YES_NO,
    "line": tuple(str(number) for number in range(1, 11)),
}
"""Levels of each categorical covariate, in the order of their codes; lesions count to 5 as in RECIST 1.1."""

CONTINUOUS = tuple(name for name in DRAWN if name not in CATEGORICAL)
"""Covariates with a log-normal or normal distribution."""

COMPUTED_FROM: dict[str, tuple[str, ...]] = {
    "bclc": ("ecog", "mvi", "ehs"),
    "mvi_or_ehs": ("mvi", "ehs"),
    "albi": ("albumin_g_l", "bilirubin_umol_l"),
    "albi_grade": ("albumin_g_l", "bilirubin_umol_l"),
    "child_pugh_score": ("albumin_g_l", "bilirubin_umol_l", "inr", "ascites", "encephalopathy"),
    "child_pugh_class": ("albumin_g_l", "bilirubin_umol_l", "inr", "ascites", "encephalopathy"),
}
"""Covariates that a virtual patient gets by definition, from those named; no table can give them."""
