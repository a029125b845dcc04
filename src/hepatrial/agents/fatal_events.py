"""Derivation of the share of adverse events that are fatal, from deaths in trials; prints the files' numbers.

The model's hazard of toxic death is a share of the hazards of an agent's adverse events of grade 3 or more. A trial in
which shares q_k of n patients had such events of kind k saw, as the model counts them,

    n sum_k -ln(1 - q_k)

of them; with one share q for any event the sum is -ln(1 - q). A trial that prints no share counts with the median of
the events a patient of those that do. The share of an agent is deaths over events, summed over its trials; that of a
class is the same over the trials of its agents: small trials with no death count for what they are worth.

The sd of the logit holds the count of deaths, the rounding of a printed share, and the spread of the events a patient
where a trial prints none. Whether a death is judged to come from treatment differs between trials, and is not in it.

Run ``python -m hepatrial.agents.fatal_events``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

FILE = "fatal_events.yaml"
ROUNDING = 0.01 / math.sqrt(12.0)
"""Standard deviation of a share that is printed to the whole per cent."""


@dataclass(frozen=True, slots=True)
class FatalShare:
    """Share of adverse events that are fatal, and the sd of its logit; what it was counted from."""

    share: float
    logit_sd: float
    deaths: float
    events: float
    trials: int


@cache
def published_deaths() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Trials with deaths from treatment, by class and agent."""
    from hepatrial.files.located_yaml import parse_shipped  # late: naming an agent needs no YAML

    text = resources.files("hepatrial.agents").joinpath("published", FILE).read_text("utf-8")
    return parse_shipped(text, FILE)


def fatal_share_of(agent: str) -> FatalShare | None:
    """The share of an agent from its own trials; None without one, or where nobody died: none has no logit."""
    trials = next((agents[agent] for agents in published_deaths().values() if agent in agents), ())
    return _counted(trials) if any(map(_deaths, trials)) else None


def fatal_share_of_class(modality: str) -> FatalShare:
    """The share over all trials of the agents of a modality."""
    return _counted([trial for trials in published_deaths()[modality].values() for trial in trials])


def _counted(trials: Sequence[dict[str, Any]]) -> FatalShare:
    usual, spread = _usual_events()
    deaths = [_deaths(trial) for trial in trials]
    known = [_events_a_patient(trial) for trial in trials]
    events = [
        trial["patients"] * (usual if each is None else each)
        for trial, each in zip(trials, known, strict=True)
    ]
    rounded = math.hypot(*(trial["patients"] * ROUNDING for trial in trials if "fatal" in trial))
    guessed = sum(count for count, each in zip(events, known, strict=True) if each is None)
    return FatalShare(
        share=sum(deaths) / sum(events),
        logit_sd=math.sqrt(
            1.0 / sum(deaths) + (rounded / sum(deaths)) ** 2 + (spread * guessed / sum(events)) ** 2
        ),
        deaths=sum(deaths),
        events=sum(events),
        trials=len(trials),
    )


def _deaths(trial: dict[str, Any]) -> float:
    return float(trial["deaths"]) if "deaths" in trial else trial["fatal"] * trial["patients"]


def _events_a_patient(trial: dict[str, Any]) -> float | None:
    shares = trial.get("kinds", [trial["any"]] if "any" in trial else None)
    return None if shares is None else -sum(math.log1p(-share) for share in shares)


def _usual_events() -> tuple[float, float]:
    """Median of the events a patient over the trials that print shares, and the sd of their log."""
    every = [
        trial for agents in published_deaths().values() for trials in agents.values() for trial in trials
    ]
    known = [found for found in map(_events_a_patient, every) if found is not None]
    return float(np.median(known)), float(np.std(np.log(known), ddof=1))


def main() -> None:
    """Print the derived numbers of every agent and class."""
    for modality, agents in published_deaths().items():
        named = [(agent, found) for agent in agents if (found := fatal_share_of(agent))]
        for name, found in (*named, (f"class: {modality}", fatal_share_of_class(modality))):
            print(
                f"{name:<24}{found.share:.4f}  logit sd {found.logit_sd:.2f}  "
                f"{found.deaths:.1f} deaths of {found.events:.0f} events, {found.trials} trials"
            )


if __name__ == "__main__":
    main()
