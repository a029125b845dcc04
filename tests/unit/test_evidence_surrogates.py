"""Surrogates over the published trials: which trials count, response as an effect, what is said with few trials."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import UsageError
from hepatrial.evidence import independent_comparisons, load_trial
from hepatrial.evidence.collection import ENVIRONMENT, Collection, collection
from hepatrial.evidence.pooling import surrogacy
from hepatrial.evidence.questions.response_effects import response_effect
from hepatrial.evidence.questions.surrogates import SURROGATES, surrogate_answer
from hepatrial.evidence.record_building import record_of
from hepatrial.report.surrogates_record import verdict

KNOWN = collection()
PFS = surrogate_answer("PFS")
TTP = surrogate_answer("TTP")


@pytest.fixture(autouse=True)
def _no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def run(*arguments):
    return CliRunner().invoke(app, ["evidence", "surrogates", *arguments], catch_exceptions=False)


def response_trial(arm, control):
    return record_of(
        {
            "name": "ONE", "registration": "", "use": "evidence", "line": "1L", "source": "one",
            "arms": [
                {"arm": "apatinib", "agents": ["apatinib"], **arm},
                {"arm": "placebo", "agents": ["placebo"], **control},
            ],
            "comparisons": [
                {"arm": "apatinib", "control": "placebo", "endpoint": "OS", "hr": 0.8, "ci": [0.64, 1.0], "level": 95}
            ],
        },
        "one",
    )  # fmt: skip


def response_of(arm, control):
    records = Collection({"one": response_trial(arm, control)})
    (compared,) = independent_comparisons("OS", records=records).comparisons
    return response_effect(compared, "orr_percent", records)


class TestWhichTrialsCount:
    def test_effects_are_those_of_the_registry(self):
        (row,) = (row for row in PFS.rows if row.trial.study == "reflect")
        assert math.exp(row.trial.surrogate) == pytest.approx(0.66)
        assert math.exp(row.trial.final) == pytest.approx(0.92)
        assert row.trial.source == "reflect-2018"

    def test_every_trial_counts_once_and_the_other_arm_is_told(self):
        studies = [row.trial.study for row in PFS.rows]
        assert len(set(studies)) == len(studies) == 13
        reason = PFS.left_out["himalaya, durvalumab v sorafenib"]
        assert reason == "its control arm counts with durvalumab + tremelimumab"

    def test_unconfirmed_ratios_never_enter(self):
        # REACH's PFS and TTP ratios, RESORCE's and REACH-2's TTP ratios were not confirmed.
        assert load_trial("reach").unconfirmed_value("ramucirumab v placebo", "pfs_hr") == 0.63
        assert PFS.left_out["reach"] == "its PFS hazard ratio is not confirmed"
        assert {"reach", "reach-2", "resorce"}.isdisjoint({row.trial.study for row in TTP.rows})

    def test_reports_of_another_cut_are_named(self):
        (row,) = (row for row in PFS.rows if row.trial.study == "resorce")
        assert (row.surrogate_report, row.final_report) == ("resorce", "resorce-update")

    def test_every_trial_with_os_counts_or_has_a_reason(self):
        final = {one.study for one in independent_comparisons("OS").comparisons}
        for surrogate in SURROGATES:
            answer = surrogate_answer(surrogate)
            told = {row.trial.study for row in answer.rows} | {name.split(",")[0] for name in answer.left_out}
            assert told == final

    def test_a_line_narrows_the_trials(self):
        answer = surrogate_answer("PFS", line="2L")
        assert {row.trial.study for row in answer.rows} == {
            "celestial", "keynote-240", "metiv-hcc", "reach-2", "resorce",
        }  # fmt: skip


class TestResponse:
    def test_the_odds_ratio_of_no_response_is_that_of_the_four_cells(self):
        found = response_of({"n": 200, "orr_percent": 20}, {"n": 100, "orr_percent": 5})
        # 160 of 200 and 95 of 100 did not respond.
        assert math.exp(found.log_odds_ratio) == pytest.approx((160 / 40) / (95 / 5))
        assert found.std_error == pytest.approx(math.sqrt(1 / 160 + 1 / 40 + 1 / 95 + 1 / 5))

    def test_more_responses_point_below_1_as_a_hazard_ratio_does(self):
        assert response_of({"n": 200, "orr_percent": 20}, {"n": 100, "orr_percent": 5}).log_odds_ratio < 0

    def test_without_responders_a_half_is_added_to_every_cell(self):
        found = response_of({"n": 50, "orr_percent": 10}, {"n": 50, "orr_percent": 0})
        assert found.log_odds_ratio == pytest.approx(math.log((45.5 / 5.5) / (50.5 / 0.5)))

    def test_without_a_size_or_a_rate_there_is_no_effect(self):
        assert response_of({"n": None, "orr_percent": 10}, {"n": 50, "orr_percent": 5}) is None
        assert response_of({"n": 50, "orr_percent": 10}, {"n": 50}) is None

    def test_another_report_of_the_same_trial_may_give_it(self):
        answer = surrogate_answer("DCR")
        (row,) = (row for row in answer.rows if row.trial.study == "imbrave150")
        assert (row.surrogate_report, row.final_report) == ("imbrave150-primary", "imbrave150")


class TestAnswers:
    def test_the_regression_is_that_of_the_pooling_room(self):
        assert PFS.found.r2 == surrogacy(PFS.trials).r2
        assert 0 < PFS.found.r2 < 1
        assert PFS.found.r2_interval[0] <= PFS.found.r2 <= PFS.found.r2_interval[1]

    def test_errors_are_taken_out_at_several_correlations(self):
        assert [one.within_correlation for one in PFS.corrected] == [0.0, 0.4, 0.8]
        # The less of the scatter is put down to chance that both effects share, the steeper the line.
        slopes = [one.found.slope for one in PFS.corrected]
        assert slopes == sorted(slopes, reverse=True)

    def test_ttp_agrees_with_the_published_analysis_of_nine_trials(self):
        published = load_trial("ttp-surrogacy").finding("trial", "loghr_ttp_v_loghr_os_r2", "trial level")
        assert published == 0.57
        low, high = TTP.found.r2_interval
        assert low <= published <= high

    def test_a_threshold_that_goes_when_errors_are_taken_out_is_not_said_to_stand(self):
        assert PFS.found.threshold.ratio is not None
        assert PFS.without_threshold == (0.4, 0.8)
        assert "no such threshold at a correlation within trials of 0.4 or 0.8" in verdict(PFS)

    def test_what_differs_between_the_trials_is_told(self):
        told = " ".join(PFS.cautions)
        assert "says nothing of single patients" in told
        assert "lines (1L, 2L, 2L/3L) and controls (5 inactive, 8 active)" in told
        assert "mRECIST, investigator (REFLECT)" in told
        assert "data cuts, in CheckMate-459, RESORCE." in told
        assert "not a systematic search" in told

    def test_few_trials_are_said_to_be_few(self):
        assert TTP.few
        assert not PFS.few

    def test_too_few_trials_give_no_line_and_say_how_many_are_needed(self):
        answer = surrogate_answer("TTP", line="2L")
        assert answer.found is None
        assert answer.corrected == ()
        assert "too few trials (1; needed: 4 or more)" in answer.why_none

    def test_an_unknown_surrogate_has_its_near_miss(self):
        with pytest.raises(UsageError, match="did you mean PFS"):
            surrogate_answer("PSF")
        with pytest.raises(UsageError, match="no such line"):
            surrogate_answer("PFS", line="9L")


class TestTheCommand:
    def test_it_fits_80_columns(self):
        for line in run().stdout.splitlines():
            assert len(line) <= 80 or "https://" in line, line

    def test_it_prints_r2_threshold_and_each_trial_left_out(self):
        text = run("--surrogate", "PFS").stdout
        assert "13 randomised trials" in text
        assert "weighted regression                 0.31 (0.00 to 0.72)" in text
        assert "A hazard ratio below 0.55 on PFS predicts" in " ".join(text.split())
        assert "12 of 13 trials fall within the limits" in text
        assert "Rimassa L et al. 2018" in text

    def test_too_few_trials_are_an_answer_and_no_error(self):
        result = run("--surrogate", "TTP", "--line", "2L")
        assert result.exit_code == 0
        assert "No regression: surrogacy at trial level: too few trials" in result.stdout

    def test_json_has_these_keys(self):
        (found,) = json.loads(run("--surrogate", "ORR", "--json").stdout)["answers"]
        assert list(found) == [
            "surrogate", "final", "line", "measure", "trials", "verdict", "few_trials", "fit", "why_no_fit",
            "with_errors_taken_out", "cautions", "left_out", "sources",
        ]  # fmt: skip
        assert found["measure"] == "odds ratio of no response"
        assert set(found["fit"]) >= {"r2", "r2_interval", "slope", "threshold_ratio", "why_no_threshold"}
        assert found["fit"]["threshold_ratio"] is None
        assert "does not differ from 0" in found["fit"]["why_no_threshold"]

    def test_the_folder_holds_a_bubble_plot_a_surrogate(self, tmp_path):
        out = tmp_path / "surrogates"
        assert run("--surrogate", "PFS", "--surrogate", "TTP", "--out", str(out)).exit_code == 0
        names = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}
        assert names == {
            "evidence.html", "result.json", "trials.csv", "manifest.json",
            "figures/surrogacy-pfs-all.svg", "figures/surrogacy-pfs-all.png",
            "figures/surrogacy-ttp-all.svg", "figures/surrogacy-ttp-all.png", "figures/captions.txt",
        }  # fmt: skip
        page = (out / "evidence.html").read_text(encoding="utf-8")
        assert "<script" not in page
        assert "10.1016/S0140-6736(18)30207-1" in page
        assert "REFLECT" in page
        assert ">reflect<" not in page

    def test_a_surrogate_without_a_line_still_has_a_page(self, tmp_path):
        out = tmp_path / "few"
        assert run("--surrogate", "TTP", "--line", "2L", "--out", str(out)).exit_code == 0
        assert "too few trials" in (out / "evidence.html").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [(["--surrogate", "PSF"], "did you mean PFS?"), (["--line", "9L"], "allowed: 1L, 2L")],
    )
    def test_mistakes_end_with_a_message_and_exit_code_2(self, arguments, words):
        done = subprocess.run(
            [sys.executable, "-c", "from hepatrial.cli import main; main()", "evidence", "surrogates", *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
        assert "Traceback" not in done.stderr
