"""The records that ship are sound, and a user's own stand beside them, marked."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence import collection, load_trial, registry, search, select, trial_names
from hepatrial.evidence.collection import ENVIRONMENT, check_file
from hepatrial.evidence.references import bibliography
from hepatrial.evidence.registry_columns import COLUMNS
from hepatrial.files.located_yaml import parse

OWN = (Path(__file__).parents[1] / "messages" / "record.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "records"
    place.mkdir()
    (place / "newtrial.yaml").write_text(OWN, encoding="utf-8")
    return place


@pytest.mark.parametrize("name", trial_names())
def test_every_record_that_ships_breaks_no_rule(name):
    found = check_file(name)
    assert found.errors == ()
    assert found.trial is not None


@pytest.mark.parametrize("name", ["sharp", "reflect", "sirvenib", "boost"])
def test_both_readers_of_yaml_read_the_same_in_a_record_that_ships(name):
    file = resources.files("hepatrial.evidence").joinpath("data", "trials", f"{name}.yaml")
    text = file.read_text(encoding="utf-8")
    assert parse(text, name).data == yaml.safe_load(text)


def test_every_trial_has_a_reference_and_every_reference_says_how_it_is_found():
    for trial in collection():
        entry = bibliography()[trial.source]
        assert entry.link or entry.note, trial.key


def test_what_is_not_confirmed_is_not_found_unless_asked_by_name():
    asia = load_trial("asia-pacific")
    assert asia.finding("sorafenib", "bclc_c_percent") is None
    assert asia.unconfirmed_value("sorafenib", "bclc_c_percent") == 95.3


def test_no_note_repeats_an_unconfirmed_number_but_two_that_say_how_it_came_about():
    repeated = {
        trial.key
        for trial in collection()
        for row in trial.unconfirmed
        for value in row.values.values()
        for note in trial.notes
        if "." in f"{value:g}" and re.search(rf"(?<![\d.]){re.escape(f'{value:g}')}(?![\d.]*\d)", note)
    }
    # REACH's subgroup, whose medians by region are confirmed; a median that may be the later trial's.
    assert repeated == {"reach-afp-400", "toh-linifanib"}


@pytest.mark.parametrize("name", ["reach-2", "REACH-2", "Reach-2", "IMbrave150 (updated)"])
def test_a_trial_is_found_by_key_name_or_further_name(name):
    assert load_trial(name).key in ("reach-2", "imbrave150")


def test_own_records_stand_beside_the_shipped_ones_and_are_marked(folder):
    known = collection(folder)
    assert len(known) == len(trial_names()) + 1
    assert [trial.key for trial in known if trial.own] == ["newtrial"]
    assert known["NEWTRIAL"].arms[0]["n"] == 200
    table = registry(folder).trials
    assert table.filter(table["own"])["trial"].to_list() == ["newtrial"]
    assert table.filter(table["own"])["citation"].to_list() == ["10.1000/newtrial"]


def test_the_environment_names_the_folder_and_the_home_holds_the_default(folder, monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    assert load_trial("newtrial", None if "newtrial" in collection().trials else folder).own
    monkeypatch.delenv(ENVIRONMENT)
    assert "newtrial" not in collection().trials
    home = tmp_path / "home"
    (home / ".hepatrial").mkdir(parents=True)
    folder.rename(home / ".hepatrial" / "records")
    monkeypatch.setenv("HOME", str(home))
    assert "newtrial" in collection().trials


def test_a_folder_that_is_not_there_is_a_mistake_of_use(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"the folder of records is not there(.|\n)*from --records"):
        collection(tmp_path / "nowhere")
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match=f"from {ENVIRONMENT}"):
        collection()


def test_own_records_that_break_rules_are_refused_with_all_problems_of_all_files(folder):
    (folder / "second.yaml").write_text("name: x\n", encoding="utf-8")
    (folder / "newtrial.yaml").write_text(OWN.replace("level: 95", "level: 0.95"), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        collection(folder)
    files = {Path(issue.where.file).name for issue in caught.value.issues}
    assert files == {"newtrial.yaml", "second.yaml"}


def test_two_own_records_of_one_trial_are_refused(folder):
    (folder / "again.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(InvalidInput, match="the same trial has another record"):
        collection(folder)


def test_filters_fit_all_at_once():
    found = select(line="2L", agent="ramucirumab", endpoint="OS", use="validation")
    assert [trial.key for trial in found] == ["reach-2"]
    assert {trial.use for trial in select(use="calibration")} == {"calibration"}
    assert "gideon" in {trial.key for trial in select(line="any")}


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"agent": "sorafinib"}, "did you mean sorafenib"),
        ({"line": "4L"}, "no such line: 4L"),
        ({"use": "validaton"}, "did you mean validation"),
        ({"endpoint": "DFS"}, "no such endpoint: DFS"),
    ],
)
def test_a_filter_of_a_word_that_is_not_known_is_refused(filters, message):
    with pytest.raises(UsageError, match=message):
        select(**filters)


def test_search_needs_all_words_and_looks_at_agents_populations_and_notes():
    assert {trial.key for trial in search("tivantinib met-high")} >= {"metiv-hcc", "jet-hcc"}
    assert "zhu-sunitinib" not in {trial.key for trial in search("sunitinib randomised")}
    assert search("") == ()
    assert search("no such words anywhere") == ()


def test_tables_have_the_columns_that_scripts_rely_on():
    tables = registry()
    for name, columns in COLUMNS.items():
        assert getattr(tables, name).columns == list(columns), name
    assert tables.trials.height == len(trial_names())
    unique = tables.comparisons.select("trial", "arm", "control", "endpoint")
    assert unique.is_unique().all()
    groups = tables.subgroups.select("trial", "arm", "control", "endpoint", "factor", "group")
    assert groups.is_unique().all()
    assert tables.arms.select("trial", "arm").is_unique().all()


def test_ratios_in_the_tables_have_the_standard_error_of_their_level():
    rows = registry().comparisons
    tepotinib = rows.filter((rows["trial"] == "ryoo-tepotinib") & (rows["endpoint"] == "TTP")).row(
        0, named=True
    )
    assert tepotinib["level_percent"] == 90
    assert tepotinib["log_hr_standard_error"] == pytest.approx(0.3011, abs=2e-4)
    no_interval = rows.filter(rows["hr_low"].is_null())
    assert no_interval["log_hr_standard_error"].null_count() == no_interval.height > 0
