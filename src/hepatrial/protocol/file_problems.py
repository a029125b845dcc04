"""From pydantic's errors to `Issue`s with file, line, what was found, what is allowed and the fix."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from hepatrial.errors import Issue, near_miss
from hepatrial.files.document import Document, KeyPath, dotted, shown
from hepatrial.protocol.file_fields import QUANTITY_ERROR
from hepatrial.protocol.file_schema import ProtocolFile
from hepatrial.protocol.population_schema import UNION_TAGS

_TYPES = {
    "int_type": ("a whole number", "write a whole number, without quotes or unit"),
    "int_from_float": ("a whole number", "write a whole number, without quotes or unit"),
    "float_type": ("a number", "write a number, without quotes or unit"),
    "string_type": ("text", 'put it in quotes: "..."'),
    "bool_type": ("true or false", "write true or false"),
    "list_type": ("a list", "write it as [.., ..] or one item a line with `- `"),
    "dict_type": ("keys with values", "write it as {key: value} or one key a line, indented"),
    "model_type": ("keys with values", "write it as {key: value} or one key a line, indented"),
    "finite_number": ("a finite number", "write an ordinary number"),
}
_BOUNDS = {
    "greater_than": ("gt", "above {}"),
    "greater_than_equal": ("ge", "{} or more"),
    "less_than": ("lt", "below {}"),
    "less_than_equal": ("le", "{} or less"),
}
_LENGTHS = {
    "string_pattern_mismatch": (
        "not a name",
        "pattern",
        "letters, digits, spaces and . + - _ ( ) %, without a dot or space at either end",
        "change the name",
    ),
    "string_too_short": ("empty", "min_length", "at least {} character", "write something"),
    "string_too_long": ("too long", "max_length", "at most {} characters", "shorten it"),
    "too_short": ("too few entries", "min_length", "at least {}", "add an entry"),
    "too_long": ("too many entries", "max_length", "at most {}", "delete some"),
}


def issues_of(
    error: ValidationError,
    document: Document,
    model: type[BaseModel] = ProtocolFile,
    kind: str = "a protocol",
) -> list[Issue]:
    """One `Issue` for every error of a validation of the whole file.

    Parameters
    ----------
    model, kind
        What the file should be, as a schema and in words.
    """
    form = _Form(model, kind)
    issues = [_issue(detail, document, form) for detail in error.errors(include_url=False)]
    misspelt = {issue.fix for issue in issues if issue.rule == "unknown-key"}
    # A key that is missing because it is misspelt is one problem, not two.
    return [i for i in issues if i.rule != "missing-key" or _did_you_mean(_last_key(i)) not in misspelt]


@dataclass(frozen=True, slots=True)
class _Form:
    """What a file should be: its schema, and its name in words."""

    model: type[BaseModel]
    kind: str


def _issue(detail: dict[str, Any], document: Document, form: _Form) -> Issue:
    kind, context = detail["type"], detail.get("ctx", {})
    path: KeyPath = tuple(step for step in detail["loc"] if step not in UNION_TAGS)
    key = dotted(path)
    if kind == "extra_forbidden":
        return _unknown_key(path, document, form)
    if kind == "missing":
        return _missing_key(path, document, form)
    where = document.locate(path)
    found = shown(document.get(path))
    rule = f"schema-{kind.replace('_', '-')}"
    if kind == QUANTITY_ERROR:
        return Issue(f"{key}: {context['what']}", where, found, context["allowed"], context["fix"], rule)
    if kind in _TYPES:
        allowed, fix = _TYPES[kind]
        if isinstance(document.get(path), str) and kind in ("int_type", "float_type"):
            found = f'"{found}"'
        if document.get(path) is None:
            fix = _for_nothing(path, form)
        return Issue(f"{key or 'the file'}: not {allowed}", where, found, allowed, fix, rule)
    if kind in _BOUNDS:
        name, text = _BOUNDS[kind]
        allowed = text.format(f"{context[name]:,g}")
        per_cent = "categories" in path and kind == "less_than_equal"
        fix = "shares run from 0 to 1: divide per cent by 100" if per_cent else "change the number"
        return Issue(f"{key}: out of range", where, found, allowed, fix, rule)
    if kind == "literal_error":
        return _not_a_choice(key, path, document, rule, form)
    if kind in _LENGTHS:
        what, name, text, fix = _LENGTHS[kind]
        return Issue(f"{key}: {what}", where, found, text.format(context.get(name)), fix, rule)
    return Issue(f"{key}: {detail['msg']}", where, found, fix="change the value", rule=rule)


def _for_nothing(path: KeyPath, form: _Form) -> str:
    """What to do where nothing stands."""
    if not path:
        return f"write {form.kind}"
    if isinstance(path[-1], int):
        return "write the entry, or delete it from the list"
    return f"give `{path[-1]}` a value, or delete the key"


def _unknown_key(path: KeyPath, document: Document, form: _Form) -> Issue:
    model = _model_at(path[:-1], form)
    allowed = tuple(model.model_fields) if model else ()
    word = str(path[-1])
    meant = near_miss(word, allowed)
    fix = _did_you_mean(meant) if meant else "delete the key, or comment it out with #"
    where = document.locate(path, key=True)
    return Issue(f"unknown key: {word}", where, word, ", ".join(allowed) or None, fix, "unknown-key")


def _did_you_mean(word: str) -> str:
    return f"did you mean `{word}`?"


def _last_key(issue: Issue) -> str:
    return issue.what.removeprefix("missing key: ").split(" in ")[0]


def _missing_key(path: KeyPath, document: Document, form: _Form) -> Issue:
    model = _model_at(path[:-1], form)
    field = model.model_fields.get(str(path[-1])) if model else None
    parent = dotted(path[:-1])
    what = f"missing key: {path[-1]}" + (f" in {parent}" if parent else "")
    meaning = f" ({field.description.rstrip('.')})" if field and field.description else ""
    return Issue(what, document.locate(path[:-1]), fix=f"add `{path[-1]}: ...`{meaning}", rule="missing-key")


def _not_a_choice(key: str, path: KeyPath, document: Document, rule: str, form: _Form) -> Issue:
    value = document.get(path)
    allowed = _choices_at(path, form)
    meant = near_miss(str(value), allowed)
    fix = f"did you mean `{meant}`?" if meant else "choose one of the allowed"
    return Issue(
        f"{key}: not an allowed choice", document.locate(path), shown(value), ", ".join(allowed), fix, rule
    )


def _parts(annotation: Any) -> tuple[Any, ...]:
    """All types that stand inside an annotation, itself included."""
    inner = [
        part
        for argument in get_args(annotation)
        if isinstance(argument, type) or get_origin(argument)
        for part in _parts(argument)
    ]
    return (annotation, *inner)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _annotation_at(path: KeyPath, form: _Form) -> Any:
    """The annotation of the last step of a path that is a field of a section."""
    annotation: Any = form.model
    for step in path:
        model = _model_of(annotation)
        if isinstance(step, str) and model is not None and step in model.model_fields:
            annotation = model.model_fields[step].annotation
    return annotation


def _model_at(path: KeyPath, form: _Form) -> type[BaseModel] | None:
    return _model_of(_annotation_at(path, form))


def _choices_at(path: KeyPath, form: _Form) -> tuple[str, ...]:
    for part in _parts(_annotation_at(path, form)):
        arguments = get_args(part)
        if (
            arguments
            and get_origin(part) not in (Union, types.UnionType, list, dict)
            and not isinstance(arguments[0], type)
        ):
            return tuple(str(argument) for argument in arguments)
    return ()
