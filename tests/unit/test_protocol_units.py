"""Quantities where text enters: one set of units, and no number without one."""

from __future__ import annotations

from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hepatrial.protocol.dosing_text import NAMED_SCHEDULES_DAYS, parse_dose_level, parse_schedule_days
from hepatrial.units import (
    DAYS_PER_MONTH,
    UnitError,
    days,
    months,
    parse_dose_mg,
    parse_length_mm,
    parse_time_days,
    parse_time_months,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 day", 1), ("6 weeks", 42), ("6weeks", 42), (" 6  weeks ", 42), ("6 WEEKS", 42), ("1 month", 30.4375),
        ("12 months", 365.25), ("1 year", 365.25), ("36 mo", 36 * 30.4375), ("2 yr", 730.5), ("12 h", 0.5),
        ("1e1 d", 10), (".5 weeks", 3.5),
    ],
)  # fmt: skip
def test_times_are_read_as_days(text, expected):
    assert parse_time_days(text) == pytest.approx(expected, rel=1e-15)


@given(st.floats(0.01, 1000.0))
def test_months_and_years_are_read_as_exactly_these_months(number):
    assert parse_time_months(f"{number!r} months") == number
    assert parse_time_months(f"{number!r} years") == 12 * number


@pytest.mark.parametrize(
    ("text", "expected"), [("365.25 days", 12), ("26 weeks", 182 / 30.4375), ("36 mo", 36)]
)
def test_other_times_are_read_as_months_too(text, expected):
    assert parse_time_months(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("400 mg", 400), ("0.4 g", 400), ("400 ug", 0.4), ("400 µg", 0.4), ("400 μg", 0.4)]
)
def test_doses_are_read_as_mg_with_either_letter_mu(text, expected):
    assert parse_dose_mg(text) == pytest.approx(expected, rel=1e-15)


def test_lengths_are_read_as_mm():
    assert (parse_length_mm("2 cm"), parse_length_mm("10 mm")) == (20.0, 10.0)


@pytest.mark.parametrize(
    "text", ["", "mg", "400", "400 mg bid", "4oo mg", "400,5 mg", "400 mg\n200 mg", True, None, []]
)
def test_what_is_no_dose_is_refused_with_the_remedy(text):
    with pytest.raises(UnitError) as raised:
        parse_dose_mg(text)
    assert raised.value.allowed
    assert raised.value.fix


def test_minutes_are_not_months():
    with pytest.raises(UnitError, match="unknown unit of time: m"):
        parse_time_days("6 m")


@given(st.text(max_size=80))
def test_any_text_is_a_quantity_or_a_unit_error(text):
    for parse in (parse_time_days, parse_dose_mg, parse_length_mm, parse_schedule_days, parse_dose_level):
        with suppress(UnitError):
            parse(text)


@given(st.floats(0.001, 1e6))
def test_months_and_days_are_each_others_inverse(number):
    assert days(months(number)) == pytest.approx(number, rel=1e-14)
    assert parse_time_days(f"{number!r} months") == pytest.approx(number * DAYS_PER_MONTH, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        *NAMED_SCHEDULES_DAYS.items(),
        ("every 3 weeks", 21.0),
        ("Every 12 Hours", 0.5),
        ("every 1 month", 30.4375),
    ],
)
def test_schedules_are_read_as_days_between_doses(text, interval):
    assert parse_schedule_days(text) == pytest.approx(interval, rel=1e-15)
    level = parse_dose_level(f"400 mg {text.lower()}")
    assert level.mg_per_day == pytest.approx(400 / interval)


@pytest.mark.parametrize(
    ("text", "meant"), [("BID", "twice daily"), ("qd", "once daily"), ("q.i.d.", "four times daily"),
                        ("twice dayly", "twice daily"), ("weekly", "once weekly")]
)  # fmt: skip
def test_a_prescribers_abbreviation_is_answered_with_the_words(text, meant):
    with pytest.raises(UnitError) as raised:
        parse_schedule_days(text)
    assert raised.value.fix == f"did you mean `{meant}`?"


def test_a_unit_error_passes_through_a_context_manager():
    @contextmanager
    def somewhere():
        yield

    with pytest.raises(UnitError), somewhere():
        parse_dose_mg("4")
