"""What the options of ``hepatrial evidence reconstruct`` mean together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hepatrial.cli.arm_values import (
    by_arm,
    count,
    number,
    probability,
    read_option,
    time_and_percent,
    two_numbers,
    whole,
)
from hepatrial.cli.curve_input import CurveOptions, curves_from_files, curves_from_picture, risk_of
from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.questions.reconstructed_trial import (
    ArmInput,
    ReconstructedTrial,
    guessed_trial,
    reconstructed_trial,
)
from hepatrial.evidence.reconstruction import Curve, PublishedArm, PublishedComparison
from hepatrial.units import TIME_IN_DAYS

UNITS = ("days", "weeks", "months", "years")

_MEANT_FOR = {
    "--at-risk": ("files", "--image"),
    "--per-cent/--share": ("files",),
    "--sampled": ("files",),
    "--whole-units": ("files", "--image"),
    "--axis": ("--image",),
    "--colours": ("--image",),
    "--landmark": ("--guess",),
    "--follow-up": ("--guess",),
    "--events-together": ("--guess",),
}
"""Where curves come from, for the options that mean something only there."""


@dataclass(frozen=True, slots=True)
class ToldOfArms:
    """Options that say something of arms, as they were typed."""

    n: Sequence[str] | None
    events: Sequence[str] | None
    medians: Sequence[str] | None
    median_intervals: Sequence[str] | None
    landmarks: Sequence[str] | None
    at_risk: Path | None
    time_unit: str

    def inputs(self, arms: Sequence[str]) -> tuple[ArmInput, ...]:
        """All that is known of each arm, in order."""
        sizes = by_arm("--n", self.n, arms, whole, "--n 299")
        risk = risk_of(arms, self.at_risk, self.time_unit, sizes)
        events = by_arm("--events", self.events, arms, count, "--events 143")
        median = by_arm("--published-median", self.medians, arms, number, "--published-median 10.7")
        interval = by_arm(
            "--published-median-ci",
            self.median_intervals,
            arms,
            two_numbers,
            "--published-median-ci 9.4,13.3",
        )
        _refuse_outside("--published-median-ci", median, interval)
        landmarks = self._landmarks(arms)
        length = days_in(self.time_unit)
        return tuple(
            ArmInput(
                arm,
                risk.get(arm),
                None if arm in risk else sizes.get(arm),
                PublishedArm(
                    events.get(arm),
                    None if arm not in median else median[arm] * length,
                    None if arm not in interval else tuple(limit * length for limit in interval[arm]),
                ),
                landmarks[arm],
            )
            for arm in arms
        )

    def _landmarks(self, arms: Sequence[str]) -> dict[str, tuple[tuple[float, float], ...]]:
        """``ARM=12:44`` as days and a share; the same arm may come again."""
        found: dict[str, list[tuple[float, float]]] = {arm: [] for arm in arms}
        for text in self.landmarks or ():
            if len(arms) > 1 and "=" not in text:
                raise UsageError(
                    f"--landmark does not say of which arm\n  found:   {text}\n"
                    f"  allowed: ARM=TIME:PERCENT, with {', '.join(arms)}\n"
                    f"  fix:     write {' or '.join(f'{arm}={text}' for arm in arms)}"
                )
            for arm, (time, percent) in by_arm(
                "--landmark", [text], arms, time_and_percent, "--landmark ARM=12:44"
            ).items():
                found[arm].append((time * days_in(self.time_unit), percent / 100))
        return {arm: tuple(points) for arm, points in found.items()}


def _refuse_outside(
    option: str, median: Mapping[str, float], interval: Mapping[str, tuple[float, float]]
) -> None:
    """A median lies within its interval."""
    for arm, (low, high) in interval.items():
        if arm in median and not low <= median[arm] <= high:
            raise UsageError(
                f"{option} does not hold the median of {arm}\n  found:   {median[arm]:g} ({low:g} to {high:g})\n"
                "  allowed: low <= median <= high\n  fix:     read the three numbers again"
            )


def refuse_without_effect(source: str, given: Mapping[str, bool]) -> None:
    """Refuse options that mean nothing for curves from there: whoever typed one believes that it counts."""
    useless = [option for option, is_given in given.items() if is_given and source not in _MEANT_FOR[option]]
    if useless:
        meant = " or ".join(_MEANT_FOR[useless[0]]).replace("files", "files of points")
        what = {"files": "files of points", "--guess": "a guess", "--image": "a picture"}[source]
        raise UsageError(
            f"an option has no effect with {what}\n  found:   {', '.join(useless)}\n"
            f"  allowed: {useless[0]} with {meant}\n  fix:     leave it out"
        )


def unit_of(text: str) -> str:
    """The unit of time by its name; `UsageError` for another."""
    if text not in UNITS:
        meant = near_miss(text, UNITS)
        raise UsageError(
            f"no such unit of time: {text}\n  allowed: {', '.join(UNITS)}\n"
            f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
        )
    return text


def days_in(unit: str) -> float:
    """Days in a unit of time."""
    return TIME_IN_DAYS[unit.removesuffix("s")]


def comparison_of(
    hr: str | None, ci: str | None, level_percent: float, p: str | None
) -> PublishedComparison | None:
    """The published comparison; None where no hazard ratio was given."""
    ratio = read_option("--published-hr", hr, number, "--published-hr 0.69")
    interval = read_option("--published-ci", ci, two_numbers, "--published-ci 0.55,0.87")
    p_value = read_option("--published-p", p, probability, "--published-p 0.001")
    if not 50 <= level_percent < 100:
        raise UsageError(
            f"--published-level is not a level in per cent\n  found:   {level_percent:g}\n"
            "  allowed: from 50 to below 100\n  fix:     write 95 for 95 %"
        )
    if ratio is None:
        if interval is not None or p_value is not None:
            raise UsageError(
                "an interval or p without its hazard ratio\n  found:   no --published-hr\n"
                "  allowed: --published-hr beside them\n  fix:     give the hazard ratio"
            )
        return None
    return PublishedComparison(ratio, interval, level_percent / 100, p_value)


def curves_of(
    files: Sequence[Path],
    image: Path | None,
    axes: Sequence[str],
    colours: str | None,
    names: Sequence[str],
    time_unit: str,
    per_cent: bool | None,
    sampled: bool,
    whole_units: bool,
) -> dict[str, Curve]:
    """The curves, from files or a picture."""
    how = CurveOptions(time_unit, per_cent, sampled, whole_units)
    if image is None:
        return curves_from_files(files, names, how)
    codes = [code.strip() for code in colours.split(",")] if colours else None
    return curves_from_picture(image, axes, codes, names, how)


def reconstructed(
    curves: Mapping[str, Curve], told: ToldOfArms, comparison: PublishedComparison | None, method: str
) -> ReconstructedTrial:
    """The trial behind curves."""
    return reconstructed_trial(curves, told.inputs(tuple(curves)), comparison=comparison, method=method)


def guessed(
    names: Sequence[str],
    told: ToldOfArms,
    follow_up: str | None,
    events_together: str | None,
    comparison: PublishedComparison | None,
) -> ReconstructedTrial:
    """The trial that summary numbers allow to guess."""
    end = read_option("--follow-up", follow_up, number, "--follow-up 18")
    if end is None or len(names) != 2:
        raise UsageError(
            "a guess needs the names of two arms and the longest follow-up\n"
            f"  found:   {len(names)} arms, {'no follow-up' if end is None else f'follow-up {end:g}'}\n"
            "  allowed: --arms EXPERIMENTAL,CONTROL --follow-up 18\n  fix:     give both"
        )
    return guessed_trial(
        told.inputs(names),
        end_days=end * days_in(told.time_unit),
        events=read_option("--events-together", events_together, whole, "--events-together 321"),
        comparison=comparison,
    )
