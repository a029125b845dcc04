"""Prior distributions of tau, the standard deviation of effects between trials. Which one is a choice, so name it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.pooling.refusals import misuse


@dataclass(frozen=True, slots=True)
class HalfNormalTau:
    """tau is the absolute value of a normal with mean 0 and this scale (log hazard ratio)."""

    scale: float
    source: str

    def __post_init__(self) -> None:
        _refuse_unless_positive("scale", self.scale)

    @property
    def centre(self) -> float:
        """A typical value, about which the quadrature is placed."""
        return self.scale

    def log_density(self, tau: np.ndarray) -> np.ndarray:
        """Log density at tau, of any shape."""
        return 0.5 * np.log(2.0 / np.pi) - np.log(self.scale) - 0.5 * (tau / self.scale) ** 2


@dataclass(frozen=True, slots=True)
class LogNormalTau2:
    """The log of tau *squared* is normal with this mean and standard deviation, as Turner et al. print them."""

    log_mean: float
    log_sd: float
    source: str

    def __post_init__(self) -> None:
        _refuse_unless_positive("log_sd", self.log_sd)

    @property
    def centre(self) -> float:
        """A typical value, about which the quadrature is placed."""
        return float(np.exp(self.log_mean / 2))

    def log_density(self, tau: np.ndarray) -> np.ndarray:
        """Log density at tau, of any shape."""
        z = (2 * np.log(tau) - self.log_mean) / self.log_sd
        # The density of tau^2 times its derivative 2 tau.
        return np.log(2.0 / tau) - 0.5 * z**2 - np.log(self.log_sd) - 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True, slots=True)
class UniformTau:
    """tau is anything from 0 to ``upper`` with the same density: close to no information, with few trials too wide."""

    upper: float
    source: str = "a choice: flat"

    def __post_init__(self) -> None:
        _refuse_unless_positive("upper", self.upper)

    @property
    def centre(self) -> float:
        """A typical value, about which the quadrature is placed."""
        return self.upper / 2

    def log_density(self, tau: np.ndarray) -> np.ndarray:
        """Log density at tau, of any shape; minus infinity beyond ``upper``."""
        return np.where(tau <= self.upper, -np.log(self.upper), -np.inf)


TauPrior = HalfNormalTau | LogNormalTau2 | UniformTau


def weakly_informative() -> HalfNormalTau:
    """Half-normal with scale 0.5: tau is below 0.98 with 95%.

    For log ratios in general (odds, risk, hazard), when nothing else is known. Its median, 0.34, is far above what
    trials of one drug against one control show for death.

    References
    ----------
    Roever et al. 2021, 10.1002/jrsm.1475.
    """
    return HalfNormalTau(0.5, "10.1002/jrsm.1475")


def _refuse_unless_positive(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise misuse(
            f"{name}: not usable in a prior",
            repr(value),
            "a finite number above 0",
            f"give a positive {name}",
        )
