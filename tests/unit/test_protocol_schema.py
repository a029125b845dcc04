"""The JSON Schema that editors complete from."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.files.located_yaml import parse
from hepatrial.protocol.bundled_protocols import protocol_names, protocol_text
from hepatrial.protocol.file_schema import ProtocolFile
from hepatrial.protocol.json_schema import protocol_json_schema
from hepatrial.protocol.loading import check_text

TRIAL = (Path(__file__).parents[1] / "messages" / "trial.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema():
    return protocol_json_schema()


@pytest.fixture(scope="module")
def validator(schema):
    return jsonschema.Draft202012Validator(schema)


def data_of(text):
    return parse(text, "f.yaml").data


def test_the_command_prints_a_valid_schema():
    printed = CliRunner().invoke(app, ["schema"])
    assert printed.exit_code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(printed.stdout))


@pytest.mark.parametrize("name", protocol_names())
def test_bundled_protocols_satisfy_the_schema(name, validator):
    assert [error.message for error in validator.iter_errors(data_of(protocol_text(name)))] == []


def sections(schema):
    return {"": schema, **schema["$defs"]}


def test_every_key_has_a_description(schema):
    bare = [
        (section, key)
        for section, part in sections(schema).items()
        for key, entry in part.get("properties", {}).items()
        if not entry.get("description")
    ]
    assert bare == []


def test_every_key_has_an_example_or_its_choices_or_keys_of_its_own(schema):
    def completes(entry):
        return any(word in entry for word in ("examples", "enum", "const", "default", "$ref")) or any(
            completes(way) for way in entry.get("anyOf", [])
        )

    bare = [
        (section, key)
        for section, part in sections(schema).items()
        for key, entry in part.get("properties", {}).items()
        if not completes(entry)
    ]
    assert bare == []


def examples(schema):
    """Every example with the schema of the key that it belongs to."""
    for section, part in sections(schema).items():
        for key, entry in part.get("properties", {}).items():
            for example in entry.get("examples", ()):
                yield f"{section}.{key}", entry, example


def test_every_example_satisfies_its_own_key(schema):
    count = 0
    for key, entry, example in examples(schema):
        errors = list(
            jsonschema.Draft202012Validator({**entry, "$defs": schema["$defs"]}).iter_errors(example)
        )
        assert errors == [], key
        count += 1
    assert count > 20


def defaults(schema):
    """Every default with its section and key."""
    for section, part in sections(schema).items():
        for key, entry in part.get("properties", {}).items():
            if key not in part.get("required", ()):
                yield section, key, entry["default"]


SECTION_OF = {
    "": lambda data: data,
    "PopulationSection": lambda data: data["population"],
    "BaselineSection": lambda data: data["population"]["baseline"],
    "RangeSection": lambda data: data["population"]["eligibility"]["child_pugh_score"],
    "RandomisationSection": lambda data: data["randomisation"],
    "ArmSection": lambda data: data["arms"][0],
    "AgentSection": lambda data: data["arms"][0]["agents"][0],
    "NextLineSection": lambda data: data["arms"][0]["next_line"],
    "TaceSection": lambda data: data["arms"][0].setdefault(
        "tace", {"kind": "conventional", "max_sessions": 4}
    ),
    "AblationSection": lambda data: data["arms"][0].setdefault("ablation", {"kind": "thermal"}),
    "RaiseSection": lambda data: data["arms"][0]["agents"][0].setdefault(
        "raise_to", {"dose": "600 mg", "schedule": "twice daily", "after": "8 weeks"}
    ),
    "StageSection": lambda data: data["arms"][0].setdefault("sequence", [{"give": ["sorafenib"]}])[0],
    "AccrualSection": lambda data: data["accrual"],
    "VisitsSection": lambda data: data["visits"],
    "ResponseSection": lambda data: data["response"],
    "DataCutSection": lambda data: data["data_cut"],
    "AnalysisSection": lambda data: data["analysis"],
}


def checked_with(section, key, default):
    """The check of a protocol in which an editor has filled in a default, and of the same without the key."""
    for filled in (True, False):
        data = data_of(TRIAL)
        place = SECTION_OF[section](data)
        place.pop(key, None)
        if filled:
            place[key] = default
        yield check_text(json.dumps(data))


def test_a_default_that_an_editor_fills_in_is_what_leaving_the_key_out_means(schema):
    count = 0
    for section, key, default in defaults(schema):
        filled, without = checked_with(section, key, default)
        told = [(issue.rule, issue.what) for issue in filled.issues]
        assert told == [(issue.rule, issue.what) for issue in without.issues], (section, key)
        assert not [rule for rule, _ in told if rule.startswith("schema-")], (section, key)
        if filled.protocol is not None:
            assert filled.protocol.hash == without.protocol.hash
            count += 1
    assert count >= 18


def test_a_default_satisfies_its_own_key(schema):
    for section, key, default in defaults(schema):
        entry = sections(schema)[section]["properties"][key]
        jsonschema.validate(default, {**entry, "$defs": schema["$defs"]})


def test_every_quantity_tells_an_editor_its_limits(schema):
    limits = {
        f"{section}.{key}": entry["description"]
        for section, part in sections(schema).items()
        for key, entry in part.get("properties", {}).items()
        if " to " in entry["description"] and "with its unit" in entry["description"]
    }
    assert set(limits) == {
        ".horizon", "AccrualSection.duration", "AgentSection.dose", "AgentSection.reduce_to", "AgentSection.start",
        "AgentSection.interrupt_for", "TaceSection.planned", "TaceSection.wait", "TaceSection.pause_before",
        "TaceSection.pause_after", "AblationSection.at",
        "AnalysisSection.survival_at", "AnalysisSection.rmst",
        "DataCutSection.after",
        "ResponseSection.confirmation", "ResponseSection.stable_disease", "VisitsSection.clinic", "VisitsSection.scan",
        "LighterSection.below", "LighterSection.doses", "CycleSection.give", "CycleSection.pause",
        "RaiseSection.dose", "RaiseSection.after", "StageSection.for",
    }  # fmt: skip
    assert limits["AccrualSection.duration"].endswith("A number with its unit, 1 day to 10 years.")
    assert '"allowed"' not in json.dumps(schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("size: 602", "sise: 602"),
        ("agent: sorafenib", "agent: sorafinib"),
        ("dose: 400 mg", "dose: 400"),
        ("dose: 400 mg", "dose: -400 mg"),
        ("schedule: twice daily", "schedule: bid"),
        ("baseline: sharp", "baseline: shrap"),
        ("published: sharp", "published: shrap"),
        ("strata: [region,", "strata: [regoin,"),
        ("ecog: {max: 2}", "ecogg: {max: 2}"),
        ("ecog: {max: 2}", "ecog: [7]"),
        ("baseline: sharp", "baseline: {based_on: sharp, categories: {bclc: {B: 1}}}"),
        ("endpoints: [OS, TTP, PFS]", "endpoints: [OSS]"),
        ("hepatrial: 1", "hepatrial: 2"),
    ],
)
def test_an_editor_marks_what_the_check_refuses(old, new, validator):
    text = protocol_text("sharp")
    assert text.count(old) == 1
    changed = text.replace(old, new)
    assert list(validator.iter_errors(data_of(changed)))
    assert check_text(changed).protocol is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ecog: {max: 2}", "ecog: [0, 1]"),
        ("ecog: {max: 2}", 'ecog: ["0", "1"]'),
        ("ecog: {max: 2}", "mvi: [no]"),
        ("ecog: {max: 2}", "mvi: [false]"),
        ("ecog: {max: 2}", "age_years: {min: 18.5}"),
        ("horizon: 3 years", "horizon: 36mo"),
        ("dose: 400 mg", "dose: 0.4 g"),
        ("dose: 400 mg", "dose: 400 mg\n        cycle: {give: 3 weeks, pause: 1 week}"),
        ("dose: 400 mg", "dose: 400 mg\n        lighter: {below: 60 kg, doses: [200 mg twice daily]}"),
        ("schedule: twice daily", "schedule: every 12 hours"),
        ("baseline: sharp", "baseline: {based_on: sharp, categories: {ecog: {0: 0.5, 1: 0.5}}}"),
    ],
)
def test_an_editor_accepts_what_the_check_accepts(old, new, validator):
    changed = protocol_text("sharp").replace(old, new)
    assert changed != protocol_text("sharp")
    assert check_text(changed).errors == ()
    assert [error.message for error in validator.iter_errors(data_of(changed))] == []


def test_the_line_that_names_the_schema_for_an_editor_is_no_mistake():
    text = "# yaml-language-server: $schema=protocol.schema.json\n" + protocol_text("sharp")
    assert check_text(text).issues == ()


def test_the_schema_names_every_key_of_a_protocol(schema):
    assert set(schema["properties"]) == set(ProtocolFile.model_fields)
