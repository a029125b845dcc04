"""docs/protocol.md has every key with its default and limits, and its examples are sound protocols."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from typer.testing import CliRunner

from hepatrial import load, load_agent, simulate
from hepatrial.cli.app import app
from hepatrial.patients.baseline import load_baseline
from hepatrial.protocol import file_schema, locoregional_schema, population_schema, sequence_schema
from hepatrial.protocol.bundled_protocols import protocol_text
from hepatrial.protocol.covariates import NUMERIC_LIMITS, categorical_levels, eligibility_names, stratum_names
from hepatrial.protocol.loading import check_text, load_text
from hepatrial.units import UnitError, parse_time_days

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
BOUNDS = re.compile(r"^(?P<low>[\d.]+)(?P<low_unit> \w+)? to (?P<high>[\d.]+)(?P<high_unit> \w+)?(, each)?$")
MODELS = {
    "Top level": file_schema.ProtocolFile,
    "population": population_schema.PopulationSection,
    "range": population_schema.RangeSection,
    "population.baseline": population_schema.BaselineSection,
    "randomisation": file_schema.RandomisationSection,
    "arms": file_schema.ArmSection,
    "agents": file_schema.AgentSection,
    "lighter": file_schema.LighterSection,
    "cycle": file_schema.CycleSection,
    "raise_to": sequence_schema.RaiseSection,
    "sequence": sequence_schema.StageSection,
    "next_line": file_schema.NextLineSection,
    "tace": locoregional_schema.TaceSection,
    "ablation": locoregional_schema.AblationSection,
    "accrual": file_schema.AccrualSection,
    "visits": file_schema.VisitsSection,
    "response": file_schema.ResponseSection,
    "data_cut": file_schema.DataCutSection,
    "analysis": file_schema.AnalysisSection,
}


def tables():
    """By section, its rows: key, meaning, values, default, example."""
    found = {}
    for title, text in re.findall(r"^### (.+?)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL):
        rows = {key: cells for key, *cells in ROW.findall(text)}
        if title == "population":
            found["range"] = {key: rows.pop(key) for key in ("min", "max")}
        found[title] = rows
    return found


TABLES = tables()
KEYS = [(title, key) for title, model in MODELS.items() for key in model.model_fields]


@pytest.fixture(scope="module")
def schema():
    return json.loads(CliRunner().invoke(app, ["schema"]).stdout)


def part(schema, title):
    """The schema of a section."""
    return schema if title == "Top level" else schema["$defs"][MODELS[title].__name__]


def accepts(title, key, value):
    """Whether a key may hold a value, by the model behind the file."""
    try:
        TypeAdapter(MODELS[title].model_fields[key].rebuild_annotation()).validate_python(value)
    except ValidationError:
        return False
    return True


def as_number(text):
    """A default or limit as the product holds it: a time in days, or the YAML value."""
    try:
        return parse_time_days(text)
    except UnitError:
        return yaml.safe_load(text) if isinstance(text, str) else text


def test_the_page_has_every_key_of_the_schema_and_no_other(schema):
    assert {title: set(rows) for title, rows in TABLES.items()} == {
        title: set(part(schema, title)["properties"]) for title in MODELS
    }
    assert {model.__name__ for model in MODELS.values()} - {"ProtocolFile"} == set(schema["$defs"])


@pytest.mark.parametrize(("title", "key"), KEYS)
def test_a_default_is_that_of_the_schema(schema, title, key):
    shown = TABLES[title][key][2]
    field, section = MODELS[title].model_fields[key], part(schema, title)
    assert (shown == "required") == (key in section.get("required", []))
    if shown == "required":
        return
    default = section["properties"][key]["default"]
    if shown == "all of its defaults":
        assert TypeAdapter(field.annotation).validate_python(default) == MODELS[key]()
    elif shown == "none":
        assert default is None
    else:
        filled_in = as_number(default) if default else default
        assert as_number(shown.strip("`")) == filled_in


@pytest.mark.parametrize(("title", "key"), KEYS)
def test_an_example_satisfies_the_schema_and_the_check(schema, title, key):
    example = yaml.safe_load(TABLES[title][key][3].strip("`"))
    jsonschema.validate(example, {**part(schema, title)["properties"][key], "$defs": schema["$defs"]})
    assert accepts(title, key, example)


@pytest.mark.parametrize(
    ("title", "key"), [(title, key) for title, key in KEYS if BOUNDS.match(TABLES[title][key][1])]
)
def test_limits_are_those_of_the_check(title, key):
    bounds = BOUNDS.match(TABLES[title][key][1])
    listed = bounds[0].endswith(", each")

    def accepted(number, unit):
        value = f"{number}{unit}" if unit else int(number) if float(number).is_integer() else number
        return accepts(title, key, [value] if listed else value)

    for end, way in (("low", -1), ("high", 1)):
        number, unit = float(bounds[end]), bounds[f"{end}_unit"]
        step = 0.001 * number or 0.001
        if not unit and MODELS[title].model_fields[key].annotation in (int, int | None):
            step = 1
        assert accepted(number, unit), (end, "itself")
        assert not accepted(number + way * step, unit), (end, "beyond")


def test_most_numbers_and_times_show_their_limits():
    assert sum(bool(BOUNDS.match(TABLES[title][key][1])) for title, key in KEYS) >= 20
    assert TABLES["analysis"]["one_sided_alpha"][1] == "above 0, below 0.5"
    assert [accepts("analysis", "one_sided_alpha", level) for level in (0, 0.001, 0.499, 0.5)] == [0, 1, 1, 0]


def choices(node):
    """Words that a part of the schema allows."""
    if isinstance(node, dict):
        own = node.get("enum", [node["const"]] if "const" in node else [])
        return {word for word in own if isinstance(word, str)}.union(*map(choices, node.values()), set())
    return set().union(*map(choices, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize(
    ("title", "key"), [(title, key) for title, key in KEYS if TABLES[title][key][1].startswith("`")]
)
def test_words_to_choose_from_are_those_of_the_schema(schema, title, key):
    assert set(re.findall(r"`([^`]+)`", TABLES[title][key][1])) == choices(
        part(schema, title)["properties"][key]
    )


def test_the_signs_of_a_name_are_those_that_the_page_lists():
    said = re.search(r"^## Names\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)[1]
    inside, first = (re.findall(r"\S", listed) for listed in re.findall(r"`([^`]+ [^`]+)`", said))
    printed = [chr(code) for code in range(33, 127) if not chr(code).isalnum()]
    assert [sign for sign in printed if accepts("arms", "name", f"a{sign}b")] == sorted(inside)
    assert [sign for sign in printed if accepts("arms", "name", f"{sign}b")] == sorted(first)
    assert [sign for sign in inside if not accepts("arms", "name", f"a{sign}")] == ["."]
    for name, allowed in (
        ("à la carte", True),
        ("β 2", True),
        ("a b", True),
        ("a ", False),
        (" a", False),
        ("a\nb", False),
    ):
        assert accepts("arms", "name", name) == allowed, name
    assert re.findall(r"`([<>&])`", said) == ["<", ">", "&"]


@pytest.mark.parametrize("strata", ["[]", "[region, ecog]"])
@pytest.mark.parametrize("analysis", ["", "analysis: {rmst: 12 months}\n"])
def test_an_analysis_is_stratified_by_default_if_randomisation_has_strata(strata, analysis):
    content = yaml.safe_load(protocol_text("sharp"))
    del content["analysis"]
    content["randomisation"]["strata"] = yaml.safe_load(strata)
    text = yaml.safe_dump(content, sort_keys=False) + analysis
    assert check_text(text).issues == ()
    plain = load_text(text)
    assert plain.analysis.stratified == (strata != "[]")
    written = f"stratified: {'true' if strata != '[]' else 'false'}"
    said = text.replace("{rmst", f"{{{written}, rmst") if analysis else f"{text}analysis: {{{written}}}\n"
    assert load_text(said).hash == plain.hash


def covariate_rows():
    section = re.search(r"^## Covariates\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)[1]
    return {key: cells for key, *cells in ROW.findall(section)}


def test_every_covariate_is_listed_with_its_values():
    rows = covariate_rows()
    assert set(rows) == {*eligibility_names(), "mvi_or_ehs"} == {*eligibility_names(), *stratum_names()}
    levels = {**categorical_levels(), "mvi_or_ehs": ("no", "yes")}
    for name, (_, values, _, strata) in rows.items():
        if name in levels:
            assert tuple(re.findall(r"`([^`]+)`", values)) == levels[name]
        else:
            assert values == "{:g} to {:g}".format(*NUMERIC_LIMITS[name])
        assert (strata == "yes") == (name in stratum_names())


def test_what_a_table_may_give_of_each_covariate_is_what_bundled_tables_give():
    table = load_baseline("sharp")
    for name, (_, _, given, _) in covariate_rows().items():
        parameters = ", ".join(table.continuous.get(name, ()))
        assert given == ("shares" if name in table.categories else parameters or "no")


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_an_example_is_a_sound_protocol_or_a_part_of_one(block):
    content = yaml.safe_load(block)
    if "population" not in content or "size" not in content:
        content = {**yaml.safe_load(protocol_text("sharp")), **content}
    issues = check_text(yaml.safe_dump(content, sort_keys=False)).issues
    assert {issue.rule for issue in issues} <= {"agent-has-its-numbers"}


def test_messages_are_those_of_the_command(tmp_path, monkeypatch):
    text = protocol_text("sharp")
    for old, new in (
        ("dose: 400 mg ", "dose: 400 "),
        ("treat_until: radiologic and symptomatic progression          #", "treat_untill: progression #"),
        ("scan: 6 weeks ", "scan: 7 weeks "),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "mine.yaml"])
    assert done.exit_code == 3
    assert re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1] == done.stdout


def test_grades_of_sorafenibs_events_are_as_the_page_says():
    assert {event.grade for event in load_agent("sorafenib").adverse_events} == {3}


def test_treatment_beyond_progression_changes_neither_ttp_nor_pfs():
    text = protocol_text("sharp").replace(
        "data_cut: {endpoint: OS, events: 321}", "data_cut: {after: 900 days}"
    )
    seen = []
    for until in ("progression", "death"):
        protocol = load_text(
            text.replace("treat_until: radiologic and symptomatic progression", f"treat_until: {until}")
        )
        subjects = simulate(protocol, patients=128, seed=4, replicates=0).population.subjects
        seen.append(subjects)
    early, late = seen
    columns = ["ttp_event", "pfs_event", "ttp_days", "pfs_days"]
    events = (early["ttp_event"] == 1).to_numpy()
    assert events.sum() > 100
    assert early.filter(events).select(columns).equals(late.filter(events).select(columns))
    assert not early["os_days"].equals(late["os_days"])


def test_the_shortest_protocol_is_read_as_it_stands(tmp_path):
    (tmp_path / "mine.yaml").write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    protocol = load(tmp_path / "mine.yaml")
    assert (protocol.name, protocol.size, protocol.published) == ("My trial", 200, None)
