"""Doses by body weight and planned pauses: what each patient is given, and that nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.conduct.doses import dose_tables
from hepatrial.disease.parameters import default_parameters
from hepatrial.exchange.sbml.treatment_course import treatment_course
from hepatrial.protocol.design import Cycle, DoseLevel, LighterDoses
from hepatrial.protocol.loading import load, load_text
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.treatment.ladder import daily_doses, mean_daily_doses

N = 64
FLAT = (DoseLevel(400.0, 0.5), DoseLevel(400.0, 1.0))


def with_regimen(**changes):
    sharp = load("sharp")
    arm = sharp.arms[0]
    regimen = replace(arm.regimens[0], **{"levels": FLAT} | changes)
    return replace(sharp, arms=(replace(arm, regimens=(regimen,)), sharp.arms[1]), horizon_days=210.0)


def followed(protocol, *, daily=False):
    return follow_patients(Work(protocol, default_parameters(), seed=5, block=N), np.arange(N), daily=daily)


@pytest.fixture(scope="module")
def flat():
    return followed(with_regimen())


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_dose_per_kg_is_the_dose_times_the_body_weight():
    weight = np.array([50.0, 80.0, 110.0])
    regimen = replace(with_regimen().arms[0].regimens[0], levels=(DoseLevel(8.0, 14.0, per_kg=True),))
    doses, last = daily_doses(regimen, weight, 2)
    np.testing.assert_allclose(doses, [8.0 * weight / 14.0, np.zeros(3)])
    assert last.tolist() == [0, 0, 0]


def test_patients_below_the_weight_have_their_own_ladder_and_those_at_it_have_not():
    regimen = replace(
        with_regimen().arms[0].regimens[0],
        levels=(DoseLevel(12.0, 1.0), DoseLevel(8.0, 1.0), DoseLevel(4.0, 1.0)),
        lighter=LighterDoses(60.0, (DoseLevel(8.0, 1.0), DoseLevel(4.0, 1.0))),
    )
    doses, last = daily_doses(regimen, np.array([59.9, 60.0]), 3)
    assert doses.T.tolist() == [[8.0, 4.0, 0.0], [12.0, 8.0, 4.0]]
    assert last.tolist() == [1, 2]


def test_the_same_doses_said_by_weight_change_no_bit(flat):
    """A light ladder that repeats the other one, and a weight that everybody is below."""
    by_weight = followed(with_regimen(lighter=LighterDoses(300.0, FLAT)))
    for arm in range(2):
        assert same(flat.events[arm], by_weight.events[arm])
        assert same(flat.visits[arm], by_weight.visits[arm])


def test_a_heavier_patient_gets_more_of_a_dose_per_kg_and_the_trial_agrees_with_the_engine():
    protocol = with_regimen(levels=(DoseLevel(10.0, 1.0, per_kg=True), DoseLevel(5.0, 1.0, per_kg=True)))
    found = followed(protocol)
    weight = found.patients.weight_kg
    first = np.asarray(found.visits[0].mg_per_day)[0]
    untouched = found.events[0].adverse_event.reshape(N, -1).min(axis=1) > 30.0
    untouched &= found.events[0].decompensation > 30.0
    assert untouched.sum() > 5
    np.testing.assert_allclose(first[untouched], 10.0 * weight[untouched], rtol=1e-6)
    agents = Work(protocol, default_parameters(), seed=5).agents
    exposure, _ = dose_tables(
        protocol.arms[0], agents, found.events[0], np.arange(N), np.full(N, 200.0), weight
    )
    planned = exposure.filter(exposure["reason"] == "planned dose").unique("subject", maintain_order=True)
    np.testing.assert_allclose(
        planned["dose_mg_per_day"].to_numpy(), 10.0 * weight[planned["subject"].to_numpy()]
    )


def test_a_planned_pause_empties_the_body_and_is_recorded_as_the_mean_dose(flat):
    cycle = Cycle(14.0, 14.0)
    assert cycle.share_on == 0.5
    protocol = with_regimen(cycle=cycle)
    found, steady = followed(protocol, daily=True), followed(with_regimen(), daily=True)
    quiet = np.logical_and.reduce(
        [
            (each.events[0].adverse_event.reshape(N, -1).min(axis=1) > 60.0) & (each.events[0].stop > 60.0)
            for each in (steady, found)
        ]
    )
    assert quiet.sum() > 3
    level = np.asarray(found.visits[0].concentration_mg_l).reshape(-1, N)[:, quiet]
    as_flat = np.asarray(steady.visits[0].concentration_mg_l).reshape(-1, N)[:, quiet]
    np.testing.assert_array_equal(level[:14], as_flat[:14])
    assert (np.diff(level[14:28], axis=0) < 0.0).all()
    assert (level[28:33] > level[27]).all()
    doses = np.asarray(found.visits[0].mg_per_day).reshape(-1, N)[:, quiet]
    assert set(np.unique(doses[:56])) == {400.0}
    ladder = mean_daily_doses(protocol.arms[0].regimens[0], np.array([70.0]))
    assert ladder.ravel().tolist() == [400.0, 200.0]


def test_the_exported_course_follows_weight_and_pauses():
    protocol = with_regimen(
        levels=(DoseLevel(10.0, 1.0, per_kg=True),), cycle=Cycle(21.0, 7.0), start_day=3.0
    )
    found = followed(protocol)
    patient = int(np.argmax(found.events[0].adverse_event.reshape(N, -1).min(axis=1)))
    course = treatment_course(found.events[0], found.inputs.plans[0], patient, 40)
    given = 10.0 * found.patients.weight_kg[patient]
    assert [change.day for change in course.doses[0]] == [0.0, 3.0, 24.0, 31.0]
    assert [change.mg_per_day for change in course.doses[0]] == pytest.approx([0.0, given, 0.0, given])


AGENT = """        dose: 400 mg                 # registry
        schedule: twice daily
        reduce_to: [400 mg once daily, 400 mg every other day]   # registry
"""
WRITTEN = """        dose: 8 mg/kg
        schedule: every 2 weeks
        reduce_to: [6 mg/kg every 2 weeks]
        lighter: {below: 60 kg, doses: [7 mg/kg every 2 weeks, 5 mg/kg every 2 weeks]}
        cycle: {give: 6 weeks, pause: 10 days}
"""


def test_weight_and_cycles_are_read_and_written_back_the_same():
    text = load("sharp").text
    assert AGENT in text
    read = load_text(text.replace(AGENT, WRITTEN))
    regimen = read.arms[0].regimens[0]
    assert regimen.levels == (DoseLevel(8.0, 14.0, True), DoseLevel(6.0, 14.0, True))
    assert regimen.lighter == LighterDoses(60.0, (DoseLevel(7.0, 14.0, True), DoseLevel(5.0, 14.0, True)))
    assert regimen.cycle == Cycle(42.0, 10.0)
    again = read.with_changes(title="again")
    assert again.arms == read.arms


def test_only_what_a_protocol_says_counts_in_its_hash():
    """The hash of SHARP is that from before doses by weight and cycles could be said."""
    sharp = load("sharp")
    assert sharp.hash == "1276c44e7a829e220cb0768e601856d96bc2074d5d28455c4708ae80d1d1eb87"
    pause = "        cycle: {give: 3 weeks, pause: 1 week}\n"
    said = load_text(sharp.text.replace(AGENT, AGENT + pause))
    assert said.hash != sharp.hash
