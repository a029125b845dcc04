"""A cut of complete data equals observation that ended on that day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hepatrial.conduct.one_trial import one_trial
from hepatrial.conduct.twins import population_of_twins
from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.design import DataCut, Response
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.workers import simulate_patients

ROOM = 256


class Simulation:
    """A protocol's patients, simulated once and observed with any data cut."""

    def __init__(self, protocol):
        self.work = Work(protocol, default_parameters(), 17, block=ROOM)
        self.simulated = simulate_patients(self.work, ROOM, workers=1)

    def _work(self, cut):
        return replace(self.work, protocol=replace(self.work.protocol, data_cut=cut))

    def trial(self, cut):
        return one_trial(self._work(cut), self.simulated.patients, list(self.simulated.outcomes))

    def twins(self, cut):
        found = self.simulated
        return population_of_twins(self._work(cut), found.patients, list(found.outcomes), list(found.best))


UNCUT = DataCut(endpoint=None, events=None, day=None)


@pytest.fixture(scope="module", params=["radiologic_and_symptomatic_progression", "progression", "death"])
def simulation(request, sharp):
    return Simulation(
        replace(
            sharp,
            size=180,
            arms=tuple(replace(arm, treat_until=request.param) for arm in sharp.arms),
            accrual=replace(sharp.accrual, drop_out_per_month=0.04),
            response=Response("RECIST 1.0", ("RECIST 1.0", "RECIST 1.1", "mRECIST"), 28.0, 84.0),
        )
    )


def assert_same_data(first, second):
    for name, table in first.tables().items():
        assert_frame_equal(table, second.tables()[name], check_exact=True)
    assert first.cut_day == second.cut_day


def test_the_cut_of_a_full_trial_is_the_trial_observed_with_that_cut(simulation):
    full = simulation.trial(UNCUT)
    assert full.cut_day is None
    rows = full.subjects["randomised_day"]
    # First and second day, within accrual, on a day of scans of a subject, and beyond all follow-up.
    for day in (rows.min(), rows.min() + 1, 90, 251, float(rows[30]) + 126, 500, 777, 3000):
        assert_same_data(full.cut(day=day), simulation.trial(DataCut(endpoint=None, events=None, day=day)))


@pytest.mark.parametrize("endpoint", ["OS", "TTP", "PFS"])
def test_the_cut_by_events_is_the_trial_observed_until_that_event(simulation, endpoint):
    full = simulation.trial(UNCUT)
    assert_same_data(
        full.cut(events=60, endpoint=endpoint),
        simulation.trial(DataCut(endpoint=endpoint, events=60, day=None)),
    )


def test_the_tables_of_a_trial_do_not_depend_on_the_size_of_blocks(simulation):
    work, found = simulation.work, simulation.simulated
    trials = [
        one_trial(replace(work, block=block), found.patients, list(found.outcomes))
        for block in (64, 100, ROOM)
    ]
    for other in trials[1:]:
        assert_same_data(trials[0], other)


def test_two_cuts_are_the_earlier_one(simulation):
    full = simulation.trial(UNCUT)
    assert_same_data(full.cut(day=700).cut(day=400), full.cut(day=400))


def test_twins_are_cut_as_if_observed_until_then(simulation):
    full = simulation.twins(UNCUT)
    for day in (90.0, 400.0, 1000.0):
        found, expected = full.cut(day=day), simulation.twins(DataCut(endpoint=None, events=None, day=day))
        # Direct observation keeps patients who enter after the cut, with a follow-up of 0 days.
        entered = expected.subjects.filter(pl.col("randomised_day") <= day)
        assert_frame_equal(found.subjects, entered, check_exact=True)
        assert found.best.is_empty()
        assert any("best response is left out" in note for note in found.notes)


def test_best_responses_of_twins_are_those_of_the_same_subject_in_the_trial(simulation):
    trial = simulation.trial(UNCUT)
    who = trial.subjects.select("subject", "patient", "arm", "randomised_day")
    twins = simulation.twins(UNCUT)
    same = twins.best.rename({"subject": "patient"}).join(who, on=["patient", "arm"])
    both = same.join(trial.best, on=["subject", "criteria"])
    lost = trial.subjects.filter(pl.col("os_reason") == "drop-out")["subject"]
    # Drop-out is drawn anew for each trial: only subjects whom neither lost must agree.
    gone = twins.subjects.filter(pl.col("os_reason") == "drop-out")["patient"].unique()
    both = both.filter(~pl.col("subject").is_in(lost.implode()) & ~pl.col("patient").is_in(gone.implode()))
    assert both.height > 100
    assert both["best"].to_list() == both["best_right"].to_list()
    np.testing.assert_array_equal(both["best_change_percent"], both["best_change_percent_right"])


def test_cutting_never_makes_an_event_or_a_better_response(simulation):
    order = {"NE": -1, "PD": 0, "SD": 1, "PR": 2, "CR": 3}
    full = simulation.trial(UNCUT)
    later = full
    for day in (900, 600, 450, 300, 150):
        early = full.cut(day=day)
        both = early.subjects.join(later.subjects, on="subject")
        for endpoint in ("os", "ttp", "pfs"):
            assert (both[f"{endpoint}_days"] <= both[f"{endpoint}_days_right"]).all()
            changed = both.filter(pl.col(f"{endpoint}_event") != pl.col(f"{endpoint}_event_right"))
            assert (changed[f"{endpoint}_event"] == 0).all()
        best = early.best.join(later.best, on=["subject", "criteria"]).with_columns(
            pl.col("best", "best_right").replace_strict(order, return_dtype=pl.Int8)
        )
        assert (best["best"] <= best["best_right"]).all()
        later = early
