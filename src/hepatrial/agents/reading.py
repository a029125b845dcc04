"""From the text of an agent's file to an `Agent`, with every problem and its line."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from hepatrial.agents.agent import AdverseEvent, Affinity, Agent, Pharmacokinetics
from hepatrial.agents.file_schema import AgentFile, HepaticRatios, PharmacokineticsSection, QuantityEntry
from hepatrial.errors import InvalidInput, Issue, Location, near_miss
from hepatrial.quantities import Quantity

MAX_BYTES = 1_000_000

KeyPath = tuple[str | int, ...]


def read_agent_file(path: Path) -> Agent:
    """Read an agent's file; raises `InvalidInput` if it cannot be read or breaks rules."""
    here = Location(str(path))
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _invalid(
            Issue("the agent's file cannot be read", here, found=reason, fix="check the path")
        ) from error
    if len(raw) > MAX_BYTES:
        size = f"{len(raw):,} bytes"
        raise _invalid(
            Issue("the file is too large for an agent", here, found=size, allowed=f"{MAX_BYTES:,} bytes")
        )
    try:
        return read_agent_text(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise _invalid(
            Issue("the file is not in UTF-8", here, fix="save it with the encoding UTF-8")
        ) from error


def read_agent_text(text: str, file: str) -> Agent:
    """Read an agent from YAML text; ``file`` is the name shown in messages."""
    root = _composed(text, file)
    data = yaml.SafeLoader("").construct_document(root) if root is not None else None
    try:
        entry = AgentFile.model_validate(data)
    except ValidationError as error:
        places = _places(root) if root is not None else {}
        raise InvalidInput(tuple(_issue(problem, places, file) for problem in error.errors())) from error
    return _agent(entry, file)


def _composed(text: str, file: str) -> yaml.Node | None:
    """The YAML tree; aliases are refused because they can blow up a small file."""
    try:
        for token in yaml.scan(text):
            if isinstance(token, yaml.AliasToken):
                where = Location(file, token.start_mark.line + 1)
                raise _invalid(
                    Issue("an alias is not allowed", where, f"*{token.value}", fix="write the value out")
                )
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
        raise _invalid(
            Issue("this is not valid YAML", where, error.problem, fix="check indentation and quotes")
        ) from error


def _places(node: yaml.Node, path: KeyPath = ()) -> dict[KeyPath, tuple[int, int]]:
    """Line and column of every key and list item."""
    found: dict[KeyPath, tuple[int, int]] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found[(*path, key.value)] = (key.start_mark.line + 1, key.start_mark.column + 1)
            found |= _places(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            found[(*path, index)] = (value.start_mark.line + 1, value.start_mark.column + 1)
            found |= _places(value, (*path, index))
    return found


def _issue(problem: dict, places: dict[KeyPath, tuple[int, int]], file: str) -> Issue:
    path = tuple(step for step in problem["loc"] if not str(step).startswith("function-"))
    context = problem.get("ctx", {})
    where = _locate(path, places, file)
    kind = problem["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path, where)
    if kind == "missing":
        return Issue(
            f"{path[-1]} is missing", where, allowed=f"the key {path[-1]}", fix="add it", rule="missing"
        )
    if kind == "literal_error":
        found, allowed = str(problem["input"]), context["expected"].replace("'", "")
        meant = near_miss(found, [word.strip() for word in allowed.replace(" or ", ", ").split(",")])
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        return Issue(f"{path[-1]} is not one that is known", where, found, allowed, fix, rule=kind)
    if "allowed" in context:
        return Issue(problem["msg"], where, context["found"], context["allowed"], context["fix"], rule=kind)
    found = None if isinstance(problem["input"], dict) else str(problem["input"])
    return Issue(
        f"{path[-1] if path else 'the file'}: {problem['msg']}", where, found, fix="correct it", rule=kind
    )


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


def _locate(path: KeyPath, places: dict[KeyPath, tuple[int, int]], file: str) -> Location:
    for end in range(len(path), 0, -1):
        if path[:end] in places:
            line, column = places[path[:end]]
            return Location(file, line, column, ".".join(map(str, path)))
    return Location(file, 1, 1)


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
        usual_dose_mg=entry.usual_dose.mg,
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
    )


def _quantity(entry: QuantityEntry | None) -> Quantity | None:
    return None if entry is None else Quantity(**entry.model_dump())


def _invalid(issue: Issue) -> InvalidInput:
    return InvalidInput((issue,))
