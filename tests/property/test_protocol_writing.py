"""A protocol written back to YAML and read again is the same trial, whatever its design holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hepatrial.files.located_yaml import parse
from hepatrial.protocol.bundled_protocols import protocol_names, protocol_text
from hepatrial.protocol.design import Cycle, DataCut, DoseLevel, LighterDoses, NextLine, Raise, Stage
from hepatrial.protocol.dosing_text import (
    DoseAmount,
    dose_text,
    parse_dose,
    parse_dose_level,
    parse_schedule_days,
    schedule_text,
    time_text,
)
from hepatrial.protocol.file_schema import ProtocolFile
from hepatrial.protocol.loading import load_text
from hepatrial.protocol.writing import protocol_yaml
from hepatrial.units import parse_time_days

TRIAL = load_text((Path(__file__).parents[1] / "messages" / "trial.yaml").read_text(encoding="utf-8"))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def numbers(low, high):
    return st.floats(low, high, allow_nan=False)


def times_days(low, high):
    """Days as floats of any kind, and in whole units of time."""
    whole = st.sampled_from([1.0, 7.0, 30.4375, 365.25]).flatmap(
        lambda unit: st.integers(1, 500).map(lambda number: number * unit)
    )
    return numbers(low, high) | whole.filter(lambda days: low <= days <= high)


texts = st.text(max_size=80) | st.sampled_from(
    ["1e5", "no", "true", "~", "", "2:1", "# a", "- a", "a: b", ".inf"]
)
levels = st.builds(
    DoseLevel,
    dose_mg=numbers(50, 200),
    interval_days=st.sampled_from([0.5, 1 / 3, 1.0, 2.0, 7.0, 21.0, 30.4375, 5 * (1 / 24), 2.5]),
)


per_kg = st.lists(
    st.builds(
        DoseLevel, dose_mg=numbers(1, 20), interval_days=st.sampled_from([1.0, 14.0]), per_kg=st.just(True)
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda level: level.mg_per_day,
).map(lambda ladder: tuple(sorted(ladder, key=lambda level: -level.mg_per_day)))


whole_days = st.integers(1, 365).map(float)
earlier_stages = st.lists(
    st.builds(Stage, st.just(("sorafenib",)), st.none(), st.just(True))
    | st.builds(Stage, st.sampled_from([(), ("sorafenib",)]), whole_days, st.booleans()),
    max_size=4,
)


@st.composite
def regimens(draw):
    planned = DoseLevel(draw(numbers(201, 900)), 0.5)
    lighter = draw(st.none() | st.builds(LighterDoses, numbers(20, 300), per_kg))
    higher = st.builds(Raise, st.builds(DoseLevel, numbers(901, 1500), st.just(0.5)), whole_days)
    lower = draw(st.lists(levels, max_size=3, unique_by=lambda level: level.mg_per_day))
    return replace(
        TRIAL.arms[0].regimens[0],
        levels=(
            planned,
            *sorted(
                (level for level in lower if level.mg_per_day < planned.mg_per_day),
                key=lambda level: -level.mg_per_day,
            ),
        ),
        start_day=draw(st.just(0.0) | times_days(0, 300)),
        interruption_days=draw(times_days(1, 365)),
        interrupt_at_grade=draw(st.integers(1, 4)),
        stop_after_last_level=draw(st.booleans()),
        lighter=lighter,
        raise_to=draw(st.none() | higher) if lighter is None else None,
        cycle=draw(
            st.none() | st.builds(Cycle, st.integers(1, 365).map(float), st.integers(1, 365).map(float))
        ),
    )


@st.composite
def baselines(draw):
    hbv, sd = draw(numbers(0, 0.9)), draw(numbers(1, 20))
    table = TRIAL.baseline
    return replace(
        table,
        categories={
            **table.categories,
            "aetiology": {"HBV": hbv, "HCV": 0.95 - hbv, "alcohol": 0.05, "other": 0.0},
        },
        continuous={
            **table.continuous,
            "age_years": {"mean": draw(numbers(40, 80)), "sd": sd},
            "weight_kg": {**table.continuous["weight_kg"], "median": draw(numbers(50, 90))},
        },
        sources={**table.sources, "weight_kg": draw(texts)},
    )


@st.composite
def protocols(draw):
    """Variations of the trial that the rules allow."""
    size, clinic = draw(st.integers(150, 100_000)), float(draw(st.integers(1, 30)))
    cut = DataCut(draw(st.sampled_from(["OS", "TTP"])), draw(st.integers(1, size)), None)
    share, ratio = draw(numbers(0, 1)), draw(numbers(0.1, 10))
    regimen = draw(regimens())
    stages = (*draw(earlier_stages), Stage(("sorafenib",))) if draw(st.booleans()) else ()
    drug = replace(
        TRIAL.arms[0],
        regimens=(regimen,),
        sequence=stages if regimen.start_day == 0.0 else (),
        treat_until=draw(st.sampled_from(["progression", "radiologic_and_symptomatic_progression", "death"])),
        next_line=draw(st.none() | texts.filter(bool).map(lambda source: NextLine(share, ratio, source))),
    )
    return replace(
        TRIAL,
        name=draw(st.sampled_from(["Trial", "1e5", "no", "0x1F", "Trial (2)", "ÅÄÖ"])),
        title=draw(texts),
        registration=draw(st.none() | texts.map(lambda text: text[:60])),
        published=draw(st.none() | st.just("sharp")),
        size=size,
        baseline=draw(baselines() | st.just(TRIAL.baseline)),
        eligibility=replace(
            TRIAL.eligibility, ranges={"age_years": (draw(st.none() | numbers(0, 40)), draw(numbers(81, 120)))}
        ),
        arms=(drug, TRIAL.arms[1]),
        accrual=replace(
            TRIAL.accrual,
            duration_days=draw(times_days(1, 3650)),
            shape=draw(numbers(0.2, 5)),
            drop_out_per_month=draw(numbers(0, 0.5)),
        ),
        visits=replace(
            TRIAL.visits,
            clinic_interval_days=clinic,
            scan_interval_days=clinic * draw(st.integers(1, 4)),
            scan_source=draw(texts),
        ),
        response=replace(
            TRIAL.response, confirmation_days=draw(times_days(0, 365)), stable_disease_days=draw(times_days(0, 365))
        ),
        data_cut=draw(st.just(cut) | times_days(1, 1000).map(lambda day: DataCut(None, None, day))),
        analysis=replace(
            TRIAL.analysis,
            one_sided_alpha=draw(numbers(1e-6, 0.499)),
            survival_at_months=tuple(draw(st.lists(numbers(0.1, 30), max_size=3, unique=True))),
            rmst_months=draw(st.none() | numbers(0.1, 30)),
        ),
        horizon_days=draw(times_days(1001, 3650)),
    )  # fmt: skip


def content(protocol):
    return replace(protocol, text="", hash="")


@pytest.mark.parametrize("name", protocol_names())
def test_a_bundled_protocol_is_read_back_as_it_was(name):
    protocol = load_text(protocol_text(name))
    again = load_text(protocol_yaml(protocol, "a comment"))
    assert content(again) == content(protocol)
    assert again.hash == protocol.hash


@QUICK
@given(protocols())
def test_any_variation_is_read_back_to_the_bit(protocol):
    again = load_text(protocol_yaml(protocol))
    assert content(again) == content(protocol)


@pytest.mark.parametrize("text", ["\x85", "two\u2028lines", "a\tb", " edge ", "yes", "1e3", "'", '"', "# no"])
def test_odd_texts_are_read_back_to_the_letter(text):
    protocol = replace(TRIAL, visits=replace(TRIAL.visits, scan_source=text))
    assert load_text(protocol_yaml(protocol)).visits.scan_source == text


@settings(QUICK, max_examples=20)
@given(protocols())
def test_what_is_read_back_is_written_the_same_way(protocol):
    text = protocol_yaml(protocol)
    assert protocol_yaml(load_text(text)) == text


def test_every_key_of_the_file_is_written():
    def keys(model):
        return set(model.model_fields)

    written = parse(protocol_yaml(TRIAL), "f.yaml").data
    assert set(written) == keys(ProtocolFile) - {"registration"}  # the trial has none
    for section in ("randomisation", "accrual", "visits", "response", "analysis", "population"):
        assert set(written[section]) == keys(ProtocolFile.model_fields[section].annotation)
    agent = (
        ProtocolFile.model_fields["arms"].annotation.__args__[0].model_fields["agents"].annotation.__args__[0]
    )
    left_out = {"lighter", "cycle", "raise_to"}  # the trial has none
    assert set(written["arms"][0]["agents"][0]) == keys(agent) - left_out


@given(numbers(0, 1e5))
def test_a_time_is_written_with_a_unit_and_read_back_to_the_bit(days):
    assert parse_time_days(time_text(days)) == days


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (42, "6 weeks"),
        (10, "10 days"),
        (398.73125, "13.1 months"),
        (1095.75, "3 years"),
    ],
)
def test_a_time_is_written_in_the_unit_that_says_it_shortest(days, text):
    assert time_text(days) == text


@given(numbers(0.001, 1e4), st.booleans())
def test_a_dose_is_read_back_to_the_bit(dose, per_kg):
    assert parse_dose(dose_text(DoseLevel(dose, 1.0, per_kg))) == DoseAmount(dose, per_kg)


@given(st.sampled_from(["hour", "day", "week", "month"]), st.integers(1, 12))
def test_a_schedule_is_read_back_to_the_bit(unit, count):
    interval = parse_schedule_days(f"every {count} {unit}s")
    assert parse_schedule_days(schedule_text(interval)) == interval
    level = DoseLevel(400.0, interval)
    assert parse_dose_level(f"{dose_text(level)} {schedule_text(interval)}") == level
