"""What a reader of a regression over trials must know before believing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.questions.endpoint_reading import reading_caution
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.meta_cautions import NOT_A_SEARCH
from hepatrial.evidence.treatments import CONTROLS

if TYPE_CHECKING:
    from hepatrial.evidence.questions.surrogates import SurrogateRow

OVER_TRIALS = (
    "A regression over trials says nothing of single patients, and nothing of a class of drugs that is not among the "
    "trials; later treatment in one arm alone weakens any surrogate."
)


def surrogate_cautions(surrogate: str, rows: Sequence[SurrogateRow], known: Collection) -> tuple[str, ...]:
    """Sentences, the most important first."""
    return tuple(_cautions(surrogate, rows, known)) if rows else ()


def _cautions(surrogate: str, rows: Sequence[SurrogateRow], known: Collection) -> Iterator[str]:
    yield OVER_TRIALS
    lines = sorted({"/".join(row.lines) for row in rows})
    inactive = sum(row.control in CONTROLS for row in rows)
    mixed = [f"lines ({', '.join(lines)})"] if len(lines) > 1 else []
    if 0 < inactive < len(rows):
        mixed.append(f"controls ({inactive} inactive, {len(rows) - inactive} active)")
    if mixed:
        yield (
            f"Trials of different {' and '.join(mixed)} lie on one line here: what differs between them besides the "
            "effect on the surrogate passes for surrogacy, or hides it."
        )
    names = known.names
    reports = [(names[row.trial.study], row.surrogate_report) for row in rows]
    yield from reading_caution(surrogate, reports, known)
    cuts = [names[row.trial.study] for row in rows if row.surrogate_report != row.final_report]
    if cuts:
        yield f"Both effects are of different reports, and data cuts, in {names_in_a_row(cuts)}."
    yield NOT_A_SEARCH
