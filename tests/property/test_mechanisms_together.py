"""What must hold of agents in combination, in stages, with embolisation and after ablation alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from locoregional_trials import protocol_of
from mechanism_trials import ALONE, PARTNERED, WAYS, arms
from sequence_trials import differing, followed, harmless, inert

from hepatrial.agents import agent_names, load_agent
from hepatrial.conduct.replicates import replicate_effects
from hepatrial.disease.parameters import default_parameters
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.failures import Failure, failures_of
from hepatrial.simulation.workers import simulate_patients

PATIENTS = 64
OF_BOTH_AGENTS = ("mg_per_day", "concentration_mg_l")
"""Records of the doses of all agents together, an inert partner's among them."""
OF_TREATMENT = (
    "stop",
    "stop_for_adverse_event",
    "agents_end",
    "final_progression",
    "final_by_new_lesion",
    "stage_start",
)
"""Treatment and stages go on with the partner in a patient from whom the other agent was withdrawn."""
NOTHING = "  - {name: none, agents: [], treat_until: progression}"


@pytest.fixture(scope="module")
def partnered():
    """Sorafenib with a partner that hits nothing, and without it, in every way of giving it."""
    protocol = protocol_of(*arms(PARTNERED, "both"), *arms(ALONE, "alone"), NOTHING)
    return followed(protocol, own_agents=(inert("regorafenib"),), patients=PATIENTS)


@pytest.mark.parametrize("way", range(len(WAYS)), ids=list(WAYS))
def test_a_partner_without_target_changes_nothing_to_the_bit(partnered, way):
    both, alone = way, way + len(WAYS)
    events = [partnered.events[place] for place in (both, alone)]
    assert differing(*events, but=OF_TREATMENT) == []
    assert differing(partnered.visits[both], partnered.visits[alone], but=OF_BOTH_AGENTS) == []
    kept = ~(events[1].withdrawn > 0).any(axis=(1, 2))
    assert kept.sum() > PATIENTS / 2
    for name in OF_TREATMENT:
        assert np.array_equal(*(getattr(one, name)[kept] for one in events)), name
    doses = [partnered.visits[place].mg_per_day[1] for place in (both, alone)]
    assert np.any(doses[0] > doses[1])


@pytest.fixture(scope="module")
def in_every_way():
    """Sorafenib in every way of giving it, beside the same sessions and ablations without it."""
    return protocol_of(
        *arms(ALONE, "treated"),
        *arms({}, "untreated"),
        endpoints="[OS, TTP, PFS]",
    )


def follow_with(protocol, parameters, own_agents):
    work = Work(protocol, parameters, 5, block=PATIENTS, own_agents=own_agents)
    return follow_patients(work, np.arange(PATIENTS))


def with_dose(protocol, factor):
    """The protocol with all doses of all agents times a factor."""

    def changed(regimen):
        return replace(
            regimen,
            levels=tuple(replace(level, dose_mg=level.dose_mg * factor) for level in regimen.levels),
        )

    return replace(
        protocol,
        arms=tuple(replace(arm, regimens=tuple(map(changed, arm.regimens))) for arm in protocol.arms),
    )


def test_the_effect_goes_to_nothing_as_the_dose_does_in_every_way_of_giving_it(in_every_way):
    agent = harmless("sorafenib")

    def effects(factor):
        found = followed(with_dose(in_every_way, factor), own_agents=(agent,), patients=PATIENTS)
        pairs = [(found.visits[way], found.visits[way + len(WAYS)]) for way in range(len(WAYS))]
        # The third visit lies before any session on demand could have been asked for on one side alone.
        return [float(np.mean(np.abs(np.log(one.sld_mm[3] / other.sld_mm[3])))) for one, other in pairs]

    doses = [effects(factor) for factor in (1.0, 1e-8, 0.0)]
    for way, (full, little, none) in zip(WAYS, zip(*doses, strict=True), strict=True):
        # Exposure goes with dose to the power of 0.57: 3e-5 of it is left.
        assert full > 0.01, way
        assert little < 1e-3 * full, way
        assert none == 0.0, way


@pytest.mark.long  # starts processes, which compile anew
def test_results_depend_on_neither_blocks_nor_workers_in_any_way_of_treating(in_every_way):
    treated = protocol_of(*arms(ALONE, "treated"))
    work = Work(treated, default_parameters(), 5, block=192)
    whole = simulate_patients(work, 192, workers=1)
    parts = simulate_patients(replace(work, block=80), 192, workers=2)
    for one, other in zip(whole.outcomes, parts.outcomes, strict=True):
        for name in one.__slots__:
            ours, theirs = getattr(one, name), getattr(other, name)
            assert (ours is None and theirs is None) or np.array_equal(ours, theirs), name


def test_swapping_labels_turns_the_sign_of_every_log_hazard_ratio_in_every_way_of_treating(in_every_way):
    work = Work(in_every_way, default_parameters(), 5, block=PATIENTS)
    simulated = simulate_patients(work, 6 * PATIENTS, workers=1)
    found = {
        control: replicate_effects(
            replace(in_every_way, control=control),
            simulated.patients,
            list(simulated.outcomes),
            work.streams,
            10,
        )
        for control in (arm.name for arm in in_every_way.arms)
    }
    for way in WAYS:
        one, other = f"{way} treated", f"{way} untreated"
        for endpoint in in_every_way.analysis.endpoints:
            forwards, backwards = found[other][one, endpoint], found[one][other, endpoint]
            np.testing.assert_allclose(forwards.log_hr, -backwards.log_hr, atol=1e-9)
            np.testing.assert_allclose(forwards.z, -backwards.z, atol=1e-9)
        assert np.nanmax(np.abs(found[other][one, "OS"].log_hr)) > 0.01, way


