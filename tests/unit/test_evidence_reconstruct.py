"""The command `hepatrial evidence reconstruct`: from files, a picture and summary numbers to patients."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass

import matplotlib
import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, RunFailed, UsageError
from hepatrial.survival import KaplanMeier, SurvivalTimes, cox, kaplan_meier
from hepatrial.units import DAYS_PER_MONTH

AT = np.arange(0, 19, 3)
GUESS = (
    "--guess", "--arms", "sorafenib,placebo", "--n", "299", "--n", "303", "--events-together", "321",
    "--published-hr", "0.69", "--published-ci", "0.55,0.87", "--published-median", "10.7", "--published-median",
    "placebo=7.9", "--follow-up", "17",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Patients of a trial, and how it would be published."""

    times: SurvivalTimes
    arm: np.ndarray
    curves: dict[str, KaplanMeier]

    @property
    def hr(self):
        return float(cox(self.times, self.arm, ["experimental"]).hr[0])


def case_of(seed=3):
    draw = np.random.default_rng(seed)
    days = np.concatenate([draw.exponential(15, 150), draw.exponential(10, 150)]) * DAYS_PER_MONTH
    last = draw.uniform(9, 20, 300) * DAYS_PER_MONTH
    times = SurvivalTimes(np.minimum(days, last), (days <= last).astype(np.int8))
    arm = np.repeat([1, 0], 150)
    curves = {
        name: kaplan_meier(SurvivalTimes(times.time_days[arm == code], times.event[arm == code]))
        for name, code in (("new", 1), ("old", 0))
    }
    return Case(times, arm, curves)


CASE = case_of()


