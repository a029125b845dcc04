"""Records of published trials: sound, cited, and with the keys of a run's summary."""

from __future__ import annotations

from copy import deepcopy
from importlib import resources

import pytest
import yaml

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.published import ARM_KEYS, COMPARISON_KEYS, published_summary
from hepatrial.evidence.references import bibliography, is_citation
from hepatrial.evidence.trials import load_trial, trial_names, trial_of

CONFIRMED_P = {"sharp": (None, 0.001), "asia-pacific": (0.014, None)}


def content(name="sharp"):
    file = resources.files("hepatrial.evidence").joinpath("data", "trials", f"{name}.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", trial_names())
def test_every_record_is_cited_and_says_where_its_numbers_were_read(name):
    trial = load_trial(name)
    assert trial.source in bibliography()
    for row in trial.findings:
        assert row.source.startswith(("https://", "http://")) or is_citation(row.source), row
        assert all(isinstance(value, (int, float)) for value in row.values.values()), row
    shown = {
        key for row in (*trial.arms, *trial.comparisons) for key, value in row.items() if value is not None
    }
    read = {key.replace("_ci", "_months") for key in shown - {"arm", "control", "endpoint", "ci"}}
    assert read == set(trial.read_in)


@pytest.mark.parametrize("name", trial_names())
def test_the_published_record_has_the_keys_of_the_summary(name):
    record = published_summary(name)
    assert all(tuple(arm) == ARM_KEYS for arm in record["arms"])
    assert all(tuple(row) == COMPARISON_KEYS for row in record["comparisons"])
    assert record["not_shown"]


def test_the_summary_of_a_run_knows_every_published_key(sharp_trial):
    from hepatrial.report.summary import summary_of

    summary = summary_of(sharp_trial)
    assert set(ARM_KEYS) <= set(summary["arms"][0])
    assert set(COMPARISON_KEYS) - {"p_logrank_below"} <= set(summary["comparisons"][0])


@pytest.mark.parametrize("name", trial_names())
def test_a_p_value_is_exact_or_a_bound_never_both(name):
    exact, below = CONFIRMED_P[name]
    rows = published_summary(name)["comparisons"]
    assert (rows[0]["endpoint"], rows[0]["p_logrank"], rows[0]["p_logrank_below"]) == ("OS", exact, below)
    assert all((row["p_logrank"] is None) != (row["p_logrank_below"] is None) for row in rows)


def test_what_was_not_confirmed_is_null():
    sharp, asia = published_summary("sharp"), published_summary("asia-pacific")
    assert all(arm["survival_at_months"] is None and arm["dcr_percent"] is None for arm in sharp["arms"])
    assert all(arm["n"] is None for arm in asia["arms"])
    assert asia["arms"][1]["os_median_ci"] is None


def test_findings_are_looked_up_by_whom_and_what():
    sharp = load_trial("sharp")
    assert sharp.finding("trial", "deaths_at_second_interim_analysis") == 321
    assert sharp.finding("sorafenib", "os_median_months", "neither invasion nor spread") == 14.5
    assert sharp.finding("sorafenib", "os_median_months") is None
    assert sharp.finding("placebo", "hand_foot_skin_reaction_grade_3_or_more_percent") is None


def test_conflicting_sources_are_named_in_the_notes():
    notes = " ".join(load_trial("asia-pacific").notes)
    assert "3.3 %" in notes
    assert "3.5 %" in notes


def test_both_trials_are_marked_as_used_for_calibration():
    assert {load_trial(name).use for name in ("sharp", "asia-pacific")} == {"calibration"}


def test_an_unknown_trial_names_the_nearest():
    with pytest.raises(UsageError, match="did you mean sharp"):
        load_trial("shrp")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["comparisons"][0].update(ci=[0.75, 0.87]), "the interval does not hold its estimate"),
        (lambda c: c["arms"][0].update(os_median_ci=[11.0, 13.3]), "sorafenib: os_median"),
        (lambda c: c["comparisons"][0].update(control="sham"), "an arm that is not there"),
        (lambda c: c["findings"][2].update(of="sorafenb"), "a finding is of something that is not there"),
        (lambda c: c.update(use="fitting"), "the record's use is unknown"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(change, message):
    changed = deepcopy(content())
    change(changed)
    with pytest.raises(InvalidInput, match=message):
        trial_of(changed, "sharp.yaml")
    assert trial_of(content(), "sharp.yaml").name == "SHARP"


def test_all_problems_of_a_record_are_listed_at_once():
    changed = deepcopy(content())
    changed["use"] = "fitting"
    changed["comparisons"][0]["ci"] = [0.75, 0.87]
    with pytest.raises(InvalidInput) as caught:
        trial_of(changed, "sharp.yaml")
    assert len(caught.value.issues) == 2
    assert all(issue.where.file == "sharp.yaml" for issue in caught.value.issues)
