"""What an agent's class says of a quantity that no source gives: the median of the other agents, with a wide spread.

The class is the agent's modality. Numbers graded *assumed* do not count, unless the class has no other. The spread is
that of the class on the log (of a share: on the logit), and no less than the house rule for assumed numbers. Fatal
events are rare and known of few agents: there deaths and events of all trials of the class are pooled (`fatal_events`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.agents.fatal_events import fatal_share_of_class
from hepatrial.agents.potency import dissociation_constant
from hepatrial.agents.targets import ACTING_TARGETS
from hepatrial.errors import UsageError
from hepatrial.quantities import Quantity

LEAST_LOG_SD = 1.0
LEAST_LOGIT_SD = 1.5
"""The house rule: no assumed number is narrower."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a quantity is read from an agent, and on which scale it spreads."""

    read: Callable[[Agent], Quantity | None]
    unit: str
    share: bool = False


def _of_kinetics(name: str) -> Callable[[Agent], Quantity | None]:
    return lambda agent: getattr(agent.pharmacokinetics, name)


def _of_agent(name: str) -> Callable[[Agent], Quantity | None]:
    return lambda agent: getattr(agent, name)


def _any_event(agent: Agent) -> Quantity | None:
    """Share of patients with any of the agent's events, taken as independent."""
    shares = [event.probability for event in agent.adverse_events]
    if not shares or None in shares:
        return None
    grade = "derived" if all(share.grade != "assumed" for share in shares) else "assumed"
    none = math.prod(1.0 - share.value for share in shares)
    return Quantity(1.0 - none, "1", grade, "all events of the agent together")


def _strongest(agent: Agent) -> Quantity | None:
    """The dissociation constant on the target that the agent binds best of those the model acts through."""
    constants = [dissociation_constant(agent, target) for target in ACTING_TARGETS]
    bound = [constant for constant in constants if constant and math.isfinite(constant.value)]
    return min(bound, key=lambda constant: constant.value, default=None)


def _onset(agent: Agent) -> Quantity | None:
    return next((event.onset_days for event in agent.adverse_events[-1:]), None)


def _exponent(agent: Agent) -> Quantity | None:
    return next((event.exposure_exponent for event in agent.adverse_events[-1:]), None)


KINDS = {
    "clearance_l_per_h": _Kind(_of_kinetics("clearance_l_per_h"), "L/h"),
    "volume_l": _Kind(_of_kinetics("volume_l"), "L"),
    "clearance_cv": _Kind(_of_kinetics("clearance_cv"), "1"),
    "volume_cv": _Kind(_of_kinetics("volume_cv"), "1"),
    "fraction_unbound": _Kind(_of_kinetics("fraction_unbound"), "1", share=True),
    "clearance_volume_correlation": _Kind(_of_kinetics("clearance_volume_correlation"), "1", share=True),
    "exposure_dose_exponent": _Kind(_of_kinetics("exposure_dose_exponent"), "1"),
    "drift_final_fraction": _Kind(_of_kinetics("drift_final_fraction"), "1", share=True),
    "drift_time_days": _Kind(_of_kinetics("drift_time_days"), "day"),
    "weight_exponent": _Kind(_of_kinetics("weight_exponent"), "1"),
    "volume_weight_exponent": _Kind(_of_kinetics("volume_weight_exponent"), "1"),
    "hepatic_ratio B": _Kind(lambda agent: agent.pharmacokinetics.hepatic_ratio.get("B"), "1"),
    "hepatic_ratio C": _Kind(lambda agent: agent.pharmacokinetics.hepatic_ratio.get("C"), "1"),
    "liver_injury": _Kind(_of_agent("liver_injury"), "1"),
    "reduction_given_event": _Kind(_of_agent("reduction_given_event"), "1", share=True),
    "withdrawal_given_event": _Kind(_of_agent("withdrawal_given_event"), "1", share=True),
    "probability": _Kind(_any_event, "1", share=True),
    "onset_days": _Kind(_onset, "day"),
    "exposure_exponent": _Kind(_exponent, "1"),
    "potency": _Kind(_strongest, "nM"),
}
"""The quantities that a class fills with a median, by name: of events and potencies, the part that is missing."""
POOLED = "fatal_given_event"
"""The quantity that a class fills with deaths over events."""


def prior_from_class(agent: Agent, quantity: str, catalogue: Sequence[Agent]) -> Quantity:
    """A wide prior of a missing quantity from the agent's class.

    Parameters
    ----------
    quantity
        One of `KINDS`, or `POOLED`.
    catalogue
        Agents to learn from; those of the same modality count, all of them where that class has no number.

    Returns
    -------
    Quantity
        Graded *assumed*: the median and the sd on the log or logit, at least 1.0 or 1.5.

    Raises
    ------
    UsageError
        If no agent of the catalogue has the quantity.
    """
    if quantity == POOLED:
        return _fatal_share(agent.modality)
    kind = KINDS[quantity]
    others = [other for other in catalogue if other.name != agent.name]
    alike = [other for other in others if other.modality == agent.modality]
    for among, called in ((alike, f"the class ({agent.modality})"), (others, "the whole catalogue")):
        values = list(_values(among, kind, quantity))
        if values:
            which = f"median of {len(values)}" if len(values) > 1 else "the only one"
            return _prior(values, kind, f"No source was found: {which} of {called}")
    raise UsageError(
        f"no agent has a {quantity} that {agent.name} could borrow\n"
        f"  where:   {agent.file}\n"
        f"  fix:     give {quantity} in the agent's file, with its source"
    )


def _fatal_share(modality: str) -> Quantity:
    found = fatal_share_of_class(modality)
    return Quantity(
        value=found.share,
        unit="1",
        grade="assumed",
        source=(
            f"No source was found: deaths over events of grade 3 or more of the class ({modality}), "
            f"{found.deaths:.0f} of {found.events:.0f} in {found.trials} trials."
        ),
        distribution="logitnormal",
        spread=max(LEAST_LOGIT_SD, found.logit_sd),
    )


def _values(agents: Sequence[Agent], kind: _Kind, quantity: str) -> Iterator[float]:
    """Values of sourced numbers; of assumed ones where there are no others."""
    found = [number for agent in agents if (number := kind.read(agent)) is not None]
    # An IC50 that stands for Kd is graded assumed, and is a measurement all the same.
    sourced = [number for number in found if number.grade != "assumed" or quantity == "potency"]
    return (number.value for number in (sourced or found) if number.value > 0.0)


def _prior(values: list[float], kind: _Kind, source: str) -> Quantity:
    scale = np.asarray(values, dtype=np.float64)
    scale = np.log(scale / (1.0 - scale)) if kind.share else np.log(scale)
    least = LEAST_LOGIT_SD if kind.share else LEAST_LOG_SD
    spread = max(least, float(np.std(scale, ddof=1)) if len(values) > 1 else least)
    middle = float(np.median(scale))
    value = 1.0 / (1.0 + math.exp(-middle)) if kind.share else math.exp(middle)
    return Quantity(
        value=value,
        unit=kind.unit,
        grade="assumed",
        source=f"{source}, {_range(values)}.",
        distribution="logitnormal" if kind.share else "lognormal",
        spread=spread,
    )


def _range(values: list[float]) -> str:
    least, most = f"{min(values):.3g}", f"{max(values):.3g}"
    return least if least == most else f"from {least} to {most}"
