"""What must be true of the engine, whatever the patients: rules of treatment, extremes, precision, continuity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import agent_names, load_agent
from hepatrial.disease.parameters import default_parameters
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.protocol.design import DoseLevel
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.events import ADVERSE_EVENT, NEVER

NUMBERS = np.arange(256)


def followed(protocol, numbers=NUMBERS, *, daily=False, **changes):
    work = Work(protocol, default_parameters(), 7, **{"block": 256, **changes})
    return follow_patients(work, numbers, daily=daily)


def with_regimen(protocol, **changes):
    arm = protocol.arm("sorafenib")
    changed = replace(arm, regimens=(replace(arm.regimens[0], **changes),))
    return replace(protocol, arms=(changed, protocol.arm("placebo")))


def daily_dose(result, arm=0):
    doses = np.asarray(result.visits[arm].mg_per_day)
    return doses.reshape(-1, doses.shape[-1])


def test_an_agent_that_starts_later_gives_nothing_before(sharp):
    result = followed(with_regimen(sharp, start_day=63.0), daily=True)
    dose = daily_dose(result)
    # The record of a day is that of its end: day 62 is the last one without the agent.
    assert not dose[:62].any()
    assert dose[63].any()
    before = [np.asarray(visit.sld_mm).reshape(-1, 256)[:62] for visit in result.visits]
    assert np.array_equal(before[0], before[1])
    assert result.events[0].adverse_event.min() > 63.0


def test_events_below_the_grade_of_interruption_change_no_dose(sharp):
    result = followed(with_regimen(sharp, interrupt_at_grade=4), daily=True)
    assert (result.events[0].adverse_event < NEVER).any()
    assert not result.events[0].reduced.any()
    assert not result.events[0].withdrawn.any()
    assert set(np.unique(daily_dose(result))) == {0.0, 800.0}


def test_an_ic50_stands_for_a_dissociation_constant(sharp):
    sorafenib = load_agent("sorafenib")
    measured = tuple(replace(affinity, kind="IC50") for affinity in sorafenib.affinities)
    agent = replace(sorafenib, affinities=measured)
    assert "Kd of VEGFR2" in agent.gaps
    as_kd, as_ic50 = followed(sharp), followed(sharp, own_agents=(agent,))
    assert np.array_equal(as_kd.visits[0].sld_mm, as_ic50.visits[0].sld_mm)


def test_without_an_end_after_the_last_level_only_withdrawal_ends_an_agent(sharp):
    sorafenib = load_agent("sorafenib")
    always = replace(sorafenib.reduction_given_event, value=1.0)
    never = replace(sorafenib.withdrawal_given_event, value=0.0)
    agent = replace(sorafenib, reduction_given_event=always, withdrawal_given_event=never)
    one_level = sharp.arm("sorafenib").regimens[0].levels[:1]
    ends = followed(with_regimen(sharp, levels=one_level), own_agents=(agent,)).events[0]
    goes_on = with_regimen(sharp, levels=one_level, stop_after_last_level=False)
    stays = followed(goes_on, own_agents=(agent,)).events[0]
    assert ends.withdrawn.any()
    assert (ends.stop_for_adverse_event > 0).any()
    assert not stays.withdrawn.any()
    assert not (stays.stop_for_adverse_event == ADVERSE_EVENT).any()


def test_doses_only_step_down_and_each_interruption_has_its_length(sharp):
    result = followed(sharp, daily=True)
    dose, events = daily_dose(result), result.events[0]
    for patient in range(64):
        given = dose[:, patient][dose[:, patient] > 0]
        assert np.all(np.diff(given) <= 0)
        first = events.adverse_event[patient].min()
        if first < min(events.stop[patient], 1000.0) - 14 and not events.withdrawn[patient].any():
            # The event comes at the end of day `first`: its record and the next 13 hold no dose.
            assert not dose[int(first) - 1 : int(first) + 13, patient].any()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("growth.doubling_time_days", 2.0),
        ("growth.doubling_time_days", 1e5),
        ("angiogenesis.vascular_ratio", 1e-3),
        ("angiogenesis.vascular_ratio", 1e3),
        ("angiogenesis.vessel_turnover_per_day", 50.0),
        ("resistance.resistant_fraction", 1e-12),
        ("resistance.resistant_fraction", 1.0 - 1e-9),
        ("hazards.cancer_rate_per_month", 1e3),
        ("hazards.volume_exponent", 5.0),
        ("liver.tumour_albi_per_month", 10.0),
    ],
)
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_extreme_parameters_stay_finite(sharp, name, value, precision):
    parameters = default_parameters().with_values({name: value})
    result = follow_patients(Work(sharp, parameters, 7, precision, block=256), NUMBERS)
    for visits in result.visits:
        for field, record in visits._asdict().items():
            assert np.isfinite(record).all(), field


def test_single_and_double_precision_agree(sharp):
    double, single = (followed(sharp, precision=precision) for precision in ("float64", "float32"))
    for one, other in zip(double.visits, single.visits, strict=True):
        # Where a dose changes a day earlier or later by rounding, trajectories part; that is rare.
        apart = np.abs(other.sld_mm / one.sld_mm - 1.0).max(axis=0) > 1e-4
        assert apart.mean() < 0.02
    for one, other in zip(double.events, single.events, strict=True):
        assert np.mean(np.abs(one.cancer_death - other.cancer_death) > 0.1) < 0.02


def test_a_small_change_of_dose_changes_little(sharp):
    """No hidden threshold: tumour size is continuous in the dose, from nothing on."""

    def size(mg):
        levels = (replace(sharp.arm("sorafenib").regimens[0].levels[0], dose_mg=mg),)
        agent = replace(load_agent("sorafenib"), adverse_events=())
        protocol = with_regimen(sharp, levels=levels)
        return np.log(followed(protocol, own_agents=(agent,)).visits[0].sld_mm[10].astype(float))

    doses = np.array([0.0, 1e-3, 1e-2, 1e-1, 1.0, 4.0, 16.0, 64.0, 128.0, 256.0, 400.0])
    sizes = np.array([size(mg) if mg else followed(sharp).visits[1].sld_mm[10] for mg in doses])
    sizes[0] = np.log(followed(sharp).visits[1].sld_mm[10].astype(float))
    effect = np.mean(sizes[0] - sizes, axis=1)
    assert np.all(np.diff(effect) > 0.0)
    # At low dose exposure goes with a power of dose below 1 and the effect with exposure: a tenth of the dose keeps at
    # least a tenth of the effect, and never jumps.
    assert np.all(effect[1:-1] / effect[2:] > 0.1)
    assert effect[1] < 2e-3 * effect[-1]


@pytest.mark.parametrize("cause", ["selection", "angiogenic_escape", "rewiring", "falling_exposure"])
def test_each_cause_of_resistance_costs_effect_and_nothing_without_drug(sharp, cause):
    everything, without = followed(sharp), followed(sharp, switches=ResistanceSwitches(**{cause: False}))
    treated = [np.log(result.visits[0].sld_mm[8].astype(float)).mean() for result in (everything, without)]
    assert treated[1] < treated[0]
    untreated = [result.visits[1].sld_mm[8] for result in (everything, without)]
    if cause == "selection":  # resistant cells grow as others do without drug; only rounding differs
        np.testing.assert_allclose(untreated[0], untreated[1], rtol=1e-5)
    else:
        assert np.array_equal(untreated[0], untreated[1])


def test_volume_is_conserved(sharp):
    """Viable tissue is never more than the whole, and the whole shrinks only as necrosis is cleared."""
    result = followed(sharp, daily=True)
    largest = default_parameters()["growth.largest_volume_ml"]
    clearance = default_parameters()["growth.necrosis_clearance_per_day"]
    # Beyond the largest volume growth turns negative.
    usual = result.inputs.steps.baseline_ml < 0.5 * largest
    assert usual.mean() > 0.9
    for visits in result.visits:
        whole, viable = (
            np.asarray(getattr(visits, name)).reshape(-1, 256)[:, usual].astype(float)
            for name in ("sld_mm", "viable_sld_mm")
        )
        assert np.all(viable <= whole * (1 + 1e-6))
        assert np.diff(np.log(whole), axis=0).min() > -clearance / 3 - 1e-5


SIX_KINDS = ("cabozantinib", "bevacizumab", "brivanib", "fisogatinib", "sunitinib", "tivantinib")


@pytest.mark.parametrize("names", [SIX_KINDS, pytest.param(agent_names(), marks=pytest.mark.long)], ids=len)
def test_agents_at_dose_zero_equal_no_drug_to_the_bit(sharp, names):
    """Each with its own kinetics and events, gaps filled."""
    arm = sharp.arm("sorafenib")
    nothing = (DoseLevel(0.0, 1.0),)
    regimens = tuple(replace(arm.regimens[0], agent=name, levels=nothing) for name in names)
    placebo = replace(sharp.arm("placebo"), treat_until=arm.treat_until)
    result = followed(
        replace(sharp, arms=(replace(arm, regimens=regimens), placebo)), np.arange(64), block=64
    )
    treated, untreated = result.events
    for name in ("cancer_death", "liver_death", "new_lesion", "symptoms", "progression"):
        found, expected = np.asarray(getattr(treated, name)), np.asarray(getattr(untreated, name))
        assert np.array_equal(found, expected), name
    assert np.array_equal(result.visits[0].sld_mm, result.visits[1].sld_mm)
