"""Finding trials: by line, agent, endpoint and use, or by any word of their records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.references import bibliography
from hepatrial.evidence.trials import Endpoint, Line, PublishedTrial, Use


def select(
    records: Collection | None = None,
    *,
    line: str | None = None,
    agent: str | None = None,
    endpoint: str | None = None,
    use: str | None = None,
) -> tuple[PublishedTrial, ...]:
    """Records that fit all that is asked.

    Parameters
    ----------
    records
        `collection` if left out.
    line
        A line of therapy or a locoregional treatment (`hepatrial.evidence.trials.Line`).
    agent
        An agent, control or procedure that an arm was given.
    endpoint
        An endpoint with a confirmed hazard ratio.
    use
        ``calibration``, ``validation`` or ``evidence``.

    Raises
    ------
    UsageError
        If a word is not one that the records know; the message names the nearest one.
    """
    known = collection() if records is None else records
    agents = tuple(sorted({name for trial in known for name in trial.agents}))
    for word, allowed, kind in (
        (line, get_args(Line), "line"),
        (agent, agents, "agent"),
        (endpoint, get_args(Endpoint), "endpoint"),
        (use, get_args(Use), "use"),
    ):
        _require(word, allowed, kind)
    return tuple(
        trial
        for trial in known
        if (line is None or line in trial.lines)
        and (agent is None or agent in trial.agents)
        and (endpoint is None or endpoint in trial.endpoints)
        and use in (None, trial.use)
    )


def search(text: str, records: Collection | None = None) -> tuple[PublishedTrial, ...]:
    """Records that hold every word of a text, whatever its case, in names, agents, sources, numbers' names or notes.

    Unconfirmed numbers are not searched.
    """
    words = text.casefold().split()
    known = collection() if records is None else records
    return tuple(trial for trial in known if words and all(word in _text_of(trial) for word in words))


def _text_of(trial: PublishedTrial) -> str:
    return " ".join(_texts_of(trial)).casefold()


def _texts_of(trial: PublishedTrial) -> Iterable[str]:
    yield from (trial.key, trial.name, trial.registration, trial.phase, trial.design, trial.population)
    yield from (*trial.lines, *trial.also, *trial.agents, *trial.endpoints, *trial.notes)
    yield from (str(row["arm"]) for row in trial.arms)
    yield str(bibliography().get(trial.source, trial.source))
    conduct = trial.conduct
    yield from filter(
        None, (conduct.criteria, conduct.eligibility, conduct.endpoint_definitions, conduct.note)
    )
    for finding in (*trial.findings, *trial.baseline):
        yield from (finding.subgroup, *(name.replace("_", " ") for name in finding.values))
    for effect in trial.subgroups:
        yield f"{effect.factor} {effect.group}"


def _require(word: str | None, allowed: tuple[str, ...], kind: str) -> None:
    if word is not None and word not in allowed:
        meant = near_miss(word, allowed)
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        raise UsageError(f"no such {kind}: {word}\n  allowed: {', '.join(allowed)}\n  fix:     {fix}")
