"""An agent with gaps made fit to be simulated: what no source gives comes from its class, wide and graded *assumed*.

Filled are quantities that the model cannot do without. Others have a convention of their own and stay gaps: without a
ratio for Child-Pugh C that of B is used, without a drift exposure does not fall, without an exponent of dose exposure
is in proportion to it, without a relation to weight there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from hepatrial.agents.agent import AFTER_EVENTS, Affinity, Agent
from hepatrial.agents.catalogue import agent_names, recorded_agent
from hepatrial.agents.class_prior import prior_from_class
from hepatrial.quantities import Quantity

KINETICS = ("clearance_l_per_h", "volume_l", "clearance_cv", "volume_cv", "fraction_unbound")
EVENT_PARTS = ("probability", "onset_days", "exposure_exponent")
WORDS = {
    "clearance_l_per_h": "clearance",
    "volume_l": "volume",
    "clearance_cv": "variability of clearance",
    "volume_cv": "variability of volume",
    "fraction_unbound": "free fraction",
    "hepatic_ratio B": "exposure in Child-Pugh B",
    "liver_injury": "rise of ALBI by the drug",
    "reduction_given_event": "dose reductions after events",
    "withdrawal_given_event": "withdrawals after events",
    "fatal_given_event": "fatal events",
}
"""What a reader calls the quantities that are filled."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A gap of an agent and what its class puts there.

    Attributes
    ----------
    key
        Where a value of one's own is written in the agent's file.
    """

    name: str
    key: str
    prior: Quantity

    @property
    def words(self) -> str:
        """The name in a reader's words."""
        return WORDS.get(self.name, self.name.replace("_", " "))


def fillings(agent: Agent) -> tuple[Filling, ...]:
    """The gaps that are filled from the class, in the order of the file."""
    pk = agent.pharmacokinetics
    wanted = [(name, f"pharmacokinetics.{name}", name) for name in KINETICS if getattr(pk, name) is None]
    if pk.hepatic_ratio.get("B") is None:
        wanted.append(("hepatic_ratio B", "pharmacokinetics.hepatic_ratio.B", "hepatic_ratio B"))
    wanted += [
        (f"potency on {affinity.target}", f"affinities: potency of {affinity.target}", "potency")
        for affinity in agent.affinities
        if affinity.potency is None
    ]
    wanted += [
        (f"{event.name} {part}", f"adverse_events: {part} of {event.name}", part)
        for event in agent.adverse_events
        for part in EVENT_PARTS
        if getattr(event, part) is None
    ]
    # What follows an event and the agent's own injury have no meaning for an agent without events.
    if agent.adverse_events:
        wanted += [(name, name, name) for name in AFTER_EVENTS if getattr(agent, name) is None]
    if not wanted:
        return ()
    others = catalogued_agents()
    found = (Filling(name, key, prior_from_class(agent, kind, others)) for name, key, kind in wanted)
    return tuple(_of_one_event(each, agent) if each.name.endswith(" probability") else each for each in found)


def _of_one_event(filling: Filling, agent: Agent) -> Filling:
    """The class knows the share of patients with any event: of several events each gets an even part of it."""
    events = len(agent.adverse_events)
    if events == 1:
        return filling
    prior = filling.prior
    return replace(
        filling,
        prior=replace(
            prior,
            value=1.0 - (1.0 - prior.value) ** (1.0 / events),
            source=f"{prior.source} That of any event, divided evenly among {events}.",
        ),
    )


def gap_warning(agent: Agent) -> str | None:
    """What a reader must know of an agent whose gaps are filled from its class; None where there are none."""
    names = [filling.words for filling in fillings(agent)]
    if not names:
        return None
    have = (
        "1 number has no source and comes"
        if len(names) == 1
        else f"{len(names)} numbers have no source and come"
    )
    return f"{agent.name}: {have} from the class: {', '.join(names)}"


def completed(agent: Agent) -> Agent:
    """The agent with its gaps filled from its class; the same agent where there are none to fill.

    The reference dose is the usual one where the file gives none.
    """
    priors = {filling.name: filling.prior for filling in fillings(agent)}
    pk = agent.pharmacokinetics
    known = {name: priors[name] for name in KINETICS if name in priors}
    if "hepatic_ratio B" in priors:
        known["hepatic_ratio"] = {**pk.hepatic_ratio, "B": priors["hepatic_ratio B"]}
    if pk.reference_dose_mg_per_day is None:
        known["reference_dose_mg_per_day"] = _usual_daily_dose(agent)
    if not priors and not known:
        return agent
    return replace(
        agent,
        pharmacokinetics=replace(pk, **known),
        affinities=tuple(
            Affinity(one.target, one.kind, one.potency or priors[f"potency on {one.target}"])
            for one in agent.affinities
        ),
        adverse_events=tuple(
            replace(
                event,
                **{part: getattr(event, part) or priors[f"{event.name} {part}"] for part in EVENT_PARTS},
            )
            for event in agent.adverse_events
        ),
        **{name: priors[name] for name in AFTER_EVENTS if name in priors},
    )


def _usual_daily_dose(agent: Agent) -> Quantity:
    daily = agent.usual_dose_mg / agent.usual_interval_days
    return Quantity(daily, "mg/day", "assumed", "The usual dose is taken for the reference.")


@cache
def catalogued_agents() -> tuple[Agent, ...]:
    """All agents of the catalogue as recorded: what a class is learned from."""
    return tuple(recorded_agent(name) for name in agent_names())
