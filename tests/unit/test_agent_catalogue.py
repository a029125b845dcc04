"""What holds for every agent of the catalogue: sources, grades, doses, classes."""

import math

import pytest

from hepatrial.agents import (
    ACTING_TARGETS,
    agent_names,
    completeness,
    load_agent,
    potency_used,
    recorded_agent,
)
from hepatrial.agents.event_derivation import derived_events, published_events

NAMES = agent_names()
WANTED = [
    "sorafenib",
    "regorafenib",
    "lenvatinib",
    "cabozantinib",
    "sunitinib",
    "brivanib",
    "linifanib",
    "erlotinib",
    "everolimus",
    "tivantinib",
    "apatinib",
    "donafenib",
    "orantinib",
    "nintedanib",
    "dovitinib",
    "axitinib",
    "cediranib",
    "foretinib",
    "vandetanib",
    "pazopanib",
    "selumetinib",
    "refametinib",
    "trametinib",
    "tepotinib",
    "fisogatinib",
    "mk-2206",
    "bevacizumab",
    "ramucirumab",
    "capmatinib",
    "cixutumumab",
]
DEFINITIONS = ("fraction_unbound", "reference_dose_mg_per_day")
"""Of antibodies a statement, not an estimate; what is said of a dose is a choice."""


def test_the_catalogue_holds_the_agents_that_the_field_put_its_hopes_on():
    assert set(NAMES) >= set(WANTED)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_confirmed_is_assumed_and_wide(name):
    for label, quantity in load_agent(name).quantities():
        text = f"{quantity.source} {quantity.note}".lower()
        if "recalled" in text and "unconfirmed" in text and "g/mol" not in quantity.unit:
            assert quantity.grade == "assumed", label
            assert quantity.spread >= 1.0, label


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sorafenib"])
def test_every_estimate_has_a_spread(name):
    agent = load_agent(name)
    for label, quantity in agent.quantities():
        if label in DEFINITIONS or label.startswith(
            ("molecular", "hepatic_ratio A", "weight", "volume_weight")
        ):
            continue
        if label == "clearance_volume_correlation" or math.isinf(quantity.value):
            continue
        assert quantity.spread > 0.0, label


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_dose_is_the_usual_one_or_says_why_not(name):
    agent = load_agent(name)
    reference = agent.pharmacokinetics.reference_dose_mg_per_day
    usual = agent.usual_dose_mg / agent.usual_interval_days
    assert reference.value == pytest.approx(usual, rel=2e-3) or reference.note


@pytest.mark.parametrize("name", published_events())
def test_the_files_hold_what_the_derivation_of_events_gives(name):
    agent, derived = load_agent(name), derived_events(name)
    assert {event.name: event.probability.value for event in agent.adverse_events} == pytest.approx(
        derived.probability, abs=6e-4
    )
    for part in ("reduction_given_event", "withdrawal_given_event"):
        found, wanted = getattr(agent, part), getattr(derived, part)
        assert (found is None) == (wanted is None)
        assert found is None or found.value == pytest.approx(wanted, abs=6e-4)


@pytest.mark.parametrize("name", NAMES)
def test_half_lives_are_between_hours_and_weeks(name):
    """Elimination is of the order that dosing needs: a slip of a unit would leave these bounds."""
    pk = load_agent(name).pharmacokinetics
    if pk.clearance_l_per_h and pk.volume_l:
        hours = math.log(2) * pk.volume_l.value / pk.clearance_l_per_h.value
        assert 0.3 < hours < 24 * 30


def test_published_half_lives_are_met():
    """Hours, from labels and reports, within a factor of 2: the sum of compartments mixes the phases of decline."""
    published = {
        "cabozantinib": 110,
        "linifanib": 16.9,
        "erlotinib": 36.2,
        "axitinib": 4.3,
        "cediranib": 22,
        "vandetanib": 19 * 24,
        "pazopanib": 30.9,
        "bevacizumab": 20 * 24,
        "ramucirumab": 14 * 24,
        "lenvatinib": 28,
        "trametinib": 264,
        "selumetinib": 7.5,
        "capmatinib": 7.84,
        "apatinib": 9,
    }
    for name, hours in published.items():
        pk = load_agent(name).pharmacokinetics
        found = math.log(2) * pk.volume_l.value / pk.clearance_l_per_h.value
        assert 0.5 < found / hours < 2.0, (name, found)


@pytest.mark.parametrize(("name", "least_hours"), [("sunitinib", 40), ("nintedanib", 10)])
def test_an_agent_whose_half_life_is_missed_says_so(name, least_hours):
    pk = load_agent(name).pharmacokinetics
    assert math.log(2) * pk.volume_l.value / pk.clearance_l_per_h.value < least_hours
    assert "deep compartments are left out" in pk.volume_l.note


@pytest.mark.parametrize("name", [name for name in NAMES if name != "tivantinib"])
def test_every_agent_names_a_target_that_the_model_acts_through(name):
    agent = load_agent(name)
    named = {affinity.target for affinity in agent.affinities}
    assert named & set(ACTING_TARGETS)
    unknown = {a.target for a in agent.affinities if a.potency is None}
    assert unknown or any(potency_used(agent, target) for target in ACTING_TARGETS)


def test_completeness_counts_what_has_a_source():
    assert completeness(recorded_agent("lenvatinib")).percent == 100
    sorafenib = completeness(recorded_agent("sorafenib"))
    assert (sorafenib.percent, sorafenib.missing, sorafenib.assumed) == (
        82,
        ("Child-Pugh C",),
        ("fatal events",),
    )
    fisogatinib = completeness(recorded_agent("fisogatinib"))
    assert (fisogatinib.percent, len(fisogatinib.missing)) == (0, 11)


@pytest.mark.parametrize("name", ["bevacizumab", "ramucirumab", "cixutumumab"])
def test_an_antibody_is_dosed_by_weight_and_is_free_in_plasma(name):
    agent = load_agent(name)
    assert agent.modality == "antibody"
    assert agent.usual_dose_mg == 80.0 * agent.usual_dose_mg_per_kg
    assert agent.usual_interval_days in (7, 14, 21)
    assert agent.pharmacokinetics.fraction_unbound.value == 1.0
    assert agent.molecular_weight_g_mol.value > 1e5


def test_active_metabolites_are_counted_where_they_are_known_and_named_where_they_are_not():
    assert load_agent("sunitinib").pharmacokinetics.active_moiety_ratio.value == 1.88
    assert load_agent("regorafenib").pharmacokinetics.active_moiety_ratio.value == 1.4
    for name in ("donafenib", "apatinib", "cabozantinib"):
        assert any("etabolite" in note for note in load_agent(name).notes), name
