"""The same pool again with one study less (leave-one-out) or one more (cumulative)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hepatrial.evidence.pooling.checked import checked_effects
from hepatrial.evidence.pooling.pool import Pooled, pool_common
from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.evidence.pooling.study_effect import StudyEffect

Pooling = Callable[[Sequence[StudyEffect]], Pooled]
"""How to pool: `pool_common`, `pool_random`, or either with arguments bound by functools.partial."""


def leave_one_out(effects: Sequence[StudyEffect], pooling: Pooling) -> dict[str, Pooled]:
    """The pool without each study in turn, by the name of the study left out.

    Parameters
    ----------
    effects
        k >= 3 effects, one a study.
    pooling
        How to pool the other k - 1.

    Notes
    -----
    Shows whether one study carries the result. When not to use: as a test, or to choose which study to drop; k
    correlated results will show an outlier by chance.

    References
    ----------
    Viechtbauer & Cheung 2010, 10.1002/jrsm.11.
    """
    effects = checked_effects(effects, at_least=3, method="leave-one-out")
    return {effect.study: pooling([other for other in effects if other is not effect]) for effect in effects}


def cumulative(
    effects: Sequence[StudyEffect], order: Sequence[float], pooling: Pooling
) -> tuple[Pooled, ...]:
    """The pool after each study, in the order of ``order`` (year of publication, say; ties as given).

    Parameters
    ----------
    effects
        k >= 1 effects, one a study.
    order
        Shape (k,), sorted ascending.
    pooling
        How to pool the first 2, 3, ... k; the first alone is taken as it is, under a common effect.

    Notes
    -----
    When not to use: as repeated tests at the usual level; k looks at growing data reject far more often than 5%.

    References
    ----------
    Lau et al. 1992, 10.1056/NEJM199207233270406.
    """
    effects = checked_effects(effects, at_least=1, method="a cumulative pool")
    keys = np.asarray(order)
    if keys.shape != (len(effects),):
        raise misuse(
            "order: one value a study is needed",
            f"shape {keys.shape}",
            f"shape ({len(effects)},)",
            "give a year or a date for each study, in the order of the effects",
        )
    ordered = [effects[index] for index in np.argsort(keys, kind="stable")]
    return tuple(
        pool_common(ordered[:1]) if count == 1 else pooling(ordered[:count])
        for count in range(1, len(ordered) + 1)
    )
