"""The Cox model of intervals: what it shares with the model of whole follow-up, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.survival import AtRisk, SurvivalTimes, cox, cox_counting_process

RNG = np.random.default_rng(5)
N = 200
TIME = RNG.exponential(100.0, N).round() + 1.0
EVENT = (RNG.random(N) < 0.7).astype(int)
X = RNG.normal(size=(N, 2))
NAMES = ("afp", "albi")


def whole() -> AtRisk:
    return AtRisk(np.zeros(N), TIME, EVENT, np.arange(N))


def test_one_interval_a_subject_is_the_plain_model():
    plain = cox(SurvivalTimes(TIME, EVENT), X, NAMES)
    found = cox_counting_process(whole(), X, NAMES)
    np.testing.assert_allclose(found.beta, plain.beta, rtol=1e-9)
    np.testing.assert_allclose(found.covariance, plain.covariance, rtol=1e-9)


def test_cutting_intervals_in_two_changes_nothing():
    cut = np.minimum(30.0, TIME / 2)
    split = AtRisk(
        np.concatenate([np.zeros(N), cut]),
        np.concatenate([cut, TIME]),
        np.concatenate([np.zeros(N, dtype=int), EVENT]),
        np.tile(np.arange(N), 2),
    )
    found = cox_counting_process(split, np.tile(X, (2, 1)), NAMES, robust=True)
    once = cox_counting_process(whole(), X, NAMES, robust=True)
    np.testing.assert_allclose(found.beta, once.beta, rtol=1e-9)
    np.testing.assert_allclose(found.robust_se, once.robust_se, rtol=1e-8)
    assert (found.rows, found.subjects, found.events) == (2 * N, N, EVENT.sum())


def test_late_entry_leaves_the_earlier_risk_sets():
    start = np.where(np.arange(N) % 2 == 0, 0.0, np.minimum(20.0, TIME - 0.5))
    late = cox_counting_process(AtRisk(start, TIME, EVENT, np.arange(N)), X, NAMES)
    assert not np.allclose(late.beta, cox_counting_process(whole(), X, NAMES).beta)


@pytest.mark.parametrize(
    ("at_risk", "said"),
    [
        (AtRisk([0, 5], [4, 5], [0, 1], [1, 2]), "does not end after it starts"),
        (AtRisk([0, 3], [4, 9], [0, 1], [1, 1]), "intervals of one subject overlap"),
        (AtRisk([0, 4], [4, 9], [0, 2], [1, 1]), "unknown codes"),
        (AtRisk([0, 4], [4, 9], [0, 0], [1, 1]), "no events"),
    ],
)
def test_intervals_that_cannot_be_are_refused(at_risk, said):
    with pytest.raises(InvalidInput, match=said):
        cox_counting_process(at_risk, np.array([0.0, 1.0]), ("afp",))
