"""Whether two agents were ever given together at given doses, and what came of it.

Only what a cited trial did is said. Tolerance is taken to be monotone: a pair of doses below one that was tolerated is
tolerated, a pair above one that was not is not. Between the two nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hepatrial.files.located_yaml import parse_shipped

TABLE = "given_together.yaml"
TOLERATED = "given"
ABOVE = "above the tolerated dose"
UNKNOWN = "not tolerable as far as known"


@dataclass(frozen=True, slots=True)
class GivenTogether:
    """What trials of one pair say; doses in mg a day in the order of ``pair``.

    Attributes
    ----------
    given
        Doses of which it was read that they were given, and not whether they are tolerated.
    """

    pair: tuple[str, str]
    population: str
    tolerated: tuple[tuple[float, float], ...]
    not_tolerated: tuple[tuple[float, float], ...]
    mtd: tuple[float, float] | None
    source: str
    note: str
    given: tuple[tuple[float, float], ...] = ()

    def turned(self) -> GivenTogether:
        """The same with the agents the other way round."""
        return GivenTogether(
            self.pair[::-1],
            self.population,
            tuple(doses[::-1] for doses in self.tolerated),
            tuple(doses[::-1] for doses in self.not_tolerated),
            self.mtd and self.mtd[::-1],
            self.source,
            self.note,
            tuple(doses[::-1] for doses in self.given),
        )

    @property
    def most(self) -> tuple[tuple[float, float], ...]:
        """The highest pairs of doses that were given, the tolerated ones first."""
        return (*self.tolerated, *self.given)


@dataclass(frozen=True, slots=True)
class Tolerability:
    """The answer (`TOLERATED`, `ABOVE` or `UNKNOWN`), its reason, and the trial that it rests on, if any."""

    answer: str
    reason: str
    trial: GivenTogether | None


@cache
def given_together() -> tuple[GivenTogether, ...]:
    """Every pair of the table."""
    text = resources.files("hepatrial.combinations").joinpath("data", TABLE).read_text("utf-8")
    return tuple(
        GivenTogether(
            pair=tuple(entry["pair"]),
            population=entry["population"],
            tolerated=tuple(map(tuple, entry["tolerated"])),
            not_tolerated=tuple(map(tuple, entry["not_tolerated"])),
            mtd=tuple(entry["mtd"]) if "mtd" in entry else None,
            source=entry["source"],
            note=entry["note"],
            given=tuple(map(tuple, entry.get("given", ()))),
        )
        for entry in parse_shipped(text, TABLE)
    )


def tolerability(pair: Sequence[str], doses_mg_per_day: Sequence[float]) -> Tolerability:
    """What is known of two agents, by the catalogue's names, at doses in mg a day."""
    first, second = pair
    known = [one if one.pair == (first, second) else one.turned() for one in given_together()]
    trial = next((one for one in known if one.pair == (first, second)), None)
    if trial is None:
        return Tolerability(
            UNKNOWN, f"no trial that gave {first} and {second} together is in the table", None
        )
    doses = tuple(doses_mg_per_day)
    if any(_within(doses, pair) for pair in trial.tolerated):
        return Tolerability(
            TOLERATED, f"up to {_words(trial, trial.tolerated[0])} in {trial.population}", trial
        )
    if any(_within(pair, doses) for pair in trial.not_tolerated):
        return Tolerability(
            ABOVE, f"{_words(trial, trial.not_tolerated[0])} was too toxic in {trial.population}", trial
        )
    if trial.mtd is not None and _within(trial.mtd, doses):
        return Tolerability(
            ABOVE, f"the maximum tolerated dose was {_words(trial, trial.mtd)} in {trial.population}", trial
        )
    if any(_within(doses, pair) for pair in trial.given):
        return Tolerability(
            UNKNOWN,
            f"given up to {_words(trial, trial.given[0])} in {trial.population}; whether that is tolerated was not "
            "read",
            trial,
        )
    return Tolerability(
        UNKNOWN,
        f"given up to {_words(trial, trial.most[0])} in {trial.population}; never seen at these doses",
        trial,
    )


def _within(doses: Sequence[float], limit: Sequence[float]) -> bool:
    return all(dose <= most * (1.0 + 1e-9) for dose, most in zip(doses, limit, strict=True))


def _words(trial: GivenTogether, doses: Sequence[float]) -> str:
    parts = (f"{name} {dose:g} mg" for name, dose in zip(trial.pair, doses, strict=True))
    return f"{' with '.join(parts)} a day"
