"""Baseline covariates of virtual patients, as a struct of arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True, slots=True)
class Patients:
    """Virtual patients at baseline; every array has shape (n,).

    Categorical covariates hold integer codes; `LEVELS` gives their texts.
    """

    patient: np.ndarray  # patient number, int64: the key of all random streams
    age_years: np.ndarray
    male: np.ndarray  # bool
    weight_kg: np.ndarray
    region: np.ndarray  # code: Asia, Europe, Americas, other
    aetiology: np.ndarray  # code: HBV, HCV, alcohol, other
    ecog: np.ndarray  # 0, 1, 2
    bclc: np.ndarray  # code: B, C
    mvi: np.ndarray  # bool, macrovascular invasion
    ehs: np.ndarray  # bool, extrahepatic spread
    met_high: np.ndarray  # bool, MET of the tumour 2+ in 50 % of cells or more
    n_target_lesions: np.ndarray  # 1..5
    sld_mm: np.ndarray  # sum of longest diameters of target lesions
    afp_ng_ml: np.ndarray
    albumin_g_l: np.ndarray
    bilirubin_umol_l: np.ndarray
    inr: np.ndarray
    ascites: np.ndarray  # 0 none, 1 mild, 2 moderate
    encephalopathy: np.ndarray  # 0 none, 1 grade 1-2, 2 grade 3-4
    child_pugh_score: np.ndarray  # 5..15
    albi: np.ndarray  # ALBI score
    prior_local_therapy: np.ndarray  # bool
    line: np.ndarray  # line of systemic therapy, 1 = first

    def __len__(self) -> int:
        return len(self.patient)

    def select(self, which: np.ndarray) -> Patients:
        """The patients that a mask or an index picks."""
        return Patients(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


LEVELS: dict[str, tuple[str, ...]] = {
    "region": ("Asia", "Europe", "Americas", "other"),
    "aetiology": ("HBV", "HCV", "alcohol", "other"),
    "bclc": ("B", "C"),
    "ecog": ("0", "1", "2"),
    "ascites": ("none", "mild", "moderate"),
    "encephalopathy": ("none", "grade 1-2", "grade 3-4"),
    "child_pugh_class": ("A", "B", "C"),
    "albi_grade": ("1", "2", "3"),
}


def child_pugh_class(score: np.ndarray) -> np.ndarray:
    """Class codes 0, 1, 2 (A 5-6, B 7-9, C 10-15) from the score."""
    return np.searchsorted([7, 10], score, side="right")
