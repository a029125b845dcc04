"""Sorafenib's predicted exposure against digitised concentrations, which are not shipped."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hepatrial.agents import load_agent, reference_concentration_mg_l
from hepatrial.agents.dose_exponent import allocated_points, average, exponent, practice_points

TABLE = Path(__file__).parents[3] / "shared" / "data" / "sorafenib_pk" / "sorafenib_pk_long.csv"
pytestmark = pytest.mark.skipif(
    not TABLE.is_file(), reason="needs ../shared/data/sorafenib_pk (CC BY-SA, not shipped)"
)

SORAFENIB = load_agent("sorafenib")
PK = SORAFENIB.pharmacokinetics
MG_PER_MMOL = 464.8


def curve(study, label):
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["study"] == study and row["label"] == label]
    return [
        (float(row["time"]), float(row["mean"]) * MG_PER_MMOL)
        for row in rows
        if row["substance"] == "sorafenib"
    ]


def predicted_mg_l(dose_mg_twice_daily):
    relative = 2 * dose_mg_twice_daily / PK.reference_dose_mg_per_day.value
    return reference_concentration_mg_l(SORAFENIB) * relative**PK.exposure_dose_exponent.value


def test_the_dose_exponent_is_the_middle_of_two_sources():
    low, high = exponent(practice_points(TABLE)), exponent(allocated_points(TABLE))
    value, spread = PK.exposure_dose_exponent.value, PK.exposure_dose_exponent.spread
    assert value == pytest.approx((low + high) / 2, abs=0.006)
    assert abs(high - value) < 2 * spread
    assert abs(low - value) < 2 * spread


COHORTS = {100: 4, 200: 4, 400: 5, 600: 12, 800: 3}
LOG_SD_BETWEEN_PATIENTS = np.sqrt(np.log1p(0.38**2))
"""Exposure has a CV of 38% in Child-Pugh A (Abou-Alfa 2006)."""


@pytest.mark.parametrize("dose", COHORTS)
def test_steady_concentrations_by_dose_lie_in_the_predictive_interval(dose):
    """The 99% interval from the file's uncertainty of clearance and exponent and the size of the cohort."""
    observed = average(curve("Strumberg2005", f"SOF{dose}_MD"))
    sd = np.sqrt(
        PK.clearance_l_per_h.spread**2
        + (PK.exposure_dose_exponent.spread * np.log(dose / 400)) ** 2
        + LOG_SD_BETWEEN_PATIENTS**2 / COHORTS[dose]
    )
    assert abs(np.log(predicted_mg_l(dose) / observed)) < 2.58 * sd


def test_the_usual_dose_is_predicted_within_a_fifth():
    """5 patients with a CV of 38% have a standard error of 17%."""
    assert predicted_mg_l(400) == pytest.approx(average(curve("Strumberg2005", "SOF400_MD")), rel=0.2)


def test_accumulation_to_steady_state_lies_in_the_labels_range():
    """Seven days twice daily against a single dose: 2.5 to 7 times (label), as interval averages."""
    k, interval = PK.clearance_l_per_h.value / PK.volume_l.value, 12.0
    doses = np.arange(15)
    average_after = (1 - np.exp(-k * interval)) * np.exp(-k * interval * doses)
    ratio = average_after.sum() / average_after[0]
    assert 2.5 < ratio < 7.0


def test_child_pugh_a_and_b_were_alike_as_predicted():
    """Over 8 h at 400 mg twice daily; 14 and 8 patients, so that the ratio has a standard error near 27%."""
    a = average([point for point in curve("Aboualfa2006", "CPT_A") if point[0] <= 8.1])
    b = average([point for point in curve("Aboualfa2006", "CPT_B") if point[0] <= 8.1])
    assert abs(np.log(b / a / PK.hepatic_ratio["B"].value)) < 2 * PK.hepatic_ratio["B"].spread
