"""Scores of liver function from laboratory values and signs."""

from __future__ import annotations

from typing import Any

import numpy as np

POINTS_OF_DECOMPENSATION, HIGHEST_CHILD_PUGH = 2, 15
"""Points that a decompensation adds to the Child-Pugh score until it recovers, and the highest score there is."""


def albi_score(albumin_g_l: np.ndarray, bilirubin_umol_l: np.ndarray) -> np.ndarray:
    """ALBI score (Johnson et al. 2015, 10.1200/JCO.2014.57.9151); higher is worse."""
    return 0.66 * np.log10(bilirubin_umol_l) - 0.085 * albumin_g_l


def albi_grade(score: np.ndarray) -> np.ndarray:
    """Grade codes 0, 1, 2 (grades 1 to 3: up to -2.60, up to -1.39, above)."""
    return np.searchsorted([-2.60, -1.39], score, side="left")


def child_pugh_score(
    albumin_g_l: np.ndarray,
    bilirubin_umol_l: np.ndarray,
    inr: np.ndarray,
    ascites: np.ndarray,
    encephalopathy: np.ndarray,
) -> np.ndarray:
    """Child-Pugh score, 5 to 15 (Pugh et al. 1973, 10.1002/bjs.1800600817, with INR for prothrombin time).

    Points 1, 2, 3: albumin above 35, 28 to 35, below 28 g/L; bilirubin below 34, 34 to 50, above 50 umol/L;
    INR below 1.7, 1.7 to 2.3, above 2.3; ascites and encephalopathy none, mild or grade 1-2, more (codes 0,
    1, 2).
    """
    return laboratory_points(albumin_g_l, bilirubin_umol_l) + other_points(inr, ascites, encephalopathy)


def laboratory_points(albumin_g_l: Any, bilirubin_umol_l: Any) -> Any:
    """Child-Pugh points of albumin and bilirubin, 2 to 6; numpy and jax arrays alike."""
    points = 3 - 1 * (albumin_g_l >= 28.0) - 1 * (albumin_g_l > 35.0)
    return points + 1 + (bilirubin_umol_l >= 34.0) + (bilirubin_umol_l > 50.0)


def other_points(inr: np.ndarray, ascites: np.ndarray, encephalopathy: np.ndarray) -> np.ndarray:
    """Child-Pugh points of INR, ascites and encephalopathy, 3 to 9."""
    return 1 + 1 * (inr >= 1.7) + (inr > 2.3) + 1 + ascites + 1 + encephalopathy
