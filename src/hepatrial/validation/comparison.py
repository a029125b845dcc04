"""A comparison of two arms on one endpoint: what is compared, and apart from it what was published."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from hepatrial.validation.preregistration import Use

Setting = Literal["systemic", "embolisation", "curative"]
"""Systemic treatment alone; beside embolisation; after or beside ablation or resection."""
Kind = Literal["OS", "progression"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared, without any outcome: all that a rival may know of the trial that it predicts.

    Attributes
    ----------
    trial, record
        Bundled protocol and its record in the registry.
    arm, control
        Names of the arms.
    endpoint
        As the registry calls it.
    agents, control_agents
        Agents of the catalogue that the arms give.
    treatment, control_treatment
        What they give as trials are pooled; one name for all kinds of embolisation, and for placebo and best supportive
        care.
    lines
        Of therapy, from the registry.
    """

    trial: str
    record: str
    arm: str
    control: str
    endpoint: str
    agents: frozenset[str]
    control_agents: frozenset[str]
    treatment: str
    control_treatment: str
    setting: Setting
    lines: tuple[str, ...]
    use: Use

    @property
    def name(self) -> str:
        """Both arms."""
        return f"{self.arm} v {self.control}"

    @property
    def kind(self) -> Kind:
        """Survival, or progression in any of its definitions."""
        return "OS" if self.endpoint == "OS" else "progression"


@dataclass(frozen=True, slots=True)
class Published:
    """The confirmed hazard ratio of a comparison.

    Attributes
    ----------
    ci, level_percent
        As printed; None where no interval is confirmed.
    std_error
        Of the log hazard ratio; None where neither interval nor p value gives it.
    error_from
        "interval", "p value", or empty.
    not_scored
        Why it is shown and not scored; empty where it is.
    """

    of: Compared
    hr: float
    ci: tuple[float, float] | None
    level_percent: float | None
    level_stated: bool
    std_error: float | None
    error_from: str
    not_scored: str
    source: str

    @property
    def log_hr(self) -> float:
        """Natural logarithm of the hazard ratio."""
        return math.log(self.hr)

    @property
    def scored(self) -> bool:
        """Whether it enters the scores."""
        return not self.not_scored
