"""Files of phase 2 results: read as the calibration reads early arms, and every mistake is told with its line."""

from __future__ import annotations

import math
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

from hepatrial.calibration.early_arms import early_arms
from hepatrial.errors import InvalidInput
from hepatrial.prediction.phase2_file import read_phase2, read_phase2_text
from hepatrial.prediction.phase2_schema import phase2_json_schema
from hepatrial.protocol.own_agents import already_read

EXAMPLE = Path(__file__).parents[2] / "examples" / "phase2-to-phase3" / "phase2.yaml"
TEXT = """\
hepatrial: 1
trials:
  - name: T-1
    source: made up
    baseline: sharp
    arms:
      - name: brivanib
        n: 46
        agents: [{agent: brivanib, dose: 800 mg, schedule: once daily}]
      - {name: placebo, n: 23, agents: []}
    results:
      - {arm: brivanib, quantity: os_median_months, value: 9.8, interval: [5.5, 13.2]}
      - {arm: brivanib, quantity: pfs_percent, months: 6, value: 20}
      - {arm: brivanib, control: placebo, quantity: ttp_hr, value: 0.7, interval: [0.5, 0.98], level: 90}
      - {arm: brivanib, quantity: toxic_deaths, value: 1}
"""


def read(text):
    return read_phase2_text(text, "results.yaml", already_read(()))


def issues(text):
    with pytest.raises(InvalidInput) as raised:
        read(text)
    return raised.value.issues


def test_results_become_the_observations_that_the_calibration_makes_of_such_numbers():
    """Of brivanib's second-line phase 2 trial, by its registry record and by a user's file with the same numbers."""
    key, _, known = next(each for each in early_arms() if each[0] == "finn-brivanib")
    arm = {
        "name": "brivanib",
        "n": 46,
        "agents": [{"agent": "brivanib", "dose": "800 mg", "schedule": "once daily"}],
    }
    rows = [
        {"arm": "brivanib", "quantity": each.quantity, "value": each.published}
        | ({} if each.interval is None or each.endpoint != "OS" else {"interval": list(each.interval)})
        for each in known
    ]
    trial = {
        "name": key,
        "source": "its record",
        "baseline": "resorce",
        "criteria": "RECIST 1.0",
        "arms": [arm],
    }
    (found,) = read(yaml.safe_dump({"hepatrial": 1, "trials": [trial | {"results": rows}]})).trials
    for mine, theirs in zip(found.observations, known, strict=True):
        assert (mine.name, mine.published, mine.n) == (theirs.name, theirs.published, theirs.n)
        assert (mine.sd, mine.discrepancy_sd, mine.shared) == (
            theirs.sd,
            theirs.discrepancy_sd,
            theirs.shared,
        )
        assert mine.comparison == theirs.comparison


def test_an_interval_of_another_level_counts_as_one_of_95_percent():
    ratio = read(TEXT).trials[0].observations[2]
    assert ratio.sd == pytest.approx(math.log(0.98 / 0.5) / (2 * 1.6448536))


def test_the_protocol_of_a_trial_has_its_arms_its_size_and_its_control():
    protocol = read(TEXT).trials[0].protocol
    assert (protocol.size, protocol.control) == (69, "placebo")
    assert protocol.comparisons == (("brivanib", "placebo"),)
    assert protocol.arm("brivanib").regimens[0].levels[0].dose_mg == 800.0


def test_the_example_is_sound_and_satisfies_the_json_schema():
    found = read_phase2(EXAMPLE)
    assert [trial.key for trial in found.trials] == ["FIC-201"]
    schema = phase2_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(TEXT.replace("ttp_hr", "tpp_hr")), schema)


MISTAKES = {
    "ttp_hr": ("tpp_hr", 14, "ttp_hr"),
    "value: 9.8": ("value: -1", 12, "0 or more"),
    "quantity: os_median_months": ("quantity: os_hr", 12, None),
    "value: 9.8, interval: [5.5, 13.2]": ("value: 9.8, interval: [15, 13.2]", 12, "with 9.8 between"),
    "months: 6, value: 20": ("value: 20", 13, "the time that it is of"),
    "value: 20": ("value: 0", 13, "between 0 and 100"),
    "control: placebo, quantity": ("control: plcebo, quantity", 14, "placebo"),
    "quantity: toxic_deaths, value: 1": ("quantity: toxic_deaths, value: 1.5", 15, "a whole number"),
    "toxic_deaths, value: 1": ("toxic_deaths, value: 47", 15, "between 0 and 46"),
    "arm: brivanib, quantity: toxic_deaths": ("arm: brivanb, quantity: toxic_deaths", 15, "brivanib, placebo"),
    "quantity: toxic_deaths, value: 1}": (
        "quantity: os_median_months, value: 9}", 15, "each result once",
    ),
    "agent: brivanib": ("agent: brivanb", 9, None),
    "dose: 800 mg": ("dose: 800", 9, None),
    "baseline: sharp": ("baseline: shrap", 5, None),
    "source: made up": ("sources: made up", 4, None),
    "n: 46": ("n: 0", 8, "1 or more"),
    "{name: placebo, n: 23, agents: []}": ("{name: brivanib, n: 23, agents: []}", 10, None),
}  # fmt: skip


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(right):
    wrong, line, allowed = MISTAKES[right]
    found = issues(TEXT.replace(right, wrong))
    first = next(issue for issue in found if issue.where.line == line)
    assert first.where.file == "results.yaml"
    assert first.fix
    assert allowed is None or allowed in first.allowed


def test_all_mistakes_are_told_at_once():
    text = TEXT.replace("value: 20", "value: 0").replace("arm: brivanib, control", "arm: brivanb, control")
    assert sorted({issue.where.line for issue in issues(text)}) == [13, 14]


def test_what_is_no_such_file_is_told_so(tmp_path):
    for text in ("", "[1, 2]", "- a"):
        (issue,) = issues(text)
        assert issue.rule == "not-phase-2-results"
    assert issues("hepatrial: [")[0].rule == "yaml"
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_phase2(tmp_path / "none.yaml")


def test_every_result_of_the_calibrations_early_arms_can_be_written():
    """What the calibration can use of an early trial, a user can give."""
    from hepatrial.prediction.phase2_schema import QUANTITIES

    used = {each.quantity.partition(" at ")[0] for _, _, found in early_arms() for each in found}
    others = {"time_to_radiographic_progression_hr", "fatal_related_adverse_events_percent"}
    assert used - others <= set(QUANTITIES)


def test_numbers_are_finite():
    assert issues(TEXT.replace("value: 9.8", "value: .nan"))
    assert all(np.isfinite(each.sd) for each in read(TEXT).trials[0].observations)
