"""The published trials that a trial of one's own can be set beside: same treatment, same kind of control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import Comparison, independent_comparisons
from hepatrial.evidence.pooling import Pooled, pool_common, pool_random
from hepatrial.evidence.questions.counted_trials import (
    CountedTrial,
    LeftOutTrial,
    counted_trials,
    left_out_trials,
    treatments_in,
)
from hepatrial.evidence.questions.models import LEAST_FOR_RANDOM
from hepatrial.evidence.treatments import CONTROLS
from hepatrial.evidence.trials import PublishedTrial

SEVERAL_DOSES = "it has several such comparisons, of doses that are not told apart"


@dataclass(frozen=True, slots=True)
class ComparableTrials:
    """What was published on one comparison and endpoint.

    Attributes
    ----------
    treatment, controls
        As trials are pooled; placebo and best supportive care are one kind of control.
    lines, line_chosen
        Lines of therapy that count, and whether nobody named them: then it is the line of most trials.
    counted
        Trials that count, each once, by year.
    left_out
        Records with arms of both that do not count, each with its reason.
    pooled
        Common effect of two trials, random effects from three on; None with fewer than two.
    """

    treatment: str
    controls: tuple[str, ...]
    endpoint: str
    lines: tuple[str, ...]
    line_chosen: bool
    counted: tuple[CountedTrial, ...]
    left_out: tuple[LeftOutTrial, ...]
    pooled: Pooled | None


def comparable_trials(
    treatment: str, control: str, endpoint: str, *, lines: Sequence[str], records: Collection
) -> ComparableTrials:
    """Randomised trials of two treatments with a confirmed hazard ratio, whichever way round it was printed.

    Parameters
    ----------
    treatment, control
        As trials are pooled (`hepatrial.evidence.treatments.treatment_of`): without doses.
    lines
        Lines of therapy to look at; if empty, that of most trials.

    Raises
    ------
    UsageError
        An endpoint that is not known.
    """
    controls = CONTROLS if control in CONTROLS else (control,)
    kinds = {treatment}, set(controls)
    found = independent_comparisons(endpoint, records=records)
    reasons = dict(found.left_out)
    same = [one for one in found.comparisons if _compares(one, *kinds)]
    reasons |= {one.trial: "it compares other treatments" for one in found.comparisons if one not in same}
    wanted = tuple(lines) or _line_of_most(same, records)
    of_line = [one for one in same if not wanted or set(wanted) & set(records[one.trial].lines)]
    reasons |= {one.trial: _line_in_words(records[one.trial]) for one in same if one not in of_line}
    once = Counter(one.study for one in of_line)
    kept = [one for one in of_line if once[one.study] == 1]
    reasons |= {one.trial: SEVERAL_DOSES for one in of_line if one not in kept}
    counted = counted_trials(kept, records, turned=lambda one: one.treatment != treatment)
    counted = tuple(sorted(counted, key=lambda one: (one.year or 9999, one.effect.study)))
    both = [row for row in reasons.items() if _has_both(records[row[0]], *kinds)]
    return ComparableTrials(
        treatment=treatment,
        controls=controls,
        endpoint=endpoint,
        lines=wanted,
        line_chosen=not lines and bool(wanted),
        counted=counted,
        left_out=left_out_trials(both, records, near=lambda _: True),
        pooled=_pooled(counted),
    )


def _compares(one: Comparison, treatment: set[str], controls: set[str]) -> bool:
    arms = one.treatment, one.control_treatment
    return (arms[0] in treatment and arms[1] in controls) or (arms[1] in treatment and arms[0] in controls)


def _line_of_most(comparisons: Sequence[Comparison], records: Collection) -> tuple[str, ...]:
    count = Counter(line for one in comparisons for line in records[one.trial].lines)
    return tuple(line for line, _ in count.most_common(1))


def _line_in_words(trial: PublishedTrial) -> str:
    return f"its line is {'/'.join(trial.lines) or 'not stated'}"


def _has_both(trial: PublishedTrial, treatment: set[str], controls: set[str]) -> bool:
    given = treatments_in(trial)
    return bool(given & treatment) and bool(given & controls)


def _pooled(counted: Sequence[CountedTrial]) -> Pooled | None:
    effects = [one.effect for one in counted]
    if len(effects) < 2:
        return None
    return pool_random(effects) if len(effects) >= LEAST_FOR_RANDOM else pool_common(effects)
