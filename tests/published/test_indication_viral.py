"""Viral against non-viral aetiology: printed, or put together from HBV and HCV, and its numbers by hand."""

from __future__ import annotations

from math import exp, log

import pytest

from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.level_effect import How
from hepatrial.evidence.questions.subgroup_levels import chosen_factors

WIDTH = 2 * 1.959964


def aetiology(agent, control=None):
    (found,) = indication_maps(agent, control=control, factors=["aetiology"])
    return found.factors[0]


def by_hand(*printed):
    """Log hazard ratio and error of groups without a patient in common, from ratio and interval."""
    weights = [(WIDTH / log(high / low)) ** 2 for _, low, high in printed]
    mean = sum(w * log(hr) for w, (hr, _, _) in zip(weights, printed, strict=True)) / sum(weights)
    return mean, sum(weights) ** -0.5


@pytest.mark.parametrize(
    ("agent", "hbv", "hcv", "rest"),
    [
        ("nivolumab", (0.77, 0.56, 1.05), (0.71, 0.49, 1.01), (0.95, 0.74, 1.22)),
        ("lenvatinib", (0.83, 0.68, 1.02), (0.91, 0.66, 1.26), (1.03, 0.75, 1.43)),
        ("atezolizumab + bevacizumab", (0.51, 0.32, 0.81), (0.43, 0.22, 0.87), (0.91, 0.52, 1.60)),
        ("cabozantinib + atezolizumab", (0.53, 0.33, 0.87), (1.10, 0.72, 1.68), (1.18, 0.78, 1.79)),
        ("durvalumab + tremelimumab", (0.64, 0.48, 0.86), (1.06, 0.76, 1.49), (0.74, 0.57, 0.95)),
    ],
)
def test_viral_is_hbv_and_hcv_put_together(agent, hbv, hcv, rest):
    answer = aetiology(agent)
    viral = answer.level("viral")
    mean, error = by_hand(hbv, hcv)
    # Intervals that are off centre by rounding move a ratio by less than a hundredth.
    assert viral.estimate.value == pytest.approx(mean, abs=0.01)
    assert viral.estimate.std_error == pytest.approx(error, abs=0.002)
    assert [one.how for one in viral.effects] == [How.COMBINED]
    contrast = answer.contrasts[0]
    other, other_error = by_hand(rest)
    assert contrast.within.ratio[0] == pytest.approx(exp(mean - other), rel=0.02)
    assert contrast.within.std_error == pytest.approx((error**2 + other_error**2) ** 0.5, abs=0.004)


def test_patients_with_a_virus_are_those_of_both_groups():
    seen = aetiology("nivolumab").level("viral").seen
    assert (seen.patients, seen.of) == (233 + 173, 743)


def test_where_no_trial_tells_it_the_map_says_so():
    answer = aetiology("sorafenib", "placebo")
    assert answer.contrasts[0].within is None
    assert answer.level("viral").estimate is None


def test_the_question_is_the_first_that_is_asked_of_aetiology():
    (factor,) = chosen_factors(["aetiology"])
    assert factor.contrasts[0] == ("viral", "non-viral")
