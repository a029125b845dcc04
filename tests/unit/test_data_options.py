"""The options that name columns offer what the reading of data knows."""

from __future__ import annotations

from hepatrial.cli import data_options
from hepatrial.trialdata import ENDPOINTS
from hepatrial.userdata.columns import DAYS_IN


def test_units_and_endpoints_are_those_that_are_read():
    assert tuple(DAYS_IN) == data_options.TIME_UNITS
    assert tuple(ENDPOINTS) == data_options.ENDPOINTS
