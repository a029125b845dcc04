"""Whatever a file holds: the check answers with issues that have a place, and never with a traceback."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hepatrial.errors import InvalidInput
from hepatrial.files.located_yaml import parse
from hepatrial.protocol.bundled_protocols import protocol_names, protocol_text
from hepatrial.protocol.loading import check_text, load_text

SHARP = protocol_text("sharp")
LINES = SHARP.splitlines()
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SCALARS = st.sampled_from(
    [
        "", "~", "0", "-1", "1e999", "1e-999", "-.5", ".nan", ".inf", "true", "no", "[]", "{}", "''", '"x"', "400",
        "400 mg", "-400 mg", "nan mg", "1e400 mg", "6 weeks", "0 days", "1e9 years", "sorafenib", "<range>", "<table>",
        "{min: 1}", "{min: 2, max: 1}", "[0, 0]", "[[]]", "{a: {b: [c]}}", "{based_on: sharp}", "[{agent: x}]",
        "{based_on: sharp, continuous: {afp_ng_ml: {log_sd: 1e300}}}", "9999999999999999999999", "2:1", "0x10",
    ]
)  # fmt: skip


def all_have_a_place(issues):
    return all(issue.where is not None and issue.where.line is not None and issue.fix for issue in issues)


@QUICK
@given(st.text(max_size=400))
def test_any_text_is_answered(text):
    checked = check_text(text)
    assert checked.protocol is None
    assert checked.errors
    assert all(issue.fix for issue in checked.issues)


@QUICK
@given(line=st.integers(0, len(LINES) - 1), value=SCALARS)
def test_any_value_at_any_key_is_answered(line, value):
    key, colon, _ = LINES[line].partition(":")
    if not colon or key.lstrip().startswith("#"):
        return
    checked = check_text("\n".join([*LINES[:line], f"{key}: {value}", *LINES[line + 1 :]]))
    assert all_have_a_place(checked.issues)
    assert (checked.protocol is None) == bool(checked.errors)


@QUICK
@given(st.integers(0, len(SHARP) - 1), st.integers(1, 40))
def test_a_file_with_a_hole_is_answered(start, length):
    checked = check_text(SHARP[:start] + SHARP[start + length :])
    assert (checked.protocol is None) == bool(checked.errors)
    assert all(issue.fix for issue in checked.issues)


@QUICK
@given(st.data())
def test_a_file_with_two_lines_exchanged_is_answered(data):
    first, second = (data.draw(st.integers(0, len(LINES) - 1)) for _ in range(2))
    lines = list(LINES)
    lines[first], lines[second] = lines[second], lines[first]
    checked = check_text("\n".join(lines))
    assert (checked.protocol is None) == bool(checked.errors)


YAML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("abc xyz", min_size=1, max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@QUICK
@given(YAML_VALUES)
def test_yaml_that_another_writer_wrote_is_read_back(value):
    import json

    assert parse(json.dumps(value), "f.yaml").data == value


@pytest.mark.parametrize("name", protocol_names())
def test_bundled_protocols_have_no_errors(name):
    assert check_text(protocol_text(name)).errors == ()


def test_the_hash_knows_content_from_spelling():
    base = load_text(SHARP)
    same = SHARP.replace("scan: 6 weeks", "scan: 42 days  # as before").replace("dose: 400 mg", "dose: 0.4 g")
    assert load_text(same).hash == base.hash
    for old, new in (("size: 602", "size: 603"), ("400 mg every other day", "400 mg every 3 days")):
        assert load_text(SHARP.replace(old, new)).hash != base.hash


def test_loading_raises_every_error_of_the_check():
    text = SHARP.replace("size: 602", "size: -1").replace("control: placebo", "control: plazebo")
    with pytest.raises(InvalidInput) as raised:
        load_text(text)
    assert raised.value.issues == check_text(text).errors
    assert len(raised.value.issues) == 2
