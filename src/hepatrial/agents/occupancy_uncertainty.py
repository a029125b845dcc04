"""How sure the occupancy of a target is, and which number of the agent's record makes it unsure.

The model's occupancy depends on x = free concentration over K alone, and

    ln x = ln dose - ln CL + ln fu + ln (active moiety) + ln (effective potency) - ln K

is a sum, so the variances of its terms add: their shares are exact for log-normal numbers. Of a share with a normal
logit the log has the sd (1 - value) sd(logit) to first order; of a normal number sd / value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hepatrial.agents.agent import Agent
from hepatrial.agents.completing import completed
from hepatrial.agents.pharmacokinetics import usual_free_nm
from hepatrial.agents.potency import dissociation_constant
from hepatrial.agents.targets import ACTING_TARGETS
from hepatrial.quantities import Quantity

NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Contribution:
    """One number's part in the uncertainty of occupancy; ``share`` of the variance of ln x, between 0 and 1."""

    quantity: str
    grade: str
    log_sd: float
    share: float


@dataclass(frozen=True, slots=True)
class TargetUncertainty:
    """Occupancy of a target at the usual dose, Child-Pugh A, start of treatment, and what makes it unsure.

    Attributes
    ----------
    free_over_constant
        x, free active concentration times effective potency over the dissociation constant.
    occupancy, low, high
        x / (1 + x) with its 95% interval from the uncertainty of the record (not the variability of patients).
    contributions
        By number, the largest first; their shares sum to 1.
    assumed_share
        Of the variance, what numbers graded *assumed* contribute.
    """

    target: str
    free_over_constant: float
    log_sd: float
    occupancy: float
    low: float
    high: float
    contributions: tuple[Contribution, ...]
    assumed_share: float

    @property
    def ratio_text(self) -> str:
        """x in as few characters as tell its size: two figures, no exponent."""
        x = self.free_over_constant
        if x < 0.001:
            return "<.001"
        if x < 100.0:
            return f"{x:.2g}"
        return f"{x:.0f}" if x < 1000.0 else f"{x / 1000.0:.2g}k"

    @property
    def guessed(self) -> tuple[str, ...]:
        """The assumed numbers in x beside the effective potency, which is open for every agent."""
        return tuple(
            each.quantity
            for each in self.contributions
            if each.grade == "assumed" and each.quantity != "effective_potency"
        )


def occupancy_uncertainty(
    agent: Agent, targets: Sequence[str] = ACTING_TARGETS
) -> tuple[TargetUncertainty, ...]:
    """The uncertainty of occupancy of each target that the agent binds, gaps filled from its class."""
    whole = completed(agent)
    constants = {target: dissociation_constant(whole, target) for target in targets}
    free = usual_free_nm(whole) * whole.effective_potency.value
    return tuple(
        _of_target(whole, target, constant, free / constant.value)
        for target, constant in constants.items()
        if constant is not None and math.isfinite(constant.value)
    )


def _of_target(agent: Agent, target: str, constant: Quantity, x: float) -> TargetUncertainty:
    pk = agent.pharmacokinetics
    terms = {
        "clearance_l_per_h": pk.clearance_l_per_h,
        "fraction_unbound": pk.fraction_unbound,
        "active_moiety_ratio": pk.active_moiety_ratio,
        "effective_potency": agent.effective_potency,
        f"potency on {target}": constant,
    }
    spread = {name: (term.grade, log_sd(term)) for name, term in terms.items() if term is not None}
    variance = sum(sd**2 for _, sd in spread.values())
    contributions = sorted(
        (
            Contribution(name, grade, sd, sd**2 / variance if variance else 0.0)
            for name, (grade, sd) in spread.items()
            if sd
        ),
        key=lambda contribution: -contribution.share,
    )
    wide = math.exp(NORMAL_95 * math.sqrt(variance))
    return TargetUncertainty(
        target=target,
        free_over_constant=x,
        log_sd=math.sqrt(variance),
        occupancy=x / (1.0 + x),
        low=x / wide / (1.0 + x / wide),
        high=x * wide / (1.0 + x * wide),
        contributions=tuple(contributions),
        assumed_share=sum(each.share for each in contributions if each.grade == "assumed"),
    )


def log_sd(quantity: Quantity) -> float:
    """The sd of the log of a quantity: exact for log-normal numbers, to first order for others."""
    if quantity.distribution == "lognormal":
        return quantity.spread
    if quantity.distribution == "logitnormal":
        return (1.0 - quantity.value) * quantity.spread
    return quantity.spread / quantity.value if quantity.spread else 0.0
