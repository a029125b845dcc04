"""Conduct of a trial: allocation, endpoints, data cut, tables that agree with one another."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.conduct import cut
from hepatrial.conduct.cut_day import event_cut_day
from hepatrial.conduct.endpoints import observe
from hepatrial.conduct.randomisation import allocate
from hepatrial.response.best import best_response, responses_by_scan
from hepatrial.simulation.outcomes import Outcomes


def test_permuted_blocks_balance_the_arms_within_every_stratum():
    generator = np.random.default_rng(1)
    entry, stratum = generator.random(301) * 400, generator.integers(0, 5, 301)
    arm = allocate(entry, stratum, (2, 1), 6, generator)
    for level in range(5):
        inside = arm[stratum == level][np.argsort(entry[stratum == level])]
        for block in range(len(inside) // 6):
            assert np.bincount(inside[6 * block : 6 * block + 6], minlength=2).tolist() == [4, 2]


def test_endpoints_of_patients_worked_out_by_hand():
    #            progression then death | death first | neither | progression after the end of observation
    outcomes = Outcomes(
        cancer_death=np.array([200.2, 60.5, 1e9, 400.0]),
        liver_death=np.array([500.0, 90.0, 1e9, 500.0]),
        toxic_death=np.full(4, 1e9),
        progression=np.array([84.0, 84.0, 1e9, 126.0]),
        by_new_lesion=np.zeros(4),
        stop=np.full(4, 1e9),
        stop_for_adverse_event=np.zeros(4),
        symptoms=np.full(4, 1e9),
        decompensation=np.full(4, 1e9),
    )
    seen = observe(outcomes, np.array([300.0, 300.0, 100.0, 125.0]), 42.0)
    assert seen.os_days.tolist() == [201.0, 61.0, 100.0, 125.0]
    assert seen.os_event.tolist() == [1, 1, 0, 0]
    assert seen.ttp_days.tolist() == [84.0, 61.0, 84.0, 84.0]
    assert seen.ttp_event.tolist() == [1, 2, 0, 0]


def test_the_cut_falls_on_the_day_of_the_event_asked_for():
    assert event_cut_day(np.array([30.0, 10.0, np.inf, 20.0]), 2) == 20.0
    assert event_cut_day(np.array([30.0, 10.0, np.inf, 20.0]), 4) == np.inf


def test_best_response_needs_confirmation_and_ends_at_progression():
    days = np.array([42.0, 84.0, 126.0])
    sums = np.array(
        [[100.0] * 4, [65.0, 65.0, 105.0, 121.0], [64.0, 90.0, 104.0, 60.0], [80.0, 91.0, 103.0, 60.0]]
    )
    never = np.full(4, 1e9)
    codes = responses_by_scan(sums, never, days, never, "RECIST 1.1")
    best = best_response(codes, sums, days, confirmation_days=28.0, stable_disease_days=42.0)
    # Confirmed PR; PR that the next scan does not confirm (and grows by 20 % from nadir); SD; PD at the first scan.
    assert best.code[:, -1].tolist() == [2, 1, 1, 0]


def test_tables_of_a_trial_agree_with_each_other(sharp_trial):
    trial = sharp_trial.trial
    subjects = trial.subjects
    assert subjects["subject"].n_unique() == subjects.height == len(trial)
    assert (subjects["ttp_days"] <= subjects["os_days"]).all()
    assert (subjects["treatment_days"] <= subjects["os_days"]).all()
    last = trial.tumour.group_by("subject").agg(pl.col("day").max()).join(subjects, on="subject")
    assert (last["day"] <= last["os_days"]).all()
    progressed = subjects.filter(pl.col("ttp_event") == 1).select("subject", "ttp_days")
    scans = trial.responses.filter((pl.col("criteria") == "RECIST 1.0") & (pl.col("response") == "PD"))
    both = progressed.join(scans, on="subject", how="left")
    assert both["day"].to_list() == both["ttp_days"].to_list()
    doses = trial.exposure.sort("subject", "start_day").with_columns(
        pl.col("start_day").shift(-1).over("subject").alias("next")
    )
    gaps = doses.filter(pl.col("next").is_not_null())
    assert (gaps["next"] - gaps["end_day"]).abs().max() < 1e-6
    assert trial.exposure["dose_mg_per_day"].max() == 800.0


def test_cutting_earlier_censors_what_had_not_happened(sharp_trial):
    trial = sharp_trial.trial
    early = cut(trial, events=100)
    died = early.subjects.filter(pl.col("os_event") > 0)
    died_on = died["randomised_day"] + died["os_days"]
    # Deaths on the day of the cut all count, so ties may add to the 100.
    assert died_on.max() == early.cut_day
    assert (died_on < early.cut_day).sum() < 100 <= died.height
    assert (early.subjects["randomised_day"] + early.subjects["os_days"] <= early.cut_day).all()
    assert early.tumour.height < trial.tumour.height
    same = cut(trial, day=trial.cut_day)
    assert same.subjects["os_event"].to_list() == trial.subjects["os_event"].to_list()
