"""Progression beyond a sequence: observed, cut, exported and reported; and doses by stage as the engine gave them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial import simulate
from hepatrial.attribution import attribute_resistance
from hepatrial.cli.resistance_lines import resistance_lines
from hepatrial.conduct.endpoints import last_visit, observe, observed_endpoints
from hepatrial.conduct.one_trial import dose_tables
from hepatrial.disease.parameters import default_parameters
from hepatrial.errors import UsageError
from hepatrial.exchange.adam.adtte import adtte
from hepatrial.protocol.loading import load
from hepatrial.report.design_rows import design_rows
from hepatrial.report.resistance_page import resistance_output
from hepatrial.report.resistance_record import resistance_record
from hepatrial.report.summary import summary_of
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.events import NEVER
from hepatrial.simulation.outcomes import Outcomes

EXAMPLE = Path(__file__).parents[2] / "examples" / "strategies-against-resistance.yaml"
SCAN = 42.0


@pytest.fixture(scope="module")
def protocol():
    return load(EXAMPLE)


@pytest.fixture(scope="module")
def result(protocol):
    return simulate(protocol, patients=1024, seed=2, replicates=0)


def by_hand(progression, final, death):
    n = len(progression)
    never, zero = np.full(n, NEVER), np.zeros(n)
    return Outcomes(
        np.array(death), never, never, np.array(progression), zero, never, zero, never, never,
        final_progression=np.array(final), final_by_new_lesion=zero,
    )  # fmt: skip


def test_progression_beyond_the_sequence_is_observed_as_the_first_one_is():
    outcomes = by_hand([42.0, 42.0, 42.0, 84.0], [126.0, NEVER, 210.0, 84.0], [NEVER, 100.5, NEVER, NEVER])
    seen = observe(outcomes, np.full(4, 200.0), SCAN)
    assert seen.ttp_days.tolist() == [42.0, 42.0, 42.0, 84.0]
    assert seen.tttp_days.tolist() == [126.0, 101.0, 168.0, 84.0]
    assert seen.tttp_event.tolist() == [1, 2, 0, 1]
    days, happened = seen.times("TTTP")
    assert happened.tolist() == [True, False, False, True]
    assert seen.times("TPFS")[1].tolist() == [True, True, False, True]
    assert days.tolist() == seen.tttp_days.tolist()


def test_scans_go_on_until_progression_beyond_the_sequence():
    outcomes = replace(by_hand([42.0], [126.0], [NEVER]), stop=np.array([84.0]))
    assert last_visit(outcomes, np.array([500.0])).tolist() == [126.0]
    assert last_visit(replace(outcomes, final_progression=None), np.array([500.0])).tolist() == [84.0]


def test_only_a_trial_with_a_sequence_has_these_endpoints(protocol, sharp, sharp_trial):
    assert observed_endpoints(protocol) == ("OS", "TTP", "PFS", "TTTP", "TPFS")
    assert observed_endpoints(sharp) == ("OS", "TTP", "PFS")
    with pytest.raises(UsageError, match="TTTP"):
        sharp_trial.trial.times("TTTP")
    assert not any("tttp" in column for column in sharp_trial.trial.subjects.columns)


def test_arms_without_a_sequence_progress_once_and_others_no_earlier_beyond_it(result):
    subjects = result.population.subjects
    for name in ("continuous", "escalated", "intermittent"):
        own = subjects.filter(pl.col("arm") == name)
        for part in ("days", "event", "reason"):
            assert own[f"tttp_{part}"].to_list() == own[f"ttp_{part}"].to_list()
    for name in ("switch", "rechallenge"):
        own = subjects.filter(pl.col("arm") == name)
        assert (own["tttp_days"] >= own["ttp_days"]).all()
        assert (own["tttp_days"] > own["ttp_days"]).mean() > 0.5
        assert own.filter(pl.col("tttp_event") == 1)["tttp_reason"].str.starts_with("progression: ").all()


def test_a_cut_censors_progression_beyond_the_sequence_at_the_last_scan(result):
    earlier = result.trial.cut(day=450)
    events = earlier.subjects.filter(pl.col("tttp_event") == 1)
    assert (events["tttp_days"] + events["randomised_day"]).max() <= 450
    censored = earlier.subjects.filter(pl.col("tttp_event") == 0)
    assert set(censored["tttp_reason"].unique()) == {"no progression by last scan: data cut"}
    assert np.all(censored["tttp_days"].to_numpy() % SCAN == 0.0)
    by_events = result.trial.cut(events=40, endpoint="TTTP")
    assert int((by_events.subjects["tttp_event"] == 1).sum()) >= 40


def test_adam_codes_death_before_it_as_competing(result):
    table = adtte(result.trial).table
    assert {"TTTP", "TPFS"} <= set(table["PARAMCD"])
    total = table.filter(pl.col("PARAMCD") == "TTTP")
    codes = result.trial.subjects.sort("subject")["tttp_event"].to_list()
    assert sorted(total["CNSR"].to_list()) == sorted({1: 0, 0: 1, 2: 2}[code] for code in codes)


def test_the_summary_has_its_medians_and_says_what_they_are(result):
    summary = summary_of(result)
    medians = {row["arm"]: row["tttp_median_months"] for row in summary["arms"]}
    assert medians["switch"] > medians["rechallenge"] > medians["continuous"]
    assert "sequence" in summary["definitions"]["tttp_median_months"]
    shown = {(row["arm"], row["endpoint"]) for row in summary["comparisons"]}
    assert {("switch", "TTTP"), ("switch", "TPFS")} <= shown


def test_the_report_tells_the_sequence_and_the_raise(protocol):
    told = dict(design_rows(protocol))
    assert "sorafenib until progression; then a rest for 28 days; then sorafenib" in told["Arm: rechallenge"]
    assert "raised to 600 mg twice daily after 56 days" in told["Arm: escalated"]


def test_the_table_of_doses_is_what_the_engine_gave(protocol):
    """Day by day: a sum over the table's rows equals the dose that the engine records."""
    work, n = Work(protocol, default_parameters(), 2, block=96), 96
    found = follow_patients(work, np.arange(n), daily=True)
    for place, arm in enumerate(protocol.arms):
        events, visits = found.events[place], found.visits[place]
        death = events.death
        last = np.minimum(death, protocol.horizon_days)
        table, _ = dose_tables(
            arm, work.agents, events, np.arange(n), last, np.asarray(found.patients.weight_kg)
        )
        recorded = np.asarray(visits.mg_per_day).reshape(-1, n)
        # A day's record is taken at its end, so that row d tells the dose of day d + 1; what the visit of that day
        # decides (the next stage at progression, the end of treatment) shows a day later.
        told = np.zeros_like(recorded)
        for row in table.iter_rows(named=True):
            told[int(row["start_day"]) : int(row["end_day"]), row["subject"]] += row["dose_mg_per_day"]
        alive = np.arange(1, len(recorded))[:, None] < np.floor(last)
        apart = ~np.isclose(told[1:], recorded[:-1], rtol=1e-5) & alive
        decided = (np.minimum(events.stop, events.stage_start[:, 1]) < NEVER).astype(int) + (
            (events.stage_start[:, 1] < NEVER) & (events.stop < NEVER)
        )
        assert np.all(apart.sum(axis=0) <= decided), arm.name


