"""Courses with stages, pauses and raised doses: what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sequence_trials import (
    RAISED,
    RECHALLENGE,
    REGORAFENIB,
    SORAFENIB,
    SWITCH,
    arm,
    differing,
    followed,
    harmless,
    inert,
    protocol_of,
)

from hepatrial.agents import load_agent
from hepatrial.disease.parameters import default_parameters
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.protocol.design import Cycle, DoseLevel, Raise
from hepatrial.response.recist import SMALLEST_RISE_MM
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.events import NEVER
from hepatrial.simulation.workers import simulate_patients

OF_TREATMENT = (
    "stage_start",
    "final_progression",
    "final_by_new_lesion",
    "stop",
    "stop_for_adverse_event",
    "agents_end",
)


@pytest.fixture(scope="module")
def staged():
    """A rechallenge beside one stage, no sequence, and placebo; sorafenib as it is."""
    return protocol_of(
        arm("rechallenge", SORAFENIB, sequence=RECHALLENGE),
        arm("one stage", SORAFENIB, sequence="[{give: [sorafenib]}]"),
        arm("none", SORAFENIB),
        arm("placebo"),
    )


@pytest.fixture(scope="module")
def courses(staged):
    return followed(staged)


def test_a_sequence_of_one_stage_is_no_sequence_to_the_bit(courses):
    _, one, none, _ = range(4)
    assert differing(courses.events[one], courses.events[none]) == []
    assert differing(courses.visits[one], courses.visits[none]) == []


def test_a_protocol_whose_sequences_have_one_stage_runs_the_program_without_sequences():
    one = followed(protocol_of(arm("a", SORAFENIB, sequence="[{give: [sorafenib]}]"), arm("p")))
    none = followed(protocol_of(arm("a", SORAFENIB), arm("p")))
    assert one.inputs.plans[0].sequence is None
    assert differing(one.events[0], none.events[0]) == []
    assert differing(one.visits[0], none.visits[0]) == []


def test_an_arm_without_sequence_goes_as_in_a_trial_without_any(courses):
    alone = followed(protocol_of(arm("none", SORAFENIB), arm("placebo")))
    for place, number in ((2, 0), (3, 1)):
        ours, theirs = courses.events[place], alone.events[number]
        for name in ("cancer_death", "liver_death", "progression", "stop", "final_progression", "agents_end"):
            assert np.allclose(getattr(ours, name), getattr(theirs, name), rtol=0.0, atol=1e-6), name


def test_arms_agree_until_their_treatment_differs(courses):
    first, none = courses.events[0], courses.events[2]
    assert np.array_equal(first.progression, none.progression)
    early = none.cancer_death <= none.progression
    assert np.array_equal(first.cancer_death[early], none.cancer_death[early])
    assert not np.array_equal(first.cancer_death, none.cancer_death)


def test_stages_follow_one_another_and_end_as_the_protocol_says(courses):
    events = courses.events[0]
    first, rest, again = events.stage_start.T
    assert np.all(first == 0.0)
    moved = rest < NEVER
    assert moved.sum() > 60
    # Sorafenib ended at progression, or because it was withdrawn; then the trial treatment has ended for good.
    assert np.array_equal(rest[moved], events.progression[moved])
    assert np.all(again[again < NEVER] == rest[again < NEVER] + 42.0)
    assert np.all(events.final_progression[again < NEVER] > again[again < NEVER])
    by_progression = (events.stop < NEVER) & (events.stop_for_adverse_event == 0)
    assert np.array_equal(events.stop[by_progression], events.final_progression[by_progression])


def test_without_a_sequence_progression_beyond_it_is_the_first(courses):
    for events in courses.events[1:]:
        assert np.array_equal(events.final_progression, events.progression)
        assert np.array_equal(events.final_by_new_lesion, events.progression_by_new_lesion)


def test_doses_of_a_rest_are_nothing(courses):
    events, dose = courses.events[0], courses.visits[0].mg_per_day
    days = (np.arange(len(dose)) + 1.0) * 21.0
    resting = (days[:, None] >= events.stage_start[:, 1]) & (
        days[:, None] < np.minimum(events.stage_start[:, 1] + 42.0, events.stop)
    )
    assert resting.sum() > 100
    assert np.all(dose[resting] == 0.0)
    later = (days[:, None] > events.stage_start[:, 2]) & (days[:, None] < events.stop)
    assert (dose[later] > 0.0).mean() > 0.9


def test_results_do_not_depend_on_blocks(staged):
    whole, parts = (
        simulate_patients(Work(staged, default_parameters(), 5, block=size), 128, workers=1).outcomes
        for size in (128, 48)
    )
    for one, other in zip(whole, parts, strict=True):
        for name in one.__slots__:
            ours, theirs = getattr(one, name), getattr(other, name)
            assert (ours is None and theirs is None) or np.array_equal(ours, theirs), name


@pytest.fixture(scope="module")
def inert_courses():
    """Drugs that do nothing, in sequence, and placebo."""
    protocol = protocol_of(
        arm("rest", SORAFENIB, sequence=RECHALLENGE),
        arm("switch", SORAFENIB, REGORAFENIB, sequence=SWITCH),
        arm("placebo"),
    )
    return followed(protocol, own_agents=(inert("sorafenib"), inert("regorafenib")))


def test_sequences_of_drugs_that_do_nothing_are_placebo_to_the_bit(inert_courses):
    *arms, placebo = range(3)
    of_treatment = ("mg_per_day", "concentration_mg_l")
    for place in arms:
        events, none = inert_courses.events[place], inert_courses.events[placebo]
        assert differing(events, none, but=OF_TREATMENT) == []
        assert differing(inert_courses.visits[place], inert_courses.visits[placebo], but=of_treatment) == []


def test_further_progression_is_read_against_the_stage_or_by_a_further_lesion(inert_courses):
    """Worked out again by hand: with no drug effect the cumulative hazard of lesions is the rate times the days."""
    inputs, events, visits = inert_courses.inputs, inert_courses.events[0], inert_courses.visits[0]
    at = np.flatnonzero(np.asarray(inputs.schedule.scan) > 0)
    days, sums = (at + 1.0) * 21.0, visits.measured_sld_mm[at].astype(float)
    by_lesion = 0
    for patient in range(len(events.stop)):
        start = events.stage_start[patient, 2]
        final = events.final_progression[patient]
        if start >= NEVER:  # the rest never ends for whom treatment has ended, as after decompensation
            assert final >= min(events.stop[patient], NEVER)
            continue
        if events.stop[patient] < final:
            continue
        rate = float(inputs.person.new_lesion_per_day[patient])
        had_lesion = events.new_lesion[patient] <= start
        threshold = (
            rate * start + float(inputs.luck.later_lesion[1, patient])
            if had_lesion
            else float(inputs.luck.new_lesion[patient])
        )
        lowest, found, lesion = sums[days <= start][-1], NEVER, False
        for day, measured in zip(days, sums[:, patient], strict=True):
            if day <= start:
                lowest = measured
                continue
            lesion = rate * day >= threshold
            grown = measured >= 1.2 * lowest and measured - lowest >= SMALLEST_RISE_MM["RECIST 1.1"]
            if lesion or grown:
                found = day
                break
            lowest = min(lowest, measured)
        assert final == found, patient
        if found < NEVER:
            assert events.final_by_new_lesion[patient] == lesion
            by_lesion += lesion
    assert by_lesion > 10


def test_a_switch_to_a_drug_without_targets_leaves_survival_as_stopping_does():
    protocol = protocol_of(
        arm("switch", SORAFENIB, REGORAFENIB, sequence=SWITCH, until="death"), arm("stop", SORAFENIB)
    )
    found = followed(protocol, own_agents=(inert("regorafenib"),))
    switch, stop = found.events
    for name in ("cancer_death", "liver_death", "progression"):
        assert np.array_equal(getattr(switch, name), getattr(stop, name)), name
    assert (
        switch.stage_start[:, 1] < stop.progression
    ).sum() > 3  # an agent that is not tolerated gives way before


def test_an_agent_that_is_withdrawn_gives_way_and_never_comes_back():
    never = replace(load_agent("sorafenib"), affinities=())
    fraction = replace(never.withdrawal_given_event, value=1.0)
    events = tuple(
        replace(event, probability=replace(event.probability, value=0.9)) for event in never.adverse_events
    )
    harsh = replace(never, withdrawal_given_event=fraction, adverse_events=events)
    protocol = protocol_of(
        arm("switch", SORAFENIB, REGORAFENIB, sequence=SWITCH),
        arm("again", SORAFENIB, sequence=RECHALLENGE),
    )
    found = followed(protocol, own_agents=(harsh, inert("regorafenib")), daily=True)
    switch, again = found.events
    withdrawn = np.where(switch.withdrawn[:, 0] > 0, switch.adverse_event[:, 0], NEVER).min(axis=1)
    early = (withdrawn < switch.progression) & (switch.stop > withdrawn)
    assert early.sum() > 50
    assert np.array_equal(switch.stage_start[early, 1], withdrawn[early])
    by_event = early & (again.stop_for_adverse_event == 1)
    assert by_event.sum() > 50
    assert np.array_equal(again.stop[by_event], withdrawn[by_event])
    assert (again.stage_start[early, 1] >= NEVER).all()
    days = np.arange(1.0, found.visits[1].mg_per_day.shape[0] * 21 + 1)
    dose = found.visits[1].mg_per_day.reshape(len(days), -1)
    assert np.all(dose[days[:, None] > withdrawn] == 0.0)


def test_a_cycle_without_pause_is_continuous_and_a_raise_to_the_same_dose_is_none():
    protocol = protocol_of(
        arm("cycle", SORAFENIB), arm("raise", SORAFENIB), arm("continuous", SORAFENIB), arm("more", RAISED)
    )
    # No event acts on the dose: a step down from the raised level would be to the planned one.
    regimen = replace(protocol.arms[0].regimens[0], interrupt_at_grade=5)
    same = Raise(DoseLevel(400.0, 0.5), 56.0)
    changed = (
        replace(regimen, cycle=Cycle(21.0, 0.0)),
        replace(regimen, raise_to=same),
        regimen,
        replace(regimen, raise_to=Raise(DoseLevel(600.0, 0.5), 56.0)),
    )
    arms = tuple(
        replace(one, regimens=(regimen,)) for one, regimen in zip(protocol.arms, changed, strict=True)
    )
    found = followed(replace(protocol, arms=arms))
    cycle, raised, continuous, more = range(4)
    for place in (cycle, raised):
        assert differing(found.events[place], found.events[continuous], but=("raised",)) == []
        assert differing(found.visits[place], found.visits[continuous]) == []
    treated = found.events[raised].stop > 56.0
    assert np.all(found.events[raised].raised[treated, 0] == 56.0)
    # More of the agent never means less of it in the blood, nor fewer of its adverse events.
    higher, lower = (found.visits[place].concentration_mg_l for place in (more, continuous))
    dosed = found.events[more].stop == found.events[continuous].stop
    assert np.all(higher[:4] >= lower[:4])
    assert np.all(higher[:, dosed] >= lower[:, dosed])
    assert (higher[4] > 1.05 * lower[4])[treated & dosed].mean() > 0.9
    assert np.all(found.events[more].adverse_event <= found.events[continuous].adverse_event)


def test_a_dose_is_raised_in_those_alone_whom_no_event_has_interrupted():
    found = followed(protocol_of(arm("raised", RAISED), arm("placebo")), patients=256)
    events = found.events[0]
    acting = np.where(events.adverse_event[:, 0] > 0, events.adverse_event[:, 0], NEVER).min(axis=1)
    raised = events.raised[:, 0] < NEVER
    treated = events.stop > 56.0
    assert np.array_equal(raised[treated], acting[treated] > 56.0)
    assert not raised[~treated].any()
    assert np.all(events.raised[raised, 0] == 56.0)
    assert 0.2 < raised.mean() < 0.8
    dose = found.visits[0].mg_per_day
    on = (events.stop > 84.0) & raised & (acting > 84.0)
    assert np.all(dose[3, on] == 1200.0)
    assert np.all(dose[1, events.stop > 42.0] <= 800.0)


ON_THEN_OFF = "[{give: [sorafenib], for: 40 weeks}, {give: [], for: 12 weeks}, {give: [sorafenib]}]"


@pytest.mark.parametrize(
    ("cause", "regained"),
    [
        ("none", ()),
        ("falling_exposure", ("concentration_mg_l", "vessel_supply")),
        ("angiogenic_escape", ("vessel_supply",)),
    ],
)
def test_a_rest_regains_sensitivity_through_exposure_and_escape_alone(cause, regained):
    protocol = protocol_of(
        arm("rest", SORAFENIB, sequence=ON_THEN_OFF, until="death"), arm("on", SORAFENIB, until="death")
    )
    switches = ResistanceSwitches(**{name: name == cause for name in ResistanceSwitches.__slots__})
    found = followed(protocol, switches=switches, own_agents=(harmless("sorafenib"),), patients=64)
    treated = np.minimum(*(events.stop for events in found.events)) > 462.0
    week_66 = {
        name: [getattr(visits, name)[21][treated] for visits in found.visits]
        for name in ("concentration_mg_l", "vessel_supply")
    }
    assert treated.sum() > 40
    for name, (rest, on) in week_66.items():
        # Exposure falls with what is regained, the supply of vessels rises.
        gain = (rest / on - 1.0) * (1.0 if name == "concentration_mg_l" else -1.0)
        if name in regained:
            assert np.all(gain > 0.0), name
            assert np.median(gain) > 0.01, name
        else:
            assert np.all(np.abs(gain) < 2e-3), name
