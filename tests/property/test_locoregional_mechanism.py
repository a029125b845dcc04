"""Embolisation and ablation: what each mechanism does and does not do, whatever its strength."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from locoregional_trials import (
    FOUR_FIXED,
    NO_INJURY,
    NO_KILL,
    NO_SURGE,
    ON_DEMAND,
    arm,
    differing,
    followed,
    protocol_of,
)

from hepatrial.agents import load_agent
from hepatrial.simulation.events import NEVER
from hepatrial.simulation.untreatable import SYMPTOMS, WITHDRAWAL

NO_HARM = {**NO_INJURY, "ablation.decompensation_share": 0.0, "ablation.procedure_death_share": 0.0}
ABLATION = "{kind: thermal, at: 0 days}"


def sessions(number: int) -> str:
    return FOUR_FIXED.replace("max_sessions: 4", f"max_sessions: {number}")


@pytest.fixture(scope="module")
def inert():
    """Sorafenib without targets, injury or adverse events."""
    return replace(load_agent("sorafenib"), affinities=(), liver_injury=None, adverse_events=())


@pytest.fixture(scope="module")
def without_a_target(inert):
    """The same agent before, with and after sessions on demand, and none of it."""
    tace = (
        "{kind: conventional, planned: [8 weeks], repeat: on demand, max_sessions: 4, until_symptoms: true}"
    )
    protocol = protocol_of(
        arm("before", tace=tace, agent_from="0 days"),
        arm("with", tace=tace, agent_from="8 weeks"),
        arm("after", tace=tace, agent_from="16 weeks"),
        arm("none", tace=tace),
    )
    return followed(protocol, own_agents=(inert,))


def test_an_agent_without_a_target_changes_nothing_whether_before_with_or_after(without_a_target):
    visits, events = without_a_target.visits, without_a_target.events
    for number in range(3):
        assert set(differing(visits[number], visits[3])) == {"mg_per_day", "concentration_mg_l"}
        # An arm without agents has none to stop where the liver fails.
        assert set(differing(events[number], events[3])) <= {"agents_end", "stop"}
    assert (events[3].sessions < NEVER).sum() > 150


def test_more_sessions_never_leave_more_viable_tumour():
    protocol = protocol_of(*(arm(f"s{number}", tace=sessions(number)) for number in (4, 2, 1)))
    found = followed(protocol, {**NO_SURGE, "tace.new_lesion_rate_per_month": 0.0})
    most, two, one = (visit.viable_sld_mm for visit in found.visits)
    assert (most <= two * (1 + 1e-5)).all()
    assert (two <= one * (1 + 1e-5)).all()
    assert (most[-1] < 0.9 * one[-1]).mean() > 0.5


def test_vegf_surges_as_measured_after_conventional_sessions_and_after_beads():
    once = "{kind: KIND, planned: [0 days], repeat: never, max_sessions: 1}"
    protocol = protocol_of(
        arm("conventional", tace=once.replace("KIND", "conventional")),
        arm("beads", tace=once.replace("KIND", "drug-eluting beads")),
        arm("none"),
    )
    found = followed(protocol, daily=True)
    vegf = [visit.vegf.reshape(-1, 128)[0] for visit in found.visits]
    assert (vegf[0] / vegf[2]).mean() == pytest.approx(1.65, abs=0.05)  # 1.64 and 1.70
    assert (vegf[1] / vegf[2]).mean() == pytest.approx(1.18, abs=0.05)  # 1.14 and 1.23


def test_a_session_kills_the_share_of_patients_that_the_parameter_says():
    protocol = protocol_of(arm("one", tace=sessions(1)), arm("none"))
    off = {**NO_KILL, **NO_SURGE, **NO_HARM, "hazards.albi_log_hazard_ratio": 0.0}
    off["liver.decompensation_albi_log_hazard_ratio"] = 0.0
    found = followed(protocol, {**off, "tace.procedure_death_share": 0.3}, patients=1024)
    died = (found.events[0].liver_death < 1.0).mean()
    assert died == pytest.approx(0.3, abs=0.05)
    assert (found.events[1].liver_death < 1.0).mean() < 0.01
    later = (
        found.events[0].liver_death >= 1.0
    )  # the hazard that was added stands between them and any later day
    assert (found.events[0].liver_death <= found.events[1].liver_death)[later].all()


def test_sessions_decompensate_patients_of_poor_liver_function_more_often():
    protocol = protocol_of(arm("one", tace=sessions(1)), arm("none"))
    found = followed(
        protocol, {**NO_KILL, **NO_SURGE, **NO_HARM, "tace.decompensation_share": 0.2}, patients=1024
    )
    at_once = (found.events[0].decompensation < 1.0) & (found.patients.ascites == 0)
    poor = found.patients.albi > np.median(found.patients.albi)
    assert at_once[poor].mean() > at_once[~poor].mean() + 0.05
    assert (found.events[0].decompensation <= found.events[1].decompensation).all()


def test_patients_chosen_after_their_ablation_are_not_harmed_by_it():
    deadly = {"ablation.procedure_death_share": 0.5, "ablation.decompensation_share": 0.5}
    chosen = ABLATION.replace("at: 0 days", "at: 0 days, response: complete")
    found = followed(protocol_of(arm("all", ablation=ABLATION), arm("chosen", ablation=chosen)), deadly)
    early = [(events.liver_death < 1.0).mean() for events in found.events]
    assert early[0] > 0.2
    assert early[1] < 0.02


def test_dead_tissue_does_not_kill_by_cancer_as_far_as_its_weight_is_nil():
    gone = {"tace.complete_share_30_mm": 1.0, "tace.cured_share": 1.0, "tace.new_lesion_rate_per_month": 0.0,
            "growth.necrosis_clearance_per_day": 0.002}  # fmt: skip
    protocol = protocol_of(arm("cured", tace=sessions(1)), arm("none"))
    none, full = (
        followed(protocol, {**gone, **NO_HARM, "tace.necrosis_weight": weight}).events[0]
        for weight in (0.0, 1.0)
    )
    assert (none.cancer_death >= NEVER).mean() > 0.95
    assert (full.cancer_death < NEVER).mean() > 0.1
    assert (none.cancer_death >= full.cancer_death).all()


def test_new_lesions_in_the_liver_keep_coming_and_each_adds_its_volume():
    fast = {"tace.new_lesion_rate_per_month": 1.5, "tace.doubling_time_days": 1e6, **NO_SURGE}
    cured = {"tace.complete_share_30_mm": 1.0, "tace.cured_share": 1.0, **fast}
    found = followed(protocol_of(arm("once", tace=sessions(1)), arm("none")), cured, daily=True)
    lesions = found.events[0].intrahepatic
    assert ((lesions < NEVER).sum(axis=1) >= 3).mean() > 0.5
    baseline = found.patients.sld_mm
    volume = (
        np.pi / 6 * (baseline / found.patients.n_target_lesions / 10) ** 3 * found.patients.n_target_lesions
    )
    viable = found.visits[0].viable_sld_mm.reshape(-1, 128)
    for day in (30, 90, 180, 360):
        seeded = 0.52 * (np.ceil(lesions) <= day).sum(axis=1)
        assert (viable[day - 1] / baseline) ** 3 * volume == pytest.approx(seeded, rel=0.02, abs=1e-4)


def test_what_else_ends_embolisation_does_so_where_the_protocol_says_it():
    plain = "{kind: conventional, repeat: on demand, max_sessions: 4}"
    tolerant = plain.replace(
        "max_sessions: 4", "max_sessions: 4, until_symptoms: true, until_withdrawal: true"
    )
    protocol = protocol_of(
        arm("strict", tace=tolerant, agent_from="0 days"), arm("plain", tace=plain, agent_from="0 days")
    )
    strict, usual = followed(protocol, patients=512).events
    assert {SYMPTOMS, WITHDRAWAL} <= set(strict.untreatable_reason)
    assert not {SYMPTOMS, WITHDRAWAL} & set(usual.untreatable_reason)
    symptomatic = strict.untreatable_reason == SYMPTOMS
    visit = np.ceil(strict.symptoms[symptomatic] / 28.0) * 28.0
    assert (strict.untreatable[symptomatic] == visit).all()
    withdrawn = strict.untreatable_reason == WITHDRAWAL
    gone = np.max(np.where(strict.withdrawn > 0, strict.adverse_event, 0.0), axis=(1, 2))
    assert (gone[withdrawn] > 0).all()
    assert (strict.untreatable <= usual.untreatable).all()


def test_lesions_of_one_patient_respond_together():
    protocol = protocol_of(arm("one", tace=sessions(1)), arm("none"), size=400)
    off = {**NO_SURGE, **NO_HARM, "tace.new_lesion_rate_per_month": 0.0}
    found = {
        spread: followed(
            protocol,
            {**off, "tace.kill_patient_logit_sd": spread, "tace.kill_session_logit_sd": 0.0},
            patients=1024,
        )
        for spread in (0.0, 2.0)
    }
    several = found[0.0].patients.n_target_lesions >= 4
    complete = {
        spread: (one.visits[0].viable_sld_mm[0] < 0.1 * one.patients.sld_mm)[several].mean()
        for spread, one in found.items()
    }
    assert complete[2.0] > complete[0.0] + 0.05


@pytest.mark.parametrize("which", ["most", "none"])
def test_extreme_harm_and_lesions_stay_finite(which):
    share = {"most": 1.0, "none": 0.0}[which]
    values = {
        "tace.procedure_death_share": share,
        "tace.decompensation_share": share,
        "tace.necrosis_weight": share,
        "tace.new_lesion_rate_per_month": 50.0 * share,
        "tace.cancer_log_hazard_ratio": 8.0 * share,
        "tace.extrahepatic_share": share,
    }
    found = followed(protocol_of(arm("one", tace=ON_DEMAND, agent_from="0 days"), arm("none")), values)
    for record in (*found.visits, *found.events):
        for name, value in record._asdict().items():
            assert np.isfinite(value).all(), name


def test_new_lesions_in_the_liver_alone_are_progression_and_never_untreatable_by_themselves():
    tame = (
        "{kind: conventional, repeat: on demand, max_sessions: 20, refractory_after: 0, child_pugh_limit: 15}"
    )
    values = {"tace.extrahepatic_share": 0.0, "tace.new_lesion_rate_per_month": 1.5}
    events = followed(protocol_of(arm("one", tace=tame), arm("none")), values).events[0]
    assert (events.intrahepatic[:, 0] < NEVER).mean() > 0.8
    assert (events.progression < NEVER).mean() > 0.8
    assert (events.untreatable >= NEVER).all()