@pytest.fixture(scope="module")
def attributed(protocol):
    work = Work(protocol, default_parameters(), 4, precision="float32", block=400)
    return work, attribute_resistance(work, 400)


def test_causes_are_those_of_progression_beyond_the_sequence_and_all_say_so(attributed):
    work, arms = attributed
    beyond = {arm.arm: arm.beyond_sequence for arm in arms}
    assert beyond == {
        "continuous": False, "escalated": False, "intermittent": False, "switch": True, "rechallenge": True,
    }  # fmt: skip
    months = {arm.arm: arm.mean_months.value for arm in arms}
    assert months["switch"] > months["rechallenge"] > months["continuous"] + 2.0
    for arm in arms:
        total = arm.never_held_percent.value + sum(cause.share_percent.value for cause in arm.causes)
        assert total == pytest.approx(100.0, abs=1e-9)
    text = "\n".join(resistance_lines(work, arms))
    assert text.count("progress beyond the sequence before death") == 2
    told = {arm["arm"]: arm["progression"] for arm in resistance_record(work, arms)["arms"]}
    assert (told["switch"], told["continuous"]) == ("beyond the sequence", "first")
    output = resistance_output(work, arms, "hepatrial resistance")
    assert "Of switch, rechallenge those beyond the sequence" in output.sections[0].figures[0].caption
