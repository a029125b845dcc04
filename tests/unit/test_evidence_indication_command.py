"""The command `hepatrial evidence indication`: what it prints, writes and refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.collection import ENVIRONMENT

OWN = """
name: NEWTRIAL
registration: ''
use: evidence
year: 2024
phase: 3
line: 2L
source: 10.1000/newtrial
arms:
  - {arm: ramucirumab, agents: [ramucirumab], n: 200}
  - {arm: placebo, agents: [placebo], n: 200}
comparisons:
  - {arm: ramucirumab, control: placebo, endpoint: OS, hr: 0.80, ci: [0.64, 1.00], level: 95}
subgroups:
  - {arm: ramucirumab, control: placebo, endpoint: OS, factor: AFP, group: below 400 ng/mL, hr: 0.95,
     ci: [0.70, 1.29], level: 95, source: 10.1000/newtrial}
  - {arm: ramucirumab, control: placebo, endpoint: OS, factor: AFP, group: 400 ng/mL or more, hr: 0.60,
     ci: [0.42, 0.86], level: 95, source: 10.1000/newtrial}
"""


@pytest.fixture(autouse=True)
def _no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def run(*arguments):
    return CliRunner().invoke(app, ["evidence", "indication", *arguments], catch_exceptions=False)


def shown(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    return result.stdout


def test_it_fits_80_columns_for_every_agent():
    for line in shown("--agent", "all").splitlines():
        assert len(line) <= 80 or "https://" in line, line


def test_the_table_says_what_is_known_and_what_is_not():
    text = shown("--agent", "sorafenib")
    assert "sorafenib v placebo, OS, line 1L" in text
    assert "HR 0.69 (0.57 to 0.83)" in text
    assert re.search(r"  B +-  not known +26 of 828", text)
    assert "describes, no effect: B: GIDEON, sorafenib: median OS 5.2 (4.6 to 6.3)" in " ".join(text.split())
    assert "331 events" in text
    assert "Llovet JM et al. 2008, 10.1056/NEJMoa0708857" in text


def test_the_reach_story_is_printed_with_numbers_and_citations():
    text = " ".join(shown("--agent", "ramucirumab").split())
    assert (
        "Predictive, effect confirmed: ratio of hazard ratios, 400 or more to below 400, 0.63 (0.39 to 1.04)"
        in text
    )
    assert "confirmed by REACH-2" in text
    assert "10.1016/S1470-2045(18)30937-9" in text


def test_chosen_factors_come_with_a_caution():
    assert "so choose before you look" in " ".join(
        shown("--agent", "ramucirumab", "--factor", "afp-400").split()
    )
    assert "choose before" not in shown("--agent", "ramucirumab")


def test_further_factors_are_asked_on_request():
    text = shown("--agent", "lenvatinib", "--factor", "weight", "--factor", "age")
    assert re.search(r"below 60 kg +1  0.85 \(0.65 to 1.11\)", text)
    assert "Child-Pugh" not in text.split("sources")[0]


def test_json_has_these_keys():
    (found,) = json.loads(shown("--agent", "ramucirumab", "--json"))["maps"]
    assert list(found) == [
        "treatment", "control", "endpoint", "lines", "model", "overall", "trials", "tests_adjusted_for", "factors",
        "not_mapped", "cautions", "assumed", "sources",
    ]  # fmt: skip
    (afp,) = (one for one in found["factors"] if one["factor"] == "afp-400")
    assert list(afp) == [
        "factor", "name", "finding", "verdict", "levels", "contrasts", "left_out", "described",
    ]  # fmt: skip
    assert afp["finding"] == "predictive, effect confirmed"
    (high, low) = afp["levels"]
    assert [one["how"] for one in high["trials"]] == ["combined", "whole trial"]
    assert [one["how"] for one in low["trials"]] == ["derived"]
    assert all(one["source"] for level in afp["levels"] for one in level["trials"])
    (contrast,) = afp["contrasts"]
    assert contrast["published_test"]["p"] < contrast["p_holm"] < 0.05 < contrast["ratio_within"]["p"]
    assert contrast["closing_trial"]["level_events"] == 331


def test_the_folder_holds_page_figures_result_and_levels(tmp_path):
    out = tmp_path / "map"
    result = run("--agent", "ramucirumab", "--out", str(out), "--json")
    assert result.exit_code == 0
    names = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}
    assert names == {
        "evidence.html", "result.json", "levels.csv", "manifest.json", "figures/captions.txt",
        "figures/subgroups-ramucirumab-v-placebo-os.svg", "figures/subgroups-ramucirumab-v-placebo-os.png",
    }  # fmt: skip
    assert json.loads((out / "result.json").read_text(encoding="utf-8")) == json.loads(result.stdout)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"].startswith("hepatrial evidence indication --agent ramucirumab")
    assert str(tmp_path) not in manifest["command"]
    rows = (out / "levels.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("treatment,control,endpoint,factor,level,hr,")


def test_the_page_needs_nothing_from_elsewhere_and_cites(tmp_path):
    run("--agent", "ramucirumab", "--out", str(tmp_path / "map"))
    page = (tmp_path / "map" / "evidence.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.findall(r'(?:src|xlink:href)="(?!#|data:)', page)
    assert "What is not known, and the trial that would tell" in page
    assert "10.1016/S1470-2045(18)30937-9" in page


def test_an_earlier_folder_is_replaced_on_request_only_and_another_one_never(tmp_path):
    out = tmp_path / "map"
    run("--agent", "ramucirumab", "--factor", "afp-400", "--out", str(out))
    with pytest.raises(UsageError, match="holds an earlier run"):
        run("--agent", "ramucirumab", "--factor", "afp-400", "--out", str(out))
    assert run("--agent", "ramucirumab", "--factor", "afp-400", "--out", str(out), "--force").exit_code == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="never replaced"):
        run("--out", str(tmp_path / "other"), "--force")


def test_a_mistake_writes_nothing(tmp_path):
    with pytest.raises(UsageError):
        run("--agent", "ramucirumba", "--out", str(tmp_path / "map"))
    assert not (tmp_path / "map").exists()


def test_records_of_ones_own_count(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "newtrial.yaml").write_text(OWN, encoding="utf-8")
    options = (
        "--agent",
        "ramucirumab",
        "--factor",
        "afp-400",
        "--json",
        "--records",
        str(tmp_path / "records"),
    )
    (found,) = json.loads(shown(*options))["maps"]
    (contrast,) = found["factors"][0]["contrasts"]
    assert [one["study"] for one in contrast["by_trial"]] == ["newtrial", "reach"]


def test_a_broken_record_is_refused_with_file_and_what_was_found(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "newtrial.yaml").write_text(
        OWN.replace("[0.42, 0.86]", "[0.86, 0.42]"), encoding="utf-8"
    )
    with pytest.raises(InvalidInput, match=r"newtrial\.yaml:") as caught:
        run("--agent", "ramucirumab", "--records", str(tmp_path / "records"))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--agent", "ramucirumba"], 2, "did you mean ramucirumab?"),
        (["--factor", "afp"], 2, "did you mean afp-"),
        (["--ratio", "1"], 2, "a positive number other than 1"),
        (["--event-share", "70"], 2, "write 0.7 for 70 %"),
        (["--power", "90"], 2, "write 0.9 for 90%"),
        (["--out", "/proc/hepatrial"], 2, "cannot be made"),
    ],
)
def test_mistakes_end_with_a_message_and_no_traceback(arguments, code, words):
    done = subprocess.run(
        [sys.executable, "-c", "from hepatrial.cli import main; main()", "evidence", "indication", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_the_factors_and_stays_light():
    text = run("--help").stdout
    assert "child-pugh" in text
    code = (
        "import sys; from hepatrial.cli.app import app; "
        "print([m for m in ('numpy', 'scipy', 'matplotlib', 'polars') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
