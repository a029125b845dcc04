"""Death from toxicity: what must be true of it, whatever an agent's numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import recorded_agent
from hepatrial.disease.parameters import default_parameters
from hepatrial.disease.resistance import ALL_CAUSES
from hepatrial.quantities import Quantity
from hepatrial.simulation.blocks import Work, follow_patients, outcomes_of
from hepatrial.simulation.events import NEVER
from hepatrial.simulation.inputs import agent_tables

N = 512
SORAFENIB = recorded_agent("sorafenib")


def share(value):
    return Quantity(value, "1", "assumed", "of this test")


def with_fatal(value, agent=SORAFENIB):
    return replace(agent, fatal_given_event=share(value))


def followed(protocol, *agents, daily=False):
    work = Work(protocol, default_parameters(), 11, block=N, own_agents=agents)
    return follow_patients(work, np.arange(N), daily=daily)


@pytest.fixture(scope="module")
def none(sharp):
    return followed(sharp, with_fatal(0.0), daily=True)


@pytest.fixture(scope="module")
def many(sharp):
    return followed(sharp, with_fatal(0.5), daily=True)


def test_where_no_event_is_fatal_nobody_dies_of_toxicity_and_all_else_is_the_same_to_the_bit(none, many):
    assert (many.events[0].toxic_death < NEVER).sum() > 50
    for before, after in zip(none.events, many.events, strict=True):
        assert (before.toxic_death >= NEVER).all()
        for name in set(before._fields) - {"toxic_death"}:
            np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
    for before, after in zip(none.visits, many.visits, strict=True):
        for name in set(before._fields) - {"cumulative_hazard", "cumulative_toxic_hazard"}:
            np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


def test_an_arm_without_agents_has_none(many):
    assert (many.events[1].toxic_death >= NEVER).all()


def toxic_hazard(none, many, arm=0):
    """Cumulative hazard of toxic death at the end of each day, shape (days, n): what it adds to that of death."""
    ends = (np.asarray(followed.visits[arm].cumulative_hazard, float) for followed in (none, many))
    before, after = (end.reshape(-1, N) for end in ends)
    return after - before


def on_agent(found):
    """Days on which a dose is given, shape (days, n); a record, made before the visit, holds the dose that follows."""
    dose = np.asarray(found.visits[0].mg_per_day, float).reshape(-1, N)
    before_stop = np.arange(len(dose))[:, None] < found.events[0].stop
    return (np.vstack([np.ones((1, N)), dose[:-1]]) > 0.0) & before_stop


def told(none, arm=0):
    """Where a difference of hazards can be told: the record holds them as float32, and that of cancer grows large."""
    return np.asarray(none.visits[arm].cumulative_hazard, float).reshape(-1, N) < 5.0


def test_its_hazard_is_the_share_of_that_of_all_events_at_the_present_exposure(sharp, none, many):
    """Worked out from the record: concentration at both ends of each day, and the days on which a dose is given."""
    tables = agent_tables([SORAFENIB], ALL_CAUSES)
    conc = np.asarray(none.visits[0].concentration_mg_l, float).reshape(-1, N)
    patients = slice(0, 64)
    before = np.vstack([np.zeros((1, N)), conc[:-1]])
    days = np.arange(len(conc))[:, None]
    wave = (tables.toxicity_rate * np.exp(-days[..., None] / tables.toxicity_onset_days)).sum(axis=-1)
    daily = on_agent(none) * wave * 0.5 * (before + conc) / tables.reference_mg_l[0]
    expected = 0.5 * np.cumsum(daily, axis=0)
    apart = np.where(told(none), np.abs(toxic_hazard(none, many) - expected), 0.0)[:, patients]
    assert apart.max() < 5e-6
    assert expected[:, patients].max() > 0.2


def test_nobody_dies_of_an_agent_that_is_no_longer_given(none, many):
    """Only on days on the agent: none in an interruption, none after the stop."""
    given = on_agent(none)
    dies = many.events[0].toxic_death
    who = np.flatnonzero(dies < NEVER)
    assert given[dies[who].astype(int), who].all()
    rose = (np.diff(toxic_hazard(none, many), axis=0, prepend=0.0) > 1e-5) & told(none)
    assert rose.sum() > 10_000
    assert not (rose & ~given).any()


def test_it_competes_with_the_deaths_of_the_disease(sharp, none, many):
    before, after = outcomes_of(none.events[0]), outcomes_of(many.events[0])
    np.testing.assert_array_equal(after.death, np.minimum(before.death, after.toxic_death))
    assert (after.death < before.death).sum() > 30


def test_a_higher_share_kills_no_later(sharp, many):
    more = followed(sharp, with_fatal(0.9)).events[0].toxic_death
    assert (more <= many.events[0].toxic_death).all()
    assert (more < many.events[0].toxic_death).any()


def test_agents_add_up(sharp):
    """Two agents together: the hazard of each is its own share of its own events."""
    second = replace(SORAFENIB, name="second", fatal_given_event=share(0.0))
    arm, control = sharp.arms
    both = replace(
        arm, regimens=(*arm.regimens, *(replace(regimen, agent="second") for regimen in arm.regimens))
    )
    protocol = replace(sharp, arms=(both, control))
    of_first, of_both = (
        followed(protocol, with_fatal(0.2), replace(second, fatal_given_event=share(value)))
        for value in (0.0, 0.2)
    )
    of_second = followed(protocol, with_fatal(0.0), replace(second, fatal_given_event=share(0.2)))
    nobody = followed(protocol, with_fatal(0.0), second)
    base = np.asarray(nobody.visits[0].cumulative_hazard, float)
    first, other, together = (
        np.asarray(one.visits[0].cumulative_hazard, float) - base for one in (of_first, of_second, of_both)
    )
    early = base < 5.0
    np.testing.assert_allclose(together[early], (first + other)[early], atol=3e-6)
    assert first[early].max() > 0.05
    assert other[early].max() > 0.05


def test_effective_toxicity_multiplies_the_rates_of_all_events_and_is_one_unless_given(sharp):
    assert (SORAFENIB.effective_toxicity.value, SORAFENIB.effective_toxicity.grade) == (1.0, "assumed")
    double = replace(SORAFENIB, effective_toxicity=replace(SORAFENIB.effective_toxicity, value=2.0))
    rates = [agent_tables([agent], ALL_CAUSES).toxicity_rate for agent in (SORAFENIB, double)]
    np.testing.assert_array_equal(rates[1], 2.0 * rates[0])
    usual, harsh = (followed(sharp, agent).events[0] for agent in (SORAFENIB, double))
    assert (harsh.adverse_event < NEVER).sum() > 1.2 * (usual.adverse_event < NEVER).sum()
    # Of a patient's later events: an earlier one may put them off.
    first, sooner = (events.adverse_event[:, 0].min(axis=1) for events in (usual, harsh))
    assert (sooner <= first).all()
