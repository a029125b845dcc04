"""Records of published trials: sound, cited, and with the keys of a run's summary."""

from __future__ import annotations

from copy import deepcopy
from importlib import resources

import pytest
import yaml

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.collection import load_trial, trial_names
from hepatrial.evidence.published import (
    ARM_KEYS,
    COMPARISON_KEYS,
    PROCEDURE_KEYS,
    published_names,
    published_summary,
)
from hepatrial.evidence.record_check import trial_of
from hepatrial.evidence.references import bibliography
from hepatrial.evidence.rules.sources import leads_somewhere

CONFIRMED_P = {"sharp": (None, 0.001), "asia-pacific": (0.014, None)}


def content(name="sharp"):
    file = resources.files("hepatrial.evidence").joinpath("data", "trials", f"{name}.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", trial_names())
def test_every_record_is_cited_and_says_where_its_numbers_were_read(name):
    trial = load_trial(name)
    assert trial.source in bibliography()
    for row in (*trial.findings, *trial.baseline, *trial.landmarks, *trial.subgroups):
        assert leads_somewhere(row.source), row
    for row in (*trial.findings, *trial.baseline):
        assert all(isinstance(value, (int, float)) for value in row.values.values()), row
    shown = {
        key for row in (*trial.arms, *trial.comparisons) for key, value in row.items() if value is not None
    }
    assert set(trial.read_in) <= shown


@pytest.mark.parametrize("name", ["sharp", "asia-pacific"])
def test_the_first_two_records_say_of_every_number_on_which_page_it_was_read(name):
    trial = load_trial(name)
    shown = {
        key for row in (*trial.arms, *trial.comparisons) for key, value in row.items() if value is not None
    }
    described = {"arm", "control", "endpoint", "ci", "level", "agents", "dose"}
    assert {key.replace("_ci", "_months") for key in shown - described} == set(trial.read_in)


@pytest.mark.parametrize("name", published_names())
def test_the_published_record_has_the_keys_of_the_summary(name):
    record = published_summary(name)
    for arm in record["arms"]:
        further = tuple(key for key in PROCEDURE_KEYS if key in arm)
        assert tuple(arm) == (*ARM_KEYS, *further)
    assert all(tuple(row) == COMPARISON_KEYS for row in record["comparisons"])
    assert record["not_shown"] or not load_trial(name).unconfirmed


def test_a_simulated_trial_is_set_beside_whole_trials_and_single_arms_told_by_class():
    assert {"sharp", "reflect", "reach-2", "gideon", "abou-alfa-2011-child-pugh"} <= set(published_names())
    assert not {"imbrave150-primary", "sharp-and-asia-pacific", "reach-afp-400", "gideon-china"} & set(
        published_names()
    )


def test_survival_at_months_comes_from_the_landmarks_of_all_patients():
    ramucirumab, placebo = published_summary("reach-2")["arms"]
    assert ramucirumab["survival_at_months"] == {"12": 36.8, "18": 24.5}
    assert placebo["survival_at_months"] == {"12": 30.3, "18": 11.3}


def test_ratios_in_groups_of_patients_are_findings_of_the_published_record():
    found = published_summary("sharp")["findings"]
    assert {"os_hr": 0.52, "os_hr_low": 0.32, "os_hr_high": 0.85} in [row["values"] for row in found]


def test_a_limit_that_was_not_reached_is_no_limit():
    assert load_trial("brisk-ta").arms[0]["os_median_ci"] == [19.1, None]
    assert published_summary("brisk-ta")["arms"][0]["os_median_ci"] is None


def test_the_summary_of_a_run_knows_every_published_key(sharp_trial):
    from hepatrial.report.summary import summary_of

    summary = summary_of(sharp_trial)
    assert set(ARM_KEYS) <= set(summary["arms"][0])
    assert set(COMPARISON_KEYS) - {"p_logrank_below"} <= set(summary["comparisons"][0])


@pytest.mark.parametrize("name", CONFIRMED_P)
def test_a_p_value_is_exact_or_a_bound_never_both(name):
    exact, below = CONFIRMED_P[name]
    rows = published_summary(name)["comparisons"]
    assert (rows[0]["endpoint"], rows[0]["p_logrank"], rows[0]["p_logrank_below"]) == ("OS", exact, below)
    assert all((row["p_logrank"] is None) != (row["p_logrank_below"] is None) for row in rows)


def test_what_was_not_confirmed_is_null():
    sharp, asia = published_summary("sharp"), published_summary("asia-pacific")
    assert all(arm["survival_at_months"] is None and arm["dcr_percent"] is None for arm in sharp["arms"])
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
        (lambda c: c["findings"][3].update(of="sorafenb"), "a finding is of something that is not there"),
        (lambda c: c.update(use="fitting"), "use is not one that is known"),
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
