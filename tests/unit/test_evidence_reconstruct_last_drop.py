"""A curve whose last drop stands exactly at its last number at risk."""

import numpy as np
import pytest

from hepatrial.evidence.reconstruction import Guyot, StepHeights, clean_curve, reconstruct, risk_numbers
from hepatrial.survival import kaplan_meier

BOTH = pytest.mark.parametrize("method", [Guyot(), StepHeights()], ids=["guyot", "step heights"])
MONTHS = [1, 2.5, 4, 6, 9, 12, 16]
LEVELS = 1 - 0.1 * np.arange(1, 8)


@BOTH
def test_the_drop_at_the_last_number_at_risk_has_its_events(method):
    curve = clean_curve(MONTHS, LEVELS)
    found = reconstruct(curve, risk=risk_numbers([0, 4, 8, 12, 16], [400, 320, 240, 180, 120]), method=method)
    km = kaplan_meier(found.times)
    # 120 at risk and a fall from 0.4 to 0.3 are 30 events; levels are met to a patient of 400.
    np.testing.assert_allclose(km.at(curve.time_days).estimate, LEVELS, atol=1 / 400)
    assert found.events == 265
    last = found.times.time_days == curve.time_days[-1]
    assert found.times.event[last].sum() == 30


@BOTH
def test_it_has_them_too_where_the_total_is_given(method):
    curve = clean_curve(MONTHS, LEVELS)
    risk = risk_numbers([0, 4, 8, 12, 16], [400, 320, 240, 180, 120])
    assert reconstruct(curve, risk=risk, events=265, method=method).events == 265


def test_a_curve_that_ends_flat_at_its_last_number_at_risk_gets_no_events_there():
    curve = clean_curve([*MONTHS[:-1], 16], [*LEVELS[:-1], LEVELS[-2]])
    found = reconstruct(curve, risk=risk_numbers([0, 4, 8, 12, 16], [400, 320, 240, 180, 120]))
    assert found.times.time_days[found.times.event == 1].max() == curve.time_days[-1]
    assert found.events == 235
