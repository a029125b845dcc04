"""Liver scores against worked examples by hand.

Child-Pugh: Pugh et al. 1973, 10.1002/bjs.1800600817 (albumin 35 and 28 g/L, bilirubin 2 and 3 mg/dL = 34 and 50
umol/L), INR 1.7 and 2.3 in the place of prothrombin time. ALBI: Johnson et al. 2015, 10.1200/JCO.2014.57.9151, cut at
-2.60 and -1.39.
"""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.patients import child_pugh_class
from hepatrial.patients.liver_scores import albi_grade, albi_score, child_pugh_score


@pytest.mark.parametrize(
    ("albumin", "bilirubin", "inr", "ascites", "encephalopathy", "points", "letter"),
    [
        (40.0, 12.0, 1.1, 0, 0, 1 + 1 + 1 + 1 + 1, "A"),
        (33.0, 12.0, 1.1, 0, 0, 2 + 1 + 1 + 1 + 1, "A"),
        (33.0, 12.0, 1.1, 1, 0, 2 + 1 + 1 + 2 + 1, "B"),
        (30.0, 40.0, 2.0, 1, 0, 2 + 2 + 2 + 2 + 1, "B"),
        (30.0, 40.0, 2.0, 1, 1, 2 + 2 + 2 + 2 + 2, "C"),
        (25.0, 60.0, 2.5, 2, 2, 3 + 3 + 3 + 3 + 3, "C"),
    ],
)
def test_child_pugh_adds_the_points_of_its_five_parts(
    albumin, bilirubin, inr, ascites, encephalopathy, points, letter
):
    parts = (np.array([value]) for value in (albumin, bilirubin, inr, ascites, encephalopathy))
    score = child_pugh_score(*parts)
    assert score.tolist() == [points]
    assert "ABC"[child_pugh_class(score)[0]] == letter


@pytest.mark.parametrize(
    ("part", "values", "points"),
    [
        ("albumin", (35.01, 35.0, 28.0, 27.99), (1, 2, 2, 3)),  # above 35; 28 to 35; below 28
        ("bilirubin", (33.99, 34.0, 50.0, 50.01), (1, 2, 2, 3)),  # below 34; 34 to 50; above 50
        ("inr", (1.69, 1.7, 2.3, 2.31), (1, 2, 2, 3)),  # below 1.7; 1.7 to 2.3; above 2.3
    ],
)
def test_a_value_on_a_cut_off_gets_the_middle_points(part, values, points):
    healthy = {"albumin": 40.0, "bilirubin": 10.0, "inr": 1.0}
    n = len(values)
    given = {name: np.full(n, value) for name, value in healthy.items()} | {part: np.array(values)}
    score = child_pugh_score(
        given["albumin"], given["bilirubin"], given["inr"], np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    )
    assert (score - 4).tolist() == list(points)


def test_classes_are_5_to_6_and_7_to_9_and_10_to_15():
    assert child_pugh_class(np.arange(5, 16)).tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2]


@pytest.mark.parametrize(
    ("albumin", "bilirubin", "score", "grade"),
    [
        (40.0, 10.0, 0.66 * 1.0 - 3.40, 1),  # log10(10) = 1; -2.74
        (36.0, 17.1, 0.66 * 1.2329961 - 3.06, 2),  # log10(17.1) = 1.2329961; -2.246
        (30.0, 100.0, 0.66 * 2.0 - 2.55, 3),  # log10(100) = 2; -1.23
    ],
)
def test_albi_weighs_the_logarithm_of_bilirubin_against_albumin(albumin, bilirubin, score, grade):
    found = albi_score(np.array([albumin]), np.array([bilirubin]))
    assert found[0] == pytest.approx(score, abs=1e-7)
    assert albi_grade(found)[0] + 1 == grade


def test_albi_grades_hold_their_upper_limits():
    assert (albi_grade(np.array([-2.601, -2.60, -2.599, -1.39, -1.389])) + 1).tolist() == [1, 1, 2, 2, 3]
