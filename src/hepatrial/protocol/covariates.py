"""Names and kinds of the baseline covariates that a protocol may speak of."""

from __future__ import annotations

from dataclasses import fields

from hepatrial.patients.patients import LEVELS, Patients

DERIVED_STRATA = ("mvi_or_ehs",)
"""Strata that are made of several covariates: macrovascular invasion and/or extrahepatic spread."""

YES_NO = ("no", "yes")

NUMERIC_LIMITS: dict[str, tuple[float, float]] = {
    "age_years": (0, 120),
    "weight_kg": (20, 300),
    "ecog": (0, 2),
    "n_target_lesions": (1, 5),
    "sld_mm": (1, 2000),
    "afp_ng_ml": (0, 1e8),
    "albumin_g_l": (5, 80),
    "bilirubin_umol_l": (0.5, 1000),
    "inr": (0.5, 20),
    "child_pugh_score": (5, 15),
    "albi": (-6, 2),
    "line": (1, 10),
}
"""Values that can occur in a virtual patient; limits outside them are slips of the pen or of the unit."""

BOOLEAN = ("male", "mvi", "ehs", "met_high", "prior_local_therapy")


def categorical_levels() -> dict[str, tuple[str, ...]]:
    """Levels by categorical covariate, yes/no covariates among them."""
    return {**LEVELS, **dict.fromkeys(BOOLEAN, YES_NO)}


def eligibility_names() -> tuple[str, ...]:
    """Covariates that eligibility may limit: the fields of `Patients` and the classes derived from them."""
    own = tuple(f.name for f in fields(Patients) if f.name != "patient")
    return tuple(dict.fromkeys((*own, *LEVELS)))


def stratum_names() -> tuple[str, ...]:
    """Covariates that randomisation may be stratified by."""
    return (*categorical_levels(), *DERIVED_STRATA)
