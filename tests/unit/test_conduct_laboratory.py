"""Laboratory values: baseline, scores, limits of quantification."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hepatrial import simulate
from hepatrial.conduct.assay_limits import assay_limits
from hepatrial.conduct.laboratory import lab_table
from hepatrial.disease.parameters import default_parameters
from hepatrial.patients.liver_scores import albi_score
from hepatrial.patients.population import virtual_patients


def wide(trial):
    return trial.labs.pivot(on="parameter", index=["subject", "day"], values="value")


def test_values_of_day_0_are_the_baseline_of_the_subject(sharp_trial):
    trial = sharp_trial.trial
    first = wide(trial).filter(pl.col("day") == 0.0).join(trial.subjects, on="subject")
    assert first.height == len(trial)
    for lab, covariate in (
        ("ALBUMIN", "albumin_g_l"),
        ("BILIRUBIN", "bilirubin_umol_l"),
        ("INR", "inr"),
        ("ALBI", "albi"),
        ("CHILDPUGH", "child_pugh_score"),
    ):
        np.testing.assert_allclose(first[lab], first[covariate].cast(pl.Float64), rtol=1e-12, err_msg=lab)
    limit = assay_limits()["AFP"].value
    np.testing.assert_allclose(first["AFP"], np.maximum(first["afp_ng_ml"], limit), rtol=1e-12)


def test_scores_are_those_of_the_reported_values(sharp_trial):
    labs = wide(sharp_trial.trial)
    expected = albi_score(labs["ALBUMIN"].to_numpy(), labs["BILIRUBIN"].to_numpy())
    np.testing.assert_allclose(labs["ALBI"], expected, rtol=1e-12)
    # 5 points where all is well; albumin below 28 g/L, bilirubin above 50 umol/L, INR above 2.3 add 2 each (Pugh 1973).
    points = 1 + (labs["ALBUMIN"] <= 35).cast(int) + (labs["ALBUMIN"] < 28).cast(int)
    points += 1 + (labs["BILIRUBIN"] >= 34).cast(int) + (labs["BILIRUBIN"] > 50).cast(int)
    points += 1 + (labs["INR"] >= 1.7).cast(int) + (labs["INR"] > 2.3).cast(int)
    rest = labs["CHILDPUGH"] - points
    assert rest.min() >= 2
    # Ascites and encephalopathy give a subject the same points at every visit, 2 more while decompensated.
    labs = labs.with_columns(rest.alias("rest")).join(
        sharp_trial.trial.subjects.select("subject", "decompensation_days", "decompensation_event"),
        on="subject",
    )
    before = (pl.col("day") < pl.col("decompensation_days")) | (pl.col("decompensation_event") != 1)
    assert labs.filter(before).group_by("subject").agg(pl.col("rest").n_unique())["rest"].max() == 1
    own = labs.filter(pl.col("day") == 0).select("subject", pl.col("rest").alias("at_baseline"))
    later = labs.filter(~before).join(own, on="subject")
    assert set((later["rest"] - later["at_baseline"]).to_list()) == {0, 2}


def flat_course(visits, n):
    """Nothing changes: no growth, no injury, no decompensation."""
    return dict.fromkeys(("afp", "vegf", "svegfr2"), np.ones((visits, n))) | dict.fromkeys(
        ("albi_change", "decompensated"), np.zeros((visits, n))
    )


@pytest.mark.parametrize(
    ("name", "covariate"), [("ALBUMIN", "albumin_g_l"), ("BILIRUBIN", "bilirubin_umol_l"), ("INR", "inr")]
)
def test_a_visit_swings_about_the_course_by_its_own_spread_and_apart_from_the_next(
    sharp_trial, name, covariate
):
    work, n = sharp_trial.work, 1500
    patients = virtual_patients(work.protocol, np.arange(n), work.streams)
    days, stay = np.array([0.0, 28.0, 56.0]), np.full(n, 60.0)
    labs = lab_table(patients, np.arange(n), days, stay, flat_course(3, n), work.parameters, work.streams)
    found = labs.filter(pl.col("parameter") == name).sort("day", "subject")["value"].to_numpy().reshape(3, n)
    swing = np.log(found / getattr(patients, covariate))
    assert (swing[0] == 0.0).all()
    sd = work.parameters[f"markers.{name.lower()}_visit_log_sd"]
    # Of 3,000 normal draws: standard errors 1.3 % of the spread, 0.026 of the correlation.
    assert np.std(swing[1:]) == pytest.approx(sd, rel=0.05)
    assert abs(swing[1:].mean()) < 4 * sd / np.sqrt(2 * n)
    assert abs(np.corrcoef(swing[1:])[0, 1]) < 0.1


def test_swings_move_what_is_measured_and_nothing_that_happens():
    calm, wild = (
        simulate("sharp", patients=256, replicates=0, precision="float32", parameters=default_parameters().with_values(
            {f"markers.{name}_visit_log_sd": sd for name in ("albumin", "bilirubin", "inr")}
        )).trial
        for sd in (1e-9, 0.3)
    )  # fmt: skip
    assert calm.subjects.equals(wild.subjects)
    assert calm.adverse_events.equals(wild.adverse_events)
    lost = [
        trial.labs.filter((pl.col("parameter") == "CHILDPUGH") & (pl.col("value") >= 7))["subject"].n_unique()
        for trial in (calm, wild)
    ]
    assert lost[1] > 1.5 * lost[0]


def test_values_below_the_limit_are_reported_as_the_limit(sharp_trial):
    work, arms = sharp_trial.work, sharp_trial.population.subjects
    patients = virtual_patients(work.protocol, arms["patient"].unique().sort().to_numpy()[:60], work.streams)
    low = replace(patients, afp_ng_ml=np.full(60, 1.2))
    days = np.array([0.0, 21.0, 42.0])
    course = flat_course(3, 60) | {"vegf": np.full((3, 60), 0.2)}
    labs = lab_table(low, np.arange(60), days, np.full(60, 50.0), course, work.parameters, work.streams)
    for name in ("AFP", "VEGF", "SVEGFR2"):
        rows, limit = labs.filter(pl.col("parameter") == name), assay_limits()[name]
        assert rows["unit"].unique().to_list() == [limit.unit]
        assert (rows["value"] >= limit.value).all()
        assert rows["below_limit"].to_list() == (rows["value"] == limit.value).to_list()
    share = labs.group_by("parameter").agg(pl.col("below_limit").mean())
    below = dict(share.iter_rows())
    # AFP of 1.2 ng/mL with 10 % error falls below 1 now and then; a fifth of the usual VEGF mostly does.
    assert 0.0 < below["AFP"] < 0.2
    assert below["VEGF"] > 0.5
    assert below["SVEGFR2"] == below["ALBUMIN"] == below["CHILDPUGH"] == 0.0


def test_a_trial_has_values_below_the_limit_of_afp(sharp_trial):
    labs = sharp_trial.trial.labs
    assert labs.schema["below_limit"] == pl.Boolean
    low = sharp_trial.trial.subjects.filter(pl.col("afp_ng_ml") < assay_limits()["AFP"].value)["subject"]
    rows = labs.filter((pl.col("parameter") == "AFP") & (pl.col("day") == 0.0))
    assert rows.filter(pl.col("below_limit"))["subject"].to_list() == low.to_list()


@pytest.mark.parametrize("name", ["AFP", "VEGF", "SVEGFR2"])
def test_every_limit_says_where_it_is_from(name):
    limit = assay_limits()[name]
    assert limit.value > 0.0
    assert limit.grade in ("measured", "derived", "assumed")
    assert limit.source