def test_viable_tissue_is_never_more_than_the_whole_and_the_whole_shrinks_only_as_the_dead_is_cleared(
    in_every_way,
):
    """Sessions and heat kill tissue and take none out; combinations and stages bring none back."""
    found = followed(in_every_way, patients=PATIENTS, daily=True)
    parameters = default_parameters()
    usual = found.inputs.steps.baseline_ml < 0.5 * parameters["growth.largest_volume_ml"]
    least = -parameters["growth.necrosis_clearance_per_day"] / 3.0 - 1e-5
    assert usual.mean() > 0.9
    for arm, visits in zip(in_every_way.arms, found.visits, strict=True):
        whole, viable = (
            np.asarray(getattr(visits, name)).reshape(-1, PATIENTS)[:, usual].astype(float)
            for name in ("sld_mm", "viable_sld_mm")
        )
        assert np.all(viable <= whole * (1 + 1e-6)), arm.name
        assert np.diff(np.log(whole), axis=0).min() > least, arm.name
    killed = found.visits[3].viable_sld_mm[1] / found.visits[0].viable_sld_mm[1]
    assert np.median(killed) < 0.7


SMALL = 1e-7


def nearby(agent):
    """The agent with every number by which it acts moved by a ten-millionth."""
    kinetics = {
        name: replace(value, value=value.value * (1.0 + SMALL))
        for name in ("clearance_l_per_h", "volume_l", "fraction_unbound", "clearance_cv")
        if (value := getattr(agent.pharmacokinetics, name)) is not None
    }
    moved = replace(agent.effective_potency, value=agent.effective_potency.value * (1.0 - 3.0 * SMALL))
    return replace(
        agent, pharmacokinetics=replace(agent.pharmacokinetics, **kinetics), effective_potency=moved
    )


def test_courses_are_continuous_in_the_numbers_of_agents_and_of_the_model(in_every_way):
    """A patient whose scan lies at a threshold may go another way; nobody else may."""
    here = followed(in_every_way, patients=PATIENTS)
    moved = default_parameters().with_values(
        {
            name: value * (1.0 + SMALL)
            for name in (
                "growth.doubling_time_days",
                "angiogenesis.vascular_ratio",
                "hazards.cancer_rate_per_month",
                "tace.partial_kill",
                "liver.tumour_albi_per_month",
            )
            if (value := default_parameters()[name])
        }
    )
    there = follow_with(in_every_way, moved, (nearby(load_agent("sorafenib")),))
    for arm, one, other in zip(in_every_way.arms, here.visits, there.visits, strict=True):
        for name in ("sld_mm", "viable_sld_mm", "albi_change", "cumulative_hazard"):
            ours, theirs = (np.asarray(getattr(found, name), dtype=float) for found in (one, other))
            apart = np.abs(theirs - ours) > 1e-4 * (1.0 + np.abs(ours))
            assert apart.any(axis=0).mean() < 0.02, (arm.name, name)
        assert not np.array_equal(one.cumulative_hazard, other.cumulative_hazard), arm.name


EXTREME_NUMBERS = {
    "growth.doubling_time_days": 2.0,
    "angiogenesis.vascular_ratio": 1e3,
    "resistance.resistant_fraction": 1.0 - 1e-9,
    "hazards.cancer_rate_per_month": 1e3,
    "liver.tumour_albi_per_month": 10.0,
}


def given(name):
    """The agent in YAML, with the mean daily dose of its usual one."""
    agent = load_agent(name)
    dose = agent.usual_dose_mg / agent.usual_interval_days
    return f"{{agent: {name}, dose: {dose:.6g} mg, schedule: once daily}}"


def all_together(names):
    """Agents of the catalogue, at most six in an arm."""
    groups = [names[start : start + 6] for start in range(0, len(names), 6)]
    return protocol_of(
        *(
            f"  - {{name: arm {number}, agents: [{', '.join(map(given, group))}], treat_until: death}}"
            for number, group in enumerate(groups)
        )
    )


SIX_KINDS = ("cabozantinib", "bevacizumab", "everolimus", "fisogatinib", "sunitinib", "trametinib")


@pytest.mark.parametrize(
    "names", [SIX_KINDS, pytest.param(agent_names(), marks=pytest.mark.long)], ids=["six kinds", "all agents"]
)
def test_agents_at_any_dose_in_any_disease_stay_finite(names):
    """But in patients whose tumour is faster than a step can follow, who are counted as failed for that reason."""
    protocol = all_together(names)
    for factor, numbers in product((1e-9, 1.0, 1e6), ({}, EXTREME_NUMBERS)):
        parameters = default_parameters().with_values(numbers)
        work = Work(with_dose(protocol, factor), parameters, 5, block=PATIENTS)
        found = follow_patients(work, np.arange(PATIENTS))
        failed = failures_of(found)
        assert set(failed) <= {Failure.NONE, Failure.TOO_FAST}
        assert numbers or not failed.any()
        through = failed == Failure.NONE
        assert through.mean() > 0.5
        for arm, visits, events in zip(protocol.arms, found.visits, found.events, strict=True):
            for record, patients in ((visits, (..., through)), (events, (through,))):
                for name, value in record._asdict().items():
                    assert np.isfinite(value[patients]).all(), (arm.name, name, factor)
            assert np.all(visits.sld_mm[..., through] > 0.0), arm.name
