"""The answer to 'from which liver reserve on is the benefit gone', with what is uncertain about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.analysis import (
    BenefitCurve,
    ReserveEffect,
    Threshold,
    benefit_by_reserve,
    benefit_curve,
    threshold,
)
from hepatrial.analysis.benefit_curve import Z_95
from hepatrial.analysis.reserve_groups import CHILD_PUGH_SCORE
from hepatrial.errors import UsageError, near_miss
from hepatrial.protocol.design import Protocol
from hepatrial.reserve.parameter_draws import DrawnBenefit, drawn_benefit
from hepatrial.reserve.population import population_across_reserve
from hepatrial.simulation.blocks import Work
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

DEFAULT_WINDOW_MONTHS = 12.0
LOWER_LIMIT = 0.025

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class NamedThreshold:
    """A threshold with what is asked and which uncertainty is inside.

    ``scale`` is "ALBI" or "Child-Pugh score"; ``inside`` says of what the interval, or the limit that is followed, is.
    """

    scale: str
    asked: str
    inside: str
    found: Threshold


@dataclass(frozen=True, slots=True)
class ReserveAnswer:
    """The benefit of one arm by liver reserve.

    Attributes
    ----------
    population
        The twins behind it.
    left_out
        Virtual patients that could not be simulated.
    effects
        By group of reserve.
    drawn
        The benefit under draws of the parameters; None without draws.
    """

    arm: str
    control: str
    window_months: float
    margin_months: float
    population: TrialData
    left_out: int
    effects: tuple[ReserveEffect, ...]
    curve: BenefitCurve
    drawn: DrawnBenefit | None
    thresholds: tuple[NamedThreshold, ...]

    @property
    def patients(self) -> int:
        """Virtual patients."""
        return self.curve.n


def answer_by_reserve(
    work: Work,
    patients: int,
    *,
    arm: str | None = None,
    window_months: float | None = None,
    margin_months: float = 0.5,
    draws: int = 0,
    progress: Progress | None = None,
) -> ReserveAnswer:
    """Simulate patients across liver reserve and find where the benefit is gone.

    Parameters
    ----------
    patients
        Virtual patients, each under every arm.
    arm
        The arm of interest; the first beside control if left out.
    window_months
        Within which time lived and lost is counted; that of the protocol's plan if left out, 12 without one.
    margin_months
        The benefit below which it counts as gone.
    draws
        Draws of the parameters; 0 leaves their uncertainty out.

    Raises
    ------
    UsageError
        The protocol has no such arm, none beside control, or a horizon shorter than the window.
    """
    protocol = work.protocol
    arm = _arm(protocol, arm)
    window = (
        protocol.analysis.rmst_months or DEFAULT_WINDOW_MONTHS if window_months is None else window_months
    )
    _check_window(protocol, window)
    twins = population_across_reserve(work, patients, progress=progress)
    effects = benefit_by_reserve(twins, arm, protocol.control, window)
    curve = benefit_curve(
        twins, arm, protocol.control, window, trial_size=protocol.size, seed=work.seed % 2**32
    )
    gains = {(e.scale, e.label): e.gain.change.value for e in effects if e.gain is not None}
    drawn = drawn_benefit(work, curve, gains, draws, progress=progress) if draws else None
    return ReserveAnswer(
        arm=arm,
        control=protocol.control,
        window_months=float(window),
        margin_months=margin_months,
        population=twins,
        left_out=patients - curve.n,
        effects=effects,
        curve=curve,
        drawn=drawn,
        thresholds=(
            *_by_albi(curve, drawn, margin_months),
            *_by_score(effects, drawn, margin_months, work.seed % 2**32),
        ),
    )


def _by_albi(curve: BenefitCurve, drawn: DrawnBenefit | None, margin: float) -> tuple[NamedThreshold, ...]:
    asked = f"benefit at or below {margin:g} months"
    trial = f"lower 95 % limit of a trial of {curve.trial_size} patients at or below 0"
    apart = Z_95 * curve.trial_error
    found = [
        NamedThreshold(
            "ALBI",
            asked,
            "virtual patients (bootstrap)",
            threshold(curve.albi, curve.estimate, margin, curve.replicates),
        ),
        NamedThreshold(
            "ALBI",
            trial,
            "virtual patients (bootstrap)",
            threshold(curve.albi, curve.estimate - apart, 0.0, curve.replicates - apart),
        ),
    ]
    if drawn is not None:
        low = np.quantile(drawn.curves, LOWER_LIMIT, axis=0)
        found += [
            NamedThreshold(
                "ALBI",
                asked,
                f"parameters ({drawn.draws} draws)",
                threshold(curve.albi, curve.estimate, margin, drawn.curves),
            ),
            NamedThreshold(
                "ALBI",
                "lower 95 % limit over the parameters at or below 0",
                f"parameters ({drawn.draws} draws)",
                threshold(curve.albi, low, 0.0),
            ),
        ]
    return tuple(found)


def _by_score(
    effects: tuple[ReserveEffect, ...], drawn: DrawnBenefit | None, margin: float, seed: int
) -> tuple[NamedThreshold, ...]:
    """The same by Child-Pugh score, which goes in steps; 10 stands for all scores of 10 and more."""
    known = [e for e in effects if e.scale == CHILD_PUGH_SCORE and e.gain is not None]
    if len(known) < 2:
        return ()
    scores = np.array([float(e.label.rstrip("+")) for e in known])
    gains = np.array([e.gain.change.value for e in known])
    errors = np.array([(e.gain.change.upper - e.gain.change.lower) / (2 * Z_95) for e in known])
    noise = np.random.default_rng(seed).standard_normal((1000, len(known)))
    asked = f"benefit at or below {margin:g} months"
    found = [
        NamedThreshold(
            CHILD_PUGH_SCORE,
            asked,
            "virtual patients",
            threshold(scores, gains, margin, gains + errors * noise, stepwise=True),
        )
    ]
    keys = [(e.scale, e.label) for e in known]
    if drawn is not None and all(key in drawn.gains for key in keys):
        curves = np.column_stack([drawn.gains[key] for key in keys])
        low = np.quantile(curves, LOWER_LIMIT, axis=0)
        inside = f"parameters ({drawn.draws} draws)"
        found += [
            NamedThreshold(
                CHILD_PUGH_SCORE, asked, inside, threshold(scores, gains, margin, curves, stepwise=True)
            ),
            NamedThreshold(
                CHILD_PUGH_SCORE,
                "lower 95 % limit over the parameters at or below 0",
                inside,
                threshold(scores, low, 0.0, stepwise=True),
            ),
        ]
    return tuple(found)


def _arm(protocol: Protocol, arm: str | None) -> str:
    others = tuple(each.name for each in protocol.arms if each.name != protocol.control)
    if not others:
        raise UsageError(
            f"{protocol.name} has one arm: there is no benefit against anything\n"
            f"  found:   {protocol.control}\n"
            "  allowed: a protocol with a control arm and another\n"
            "  fix:     give a randomised trial, or add an arm without agents to the protocol as control"
        )
    if arm is None:
        return others[0]
    if arm not in others:
        meant = near_miss(arm, others)
        raise UsageError(
            f"{protocol.name} has no such arm beside its control\n  found:   {arm}\n"
            f"  allowed: {', '.join(others)}\n  fix:     "
            + (f"did you mean {meant}?" if meant else "choose one")
        )
    return arm


def _check_window(protocol: Protocol, window_months: float) -> None:
    horizon = protocol.horizon_days / DAYS_PER_MONTH
    if window_months > horizon + 1e-9:
        raise UsageError(
            "the window is longer than patients are followed\n"
            f"  found:   {window_months:g} months\n  allowed: up to the protocol's horizon, {horizon:.4g} months\n"
            "  fix:     ask for a shorter window, or lengthen `horizon` in the protocol"
        )
