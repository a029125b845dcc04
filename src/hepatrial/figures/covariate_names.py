"""Names of covariates and of their levels as a clinician writes them."""

from __future__ import annotations

NAMES = {
    "age_years": "Age, years",
    "weight_kg": "Weight, kg",
    "male": "Male",
    "region": "Region",
    "aetiology": "Aetiology",
    "ecog": "ECOG",
    "mvi": "Macrovascular invasion",
    "ehs": "Extrahepatic spread",
    "mvi_or_ehs": "Invasion or spread",
    "met_high": "MET-high tumour",
    "bclc": "BCLC stage",
    "child_pugh_class": "Child-Pugh class",
    "child_pugh_score": "Child-Pugh score",
    "albi": "ALBI score",
    "albi_grade": "ALBI grade",
    "albumin_g_l": "Albumin, g/L",
    "bilirubin_umol_l": "Bilirubin, µmol/L",
    "inr": "INR",
    "afp_ng_ml": "AFP, ng/mL",
    "sld_mm": "Sum of diameters, mm",
    "n_target_lesions": "Target lesions",
    "ascites": "Ascites",
    "encephalopathy": "Encephalopathy",
    "prior_local_therapy": "Prior local therapy",
    "line": "Line of therapy",
}


def covariate_name(name: str, level: str | None = None) -> str:
    """The name, with the level where it is not "yes"; an unknown name is shown as it is."""
    shown = NAMES.get(name, name)
    return shown if level in (None, "yes") else f"{shown} {level}"