@pytest.fixture
def files(tmp_path):
    """Curves digitised at their steps to three decimals, and numbers at risk."""
    for name, km in CASE.curves.items():
        steps = km.events > 0
        steps[-1] = True  # where the curve ends
        rows = [
            f"{day / DAYS_PER_MONTH:.4f},{level:.3f}"
            for day, level in zip(km.time_days[steps], km.survival[steps], strict=True)
        ]
        (tmp_path / f"{name}.csv").write_text("time,survival\n" + "\n".join(rows) + "\n", encoding="utf-8")
    numbers = {name: km.at_risk_at(AT * DAYS_PER_MONTH) for name, km in CASE.curves.items()}
    rows = [f"{at},{new},{old}" for at, new, old in zip(AT, numbers["new"], numbers["old"], strict=True)]
    (tmp_path / "risk.csv").write_text("time,new,old\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return [str(tmp_path / name) for name in ("new.csv", "old.csv")], str(tmp_path / "risk.csv")


def run(*arguments):
    return CliRunner().invoke(app, ["evidence", "reconstruct", *map(str, arguments)], catch_exceptions=False)


def record(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0
    return json.loads(result.stdout)


class TestFromFiles:
    def test_hazard_ratio_and_events_come_back(self, files):
        found = record(*files[0], "--at-risk", files[1], "--published-hr", f"{CASE.hr:.4f}")
        assert abs(np.log(found["hr"] / CASE.hr)) < 0.01
        for arm in found["arms"]:
            events = int(CASE.curves[arm["arm"]].events.sum())
            assert abs(arm["events"] - events) <= 0.02 * events
        assert found["comparison"]["verdict"] == "same"
        assert found["kind"] == "reconstructed"
        assert found["marked"] is None

    def test_the_first_file_is_the_experimental_arm(self, files):
        one = record(*files[0], "--at-risk", files[1])["hr"]
        other = record(*reversed(files[0]), "--at-risk", files[1])["hr"]
        assert one == pytest.approx(1 / other)

    def test_it_prints_what_was_given_back_in_80_columns(self, files):
        result = run(*files[0], "--at-risk", files[1], "--published-hr", "0.7", "--published-ci", "0.5,0.98")
        assert all(len(line) <= 80 for line in result.stdout.splitlines())
        assert "0.7" in result.stdout
        assert "at risk by months, reconstructed (published): 0: 150 (150)" in result.stdout

    def test_warnings_say_what_to_do(self, files):
        result = run(files[0][0], "--n", "150", "--published-median", "5")
        assert "warning: new: neither numbers at risk nor total events are known" in result.stdout
        assert "warning: new: the median is not the published one" in result.stdout
        assert "fix:" in result.stdout

    def test_one_arm_alone_is_enough(self, files):
        found = record(files[0][0], "--n", "150")
        assert found["hr"] is None
        assert [arm["arm"] for arm in found["arms"]] == ["new"]

    def test_total_events_are_met(self, files):
        events = int(CASE.curves["new"].events.sum())
        found = record(files[0][0], "--n", "150", "--events", events)
        assert abs(found["arms"][0]["events"] - events) <= 1
        assert found["arms"][0]["events_published"] == events

    def test_guyot_is_there_too(self, files):
        found = record(*files[0], "--at-risk", files[1], "--method", "guyot")
        assert found["method"] == "Guyot P et al. 2012, 10.1186/1471-2288-12-9"

    def test_another_unit_of_time_is_understood(self, files, tmp_path):
        for path in files[0]:
            table = pl.read_csv(path).with_columns(pl.col("time") * DAYS_PER_MONTH)
            table.write_csv(path)
        risk = pl.read_csv(files[1]).with_columns(pl.col("time") * DAYS_PER_MONTH)
        risk.write_csv(files[1])
        found = record(
            *files[0], "--at-risk", files[1], "--time-unit", "days", "--published-hr", f"{CASE.hr:.4f}"
        )
        assert found["comparison"]["verdict"] == "same"
        assert found["time_unit_of_patients"] == "days"


class TestTheFolder:
    def test_it_holds_patients_as_csv_and_parquet_with_page_and_figure(self, files, tmp_path):
        out = tmp_path / "out"
        assert run(*files[0], "--at-risk", files[1], "--out", out).exit_code == 0
        names = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}
        assert names == {
            "patients.csv", "patients.parquet", "evidence.html", "result.json", "manifest.json",
            "figures/reconstruction.svg", "figures/reconstruction.png", "figures/captions.txt",
        }  # fmt: skip
        table = pl.read_parquet(out / "patients.parquet")
        assert table.columns == ["time", "event", "arm", "kind"]
        assert table.height == 300
        assert set(table["kind"]) == {"reconstructed"}
        assert pl.read_csv(out / "patients.csv").height == 300
        page = (out / "evidence.html").read_text(encoding="utf-8")
        assert "<script" not in page
        assert "10.1186/1471-2288-12-9" in page

    def test_the_patients_are_those_of_the_result_in_the_unit_given(self, files, tmp_path):
        out = tmp_path / "out"
        found = json.loads(run(*files[0], "--at-risk", files[1], "--out", out, "--json").stdout)
        table = pl.read_parquet(out / "patients.parquet")
        times = SurvivalTimes(
            table["time"].to_numpy() * DAYS_PER_MONTH, table["event"].to_numpy().astype(np.int8)
        )
        fit = cox(times, (table["arm"] == "new").to_numpy().astype(int), ["experimental"])
        assert float(fit.hr[0]) == pytest.approx(found["hr"], rel=1e-9)

    def test_a_failure_leaves_nothing_behind(self, tmp_path):
        with pytest.raises(InvalidInput):
            run(tmp_path / "nothere.csv", "--n", "10", "--out", tmp_path / "out")
        assert list(tmp_path.iterdir()) == []

    def test_another_folder_is_never_replaced(self, files, tmp_path):
        with pytest.raises(UsageError, match="never replaced"):
            run(*files[0], "--at-risk", files[1], "--out", tmp_path, "--force")


class TestAGuess:
    def test_it_is_marked_in_every_output(self, tmp_path):
        out = tmp_path / "out"
        result = run(*GUESS, "--out", out)
        assert result.stdout.startswith("GUESS. A guess from summary numbers")
        assert {path.name for path in out.iterdir()} == {
            "guessed_patients.csv", "guessed_patients.parquet", "evidence.html", "result.json", "manifest.json",
            "figures",
        }  # fmt: skip
        assert set(pl.read_parquet(out / "guessed_patients.parquet")["kind"]) == {"guess"}
        assert set(pl.read_csv(out / "guessed_patients.csv")["kind"]) == {"guess"}
        for name in ("result.json", "manifest.json"):
            content = json.loads((out / name).read_text(encoding="utf-8"))
            assert content["kind"] == "guess"
            assert "never to be used as if it were" in content["marked"]
        page = (out / "evidence.html").read_text(encoding="utf-8")
        assert "<h1>A guess, not a reconstruction" in page
        assert page.count("never to be used as if it were") >= 2

    def test_it_meets_the_numbers_that_were_given(self):
        found = record(*GUESS)
        assert abs(np.log(found["hr"] / 0.69)) < 0.01
        assert sum(arm["events"] for arm in found["arms"]) == 321
        medians = [arm["median_months"] for arm in found["arms"]]
        assert medians == pytest.approx([10.7, 7.9], abs=1e-9)
        assert found["comparison"]["verdict"] == "same"

    def test_landmarks_count(self):
        found = record(*GUESS, "--landmark", "sorafenib=12:44", "--landmark", "placebo=12:33")
        met = [row for arm in found["arms"] for row in arm["landmarks"]]
        assert [(row["months"], row["published"]) for row in met] == [(12.0, 0.44), (12.0, 0.33)]
        assert [row["of_the_patients"] for row in met] == pytest.approx([0.44, 0.33], abs=0.005)
        text = run(*GUESS, "--landmark", "sorafenib=12:44").stdout
        assert "sorafenib, as given: median 10.7 months; 44% at 12 months (44" in text

    def test_a_range_of_the_ratio_is_told_only_where_none_was_given_and_says_what_it_is(self):
        assert record(*GUESS)["hr_range_of_guess"] is None
        assert "hazard ratio was given, and" not in " ".join(run(*GUESS).stdout.split())
        alone = [
            word for word in GUESS if word not in ("--published-hr", "0.69", "--published-ci", "0.55,0.87")
        ]
        alone += ["--published-median-ci", "9.4,13.3", "--published-median-ci", "placebo=6.8,9.1"]
        low, high = record(*alone)["hr_range_of_guess"]
        assert low < 6.8 / 13.3
        assert high > 0.99 * 9.1 / 9.4
        said = " ".join(run(*alone).stdout.split())
        assert f"the numbers leave it open: {low:.2f} to {high:.2f}" in said
        assert "not a confidence interval" in said

    def test_too_little_is_refused(self):
        with pytest.raises(UsageError, match="names of two arms and the longest follow-up"):
            run("--guess", "--arms", "a,b", "--n", "10", "--n", "10")
        with pytest.raises(UsageError, match="two arms with their sizes"):
            run("--guess", "--arms", "a,b", "--follow-up", "12", "--n", "10")
        with pytest.raises(InvalidInput, match="events is not known"):
            run("--guess", "--arms", "a,b", "--n", "9", "--n", "9", "--follow-up", "9", "--published-median", "4",
                "--published-median", "3")  # fmt: skip

    def test_numbers_that_contradict_each_other_are_refused(self):
        with pytest.raises((InvalidInput, RunFailed)):
            run(*GUESS, "--landmark", "sorafenib=6:40")


class TestFromAPicture:
    @pytest.fixture
    def picture(self, tmp_path):
        """The figure, and its axes as a user would read them off."""
        with matplotlib.rc_context({"figure.dpi": 120}):
            figure = Figure(figsize=(7, 5))
            axes = figure.add_axes((0.1, 0.1, 0.85, 0.85))
            for (name, km), colour in zip(CASE.curves.items(), ("#1f77b4", "#d62728"), strict=True):
                months = np.append(0, km.time_days) / DAYS_PER_MONTH
                axes.step(
                    months, np.append(1, km.survival), where="post", color=colour, label=name, linewidth=1.2
                )
            axes.set_xlim(0, 20)
            axes.set_ylim(0, 1)
            path = tmp_path / "km.png"
            figure.savefig(path, dpi=120)
            height = 5 * 120
            (x0, y1), (x1, y0) = axes.transData.transform([(0, 0), (20, 1)])
            scale = 120 / figure.dpi
        pixels = [x0 * scale - 0.5, x1 * scale - 0.5, height - y1 * scale - 0.5, height - y0 * scale - 0.5]
        return path, [
            "--axis", f"time=0@{pixels[0]:.1f},20@{pixels[1]:.1f}",
            "--axis", f"survival=0@{pixels[2]:.1f},1@{pixels[3]:.1f}",
        ]  # fmt: skip

    def test_both_curves_come_back_from_the_picture(self, picture, files):
        path, axes = picture
        found = record(
            "--image", path, *axes, "--colours", "#1f77b4,#d62728", "--arms", "new,old", "--at-risk", files[1],
            "--published-hr", f"{CASE.hr:.4f}",
        )  # fmt: skip
        assert abs(np.log(found["hr"] / CASE.hr)) < 0.05
        assert found["comparison"]["verdict"] == "same"

    def test_without_axes_the_form_is_told(self, picture):
        with pytest.raises(UsageError, match="value@pixel"):
            run("--image", picture[0], "--arms", "new,old", "--n", "150", "--n", "150")
        with pytest.raises(UsageError, match="value@pixel"):
            run("--image", picture[0], "--axis", "time=0,20", "--n", "150")

    def test_hues_are_never_given_to_arms_by_their_place(self, picture):
        with pytest.raises(UsageError, match="which arm has which colour is not known"):
            run("--image", picture[0], *picture[1], "--arms", "new,old", "--n", "150", "--n", "150")

    def test_an_axis_is_given_once(self, picture):
        with pytest.raises(UsageError, match="two known points of each axis"):
            run("--image", picture[0], *picture[1], "--axis", "time=0@84,20@790", "--n", "150")

    def test_a_wrong_colour_is_told(self, picture):
        with pytest.raises(InvalidInput, match="#00ff00"):
            run("--image", picture[0], *picture[1], "--colours", "#00ff00", "--arms", "new", "--n", "150")

    def test_a_file_that_is_no_picture_is_told(self, tmp_path, picture):
        (tmp_path / "text.png").write_text("no picture", encoding="utf-8")
        with pytest.raises(InvalidInput, match=r"text\.png"):
            run("--image", tmp_path / "text.png", *picture[1], "--n", "150")


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ([], "curves come from one place"),
            (["{new}", "--guess"], "curves come from one place"),
            (["{new}"], "--at-risk FILE, or --n for each arm"),
            (["{new}", "--n", "no"], "write --n 299"),
            (["{new}", "--n", "150", "--n", "150"], "found:   2, for new"),
            (["{new}", "--n", "nwe=150"], "did you mean new=150?"),
            (["{new}", "--n", "150", "--published-hr", "0.7"], "needs two curves"),
            (["{new}", "--n", "150", "--published-ci", "0.5,0.9"], "without its hazard ratio"),
            (["{new}", "{old}", "--at-risk", "{risk}", "--published-hr", "x"], "write --published-hr 0.69"),
            (["{new}", "--n", "150", "--time-unit", "moths"], "did you mean months?"),
            (["{new}", "--n", "150", "--method", "guyt"], "did you mean guyot?"),
            (["{new}", "--arms", "a,b", "--n", "150"], "--arms names 2, and there is 1 curve"),
            (["{new}", "{new}", "--n", "150", "--n", "150"], "two curves have one name"),
            (["{new}", "--at-risk", "{risk}"], "an arm without a curve"),
            (["{new}", "--n", "150", "--published-level", "0.95"], "write 95 for 95 %"),
            (
                ["{new}", "{old}", "--at-risk", "{risk}", "--arms", "old,other"],
                "gives a curve the name of another",
            ),
            (
                ["{new}", "{old}", "--at-risk", "{risk}", "--published-hr", "0,69"],
                "write --published-hr 0.69",
            ),
            (["{new}", "{old}", "--at-risk", "{risk}", "--published-hr", "-1"], "allowed: a number above 0"),
            (
                ["{new}", "{old}", "--at-risk", "{risk}", "--published-hr", "0.7", "--published-p", "2"],
                "at most 1",
            ),
            (
                [
                    "{new}",
                    "{old}",
                    "--at-risk",
                    "{risk}",
                    "--published-hr",
                    "0.7",
                    "--published-ci",
                    "0.9,0.5",
                ],
                "the lower first",
            ),
            (
                ["{new}", "--n", "150", "--published-median", "9", "--published-median-ci", "10,12"],
                "does not hold the median of new",
            ),
            (["{new}", "--n", "150", "--follow-up", "17"], "allowed: --follow-up with --guess"),
            (["{new}", "--n", "150", "--axis", "time=0@1,2@9"], "no effect with files of points"),
            ([*GUESS, "--sampled"], "no effect with a guess"),
            ([*GUESS, "--landmark", "12:44"], "write sorafenib=12:44 or placebo=12:44"),
            ([*GUESS, "--landmark", "sorafenib=12:0.44"], "per cent from 1 to 100"),
        ],
    )
    def test_a_mistake_is_a_usage_error_with_its_mending(self, files, arguments, words):
        places = {"new": files[0][0], "old": files[0][1], "risk": files[1]}
        with pytest.raises(UsageError, match=re.escape(words)):
            run(*(argument.format(**places) for argument in arguments))

    def test_names_of_the_files_own_choose_the_order_and_never_swap_the_arms(self, files):
        one = record(*files[0], "--at-risk", files[1], "--arms", "new,old")
        other = record(*files[0], "--at-risk", files[1], "--arms", "old,new")
        assert [arm["arm"] for arm in other["arms"]] == ["old", "new"]
        assert other["hr"] == pytest.approx(1 / one["hr"], rel=1e-6)
        events = {arm["arm"]: arm["events"] for arm in one["arms"]}
        assert {arm["arm"]: arm["events"] for arm in other["arms"]} == events

    def test_a_size_fills_in_for_a_number_at_time_0_and_may_not_contradict_one(self, files, tmp_path):
        rows = (tmp_path / "risk.csv").read_text(encoding="utf-8").splitlines()
        (tmp_path / "later.csv").write_text("\n".join([rows[0], *rows[2:]]) + "\n", encoding="utf-8")
        found = record(*files[0], "--at-risk", tmp_path / "later.csv", "--n", "150", "--n", "150")
        assert [arm["n"] for arm in found["arms"]] == [150, 150]
        with pytest.raises(InvalidInput, match="new: n: not the number at risk at time 0"):
            run(*files[0], "--at-risk", files[1], "--n", "149", "--n", "150")

    def test_an_arm_without_an_event_gives_its_patients_and_no_hazard_ratio(self, files, tmp_path):
        (tmp_path / "well.csv").write_text("0,100\n6,100\n18,100\n", encoding="utf-8")
        found = record(
            tmp_path / "well.csv", files[0][1], "--n", "40", "--n", "150", "--out", tmp_path / "out"
        )
        assert (found["arms"][0]["n"], found["arms"][0]["events"]) == (40, 0)
        assert (found["hr"], found["hr_ci"]) == (None, None)
        assert "reconstruction-no-event" in [warning["rule"] for warning in found["warnings"]]
        assert "No hazard ratio: an arm has no event." in (tmp_path / "out" / "evidence.html").read_text(
            "utf-8"
        )
        alone = record(tmp_path / "well.csv", "--n", "40", "--events", "0", "--sampled")
        assert alone["arms"][0]["events_published"] == 0
        with pytest.raises(InvalidInput, match="the curve of well never falls"):
            run(tmp_path / "well.csv", files[0][1], "--n", "40", "--n", "150", "--published-hr", "0.5")

    def test_no_arm_is_so_large_that_the_search_would_not_end(self, files):
        with pytest.raises(InvalidInput, match="whole numbers from 0 to 20,000"):
            run(files[0][0], "--n", "100000000")
        with pytest.raises(InvalidInput, match="a whole number from 1 to 20,000"):
            run(*GUESS[:4], "1000000000", *GUESS[5:])

    def test_a_mistake_in_an_arm_names_the_arm(self, files):
        with pytest.raises(InvalidInput, match="old: events: not a number of events in this arm"):
            run(*files[0], "--at-risk", files[1], "--events", "90", "--events", "900")

    def test_a_broken_cell_is_told_with_file_and_line(self, files, tmp_path):
        (tmp_path / "broken.csv").write_text("time,survival\n1,0.9\n2,zero\n3,0.7\n", encoding="utf-8")
        with pytest.raises(InvalidInput, match=r"broken\.csv:3") as caught:
            run(tmp_path / "broken.csv", "--n", "100")
        assert caught.value.exit_code == 3

    def test_an_interval_that_does_not_hold_its_ratio_is_told(self, files):
        with pytest.raises(InvalidInput, match="does not hold its hazard ratio"):
            run(*files[0], "--at-risk", files[1], "--published-hr", "0.7", "--published-ci", "0.8,0.9")

    def test_the_command_line_ends_without_a_traceback(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", "from hepatrial.cli import main; main()", "evidence", "reconstruct",
             str(tmp_path / "nothere.csv"), "--n", "10"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (3, "")
        assert "nothere.csv: the file cannot be read" in done.stderr
        assert "Traceback" not in done.stderr
