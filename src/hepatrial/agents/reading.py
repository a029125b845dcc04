"""From the text of an agent's file to an `Agent`, with every problem and its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hepatrial.agents.agent import (
    BENCH_POTENCY,
    TRIAL_TOXICITY,
    AdverseEvent,
    Affinity,
    Agent,
    Pharmacokinetics,
)
from hepatrial.agents.file_schema import AgentFile, HepaticRatios, PharmacokineticsSection, QuantityEntry
from hepatrial.agents.pharmacokinetics import REFERENCE_WEIGHT_KG
from hepatrial.errors import InvalidInput, Issue, Location, near_miss
from hepatrial.files.document import Document, KeyPath, YamlError, dotted, shown
from hepatrial.files.located_yaml import parse
from hepatrial.files.text_file import read_text
from hepatrial.quantities import Quantity

_ALLOWED = {
    "string_pattern_mismatch": "small letters, digits and hyphens",
    "string_too_short": "some text",
    "string_type": "text; a number in quotes is text",
    "float_type": "a number, without quotes",
    "int_type": "a whole number, without quotes",
    "model_type": "keys with values",
    "tuple_type": "a list",
}
"""What may stand there, where pydantic's own words speak of programming."""


def read_agent_file(path: Path) -> Agent:
    """Read an agent's file; raises `InvalidInput` if it cannot be read or breaks rules."""
    try:
        text = read_text(path, "an agent")
    except YamlError as problem:
        raise InvalidInput((problem.issue,)) from problem
    return read_agent_text(text, str(path))


def read_agent_text(text: str, file: str) -> Agent:
    """Read an agent from YAML text; ``file`` is the name shown in messages."""
    try:
        document = parse(text, file)
    except YamlError as problem:
        raise InvalidInput((problem.issue,)) from problem
    if not isinstance(document.data, dict) or not document.data:
        raise InvalidInput((_not_an_agent(document),))
    try:
        entry = AgentFile.model_validate(document.data)
    except ValidationError as error:
        issues = [_issue(problem, document) for problem in error.errors(include_url=False)]
        raise InvalidInput(_in_file_order([*document.issues, *issues])) from error
    if document.issues:
        raise InvalidInput(document.issues)
    return _agent(entry, file)


def _not_an_agent(document: Document) -> Issue:
    return Issue(
        "the file is empty" if not document.data else "this is not an agent",
        Location(document.file, 1),
        found=shown(document.data or None),
        allowed="keys with values, as docs/agents.md describes",
        fix="start from the file of an agent that ships",
        rule="not-an-agent",
    )


def _in_file_order(issues: list[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(issues, key=lambda issue: (issue.where.line or 0, issue.where.column or 0)))


def _issue(problem: dict[str, Any], document: Document) -> Issue:
    path: KeyPath = tuple(step for step in problem["loc"] if not str(step).startswith("function-"))
    context, kind = problem.get("ctx", {}), problem["type"]
    where = document.locate(path, key=True)
    if kind == "extra_forbidden":
        return _unknown_key(path, where)
    if kind == "missing":
        return Issue(
            f"{path[-1]} is missing", where, allowed=f"the key {path[-1]}", fix="add it", rule="missing"
        )
    found = shown(document.get(path))
    if kind == "literal_error":
        allowed = context["expected"].replace("'", "")
        meant = near_miss(found, [word.strip() for word in allowed.replace(" or ", ", ").split(",")])
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        return Issue(f"{path[-1]} is not one that is known", where, found, allowed, fix, rule=kind)
    if "allowed" in context:
        return Issue(problem["msg"], where, context["found"], context["allowed"], context["fix"], rule=kind)
    if kind in ("float_type", "int_type") and isinstance(problem["input"], str):
        found = f'"{found}"'
    allowed = _ALLOWED.get(kind) or problem["msg"].removeprefix("Input should be ")
    return Issue(f"{dotted(path)} cannot be this", where, found, allowed, fix="correct it", rule=kind)


def _unknown_key(path: KeyPath, where: Location) -> Issue:
    known = _known_keys(path)
    meant = near_miss(str(path[-1]), known)
    fix = f"did you mean {meant}?" if meant else "delete it"
    return Issue(
        "a key that is not known here", where, str(path[-1]), ", ".join(known), fix, rule="unknown-key"
    )


def _known_keys(path: KeyPath) -> tuple[str, ...]:
    from hepatrial.agents import file_schema as form

    sections = {
        (): AgentFile,
        ("pharmacokinetics",): PharmacokineticsSection,
        ("pharmacokinetics", "hepatic_ratio"): HepaticRatios,
        ("usual_dose",): form.UsualDose,
        ("affinities",): form.AffinitySection,
        ("adverse_events",): form.AdverseEventSection,
    }
    parent = tuple(step for step in path[:-1] if isinstance(step, str))
    return tuple(sections.get(parent, QuantityEntry).model_fields)


def _agent(entry: AgentFile, file: str) -> Agent:
    pk = entry.pharmacokinetics
    kinetics = {
        name: _quantity(getattr(pk, name)) for name in type(pk).model_fields if name != "hepatic_ratio"
    }
    return Agent(
        name=entry.name,
        synonyms=entry.synonyms,
        drug_class=entry.drug_class,
        molecular_weight_g_mol=_quantity(entry.molecular_weight_g_mol),
        usual_dose_mg=entry.usual_dose.mg or entry.usual_dose.mg_per_kg * REFERENCE_WEIGHT_KG,
        usual_interval_days=entry.usual_dose.interval_days,
        pharmacokinetics=Pharmacokinetics(
            **kinetics, hepatic_ratio={grade: _quantity(getattr(pk.hepatic_ratio, grade)) for grade in "ABC"}
        ),
        affinities=tuple(Affinity(a.target, a.kind, _quantity(a.potency)) for a in entry.affinities),
        adverse_events=tuple(
            AdverseEvent(
                event.name,
                event.grade,
                _quantity(event.probability),
                _quantity(event.onset_days),
                _quantity(event.exposure_exponent),
            )
            for event in entry.adverse_events
        ),
        liver_injury=_quantity(entry.liver_injury),
        reduction_given_event=_quantity(entry.reduction_given_event),
        withdrawal_given_event=_quantity(entry.withdrawal_given_event),
        notes=entry.notes,
        file=file,
        modality=entry.modality,
        usual_dose_mg_per_kg=entry.usual_dose.mg_per_kg,
        effective_potency=_quantity(entry.effective_potency) or BENCH_POTENCY,
        effective_toxicity=_quantity(entry.effective_toxicity) or TRIAL_TOXICITY,
        fatal_given_event=_quantity(entry.fatal_given_event),
    )


def _quantity(entry: QuantityEntry | None) -> Quantity | None:
    return None if entry is None else Quantity(**entry.model_dump())
