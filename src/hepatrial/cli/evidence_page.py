"""How trials are listed and one is shown in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.early_trials import early_trials
from hepatrial.evidence.independence import treatment_in
from hepatrial.evidence.references import bibliography, in_words
from hepatrial.evidence.registry import MEDIANS
from hepatrial.evidence.trials import Finding, PublishedTrial

WIDTH = 110
UNCONFIRMED = (
    "NOT CONFIRMED: no source that was read confirms these numbers; never fit to them, never quote them"
)


def listing(trial: PublishedTrial) -> dict[str, Any]:
    """What a list says of a trial, by name."""
    ratio = next((row for row in trial.comparisons if row["endpoint"] == "OS"), None)
    sizes = [row.get("n") for row in trial.arms]
    return {
        "trial": trial.key,
        "name": trial.name,
        "year": trial.year,
        "design": trial.design,
        "line": "/".join(trial.lines),
        "n": sum(sizes) if sizes and None not in sizes else None,
        "treatments": list(dict.fromkeys(treatment_in(trial, row["arm"]) for row in trial.arms)),
        "os_hr": ratio["hr"] if ratio else None,
        "os_hr_ci": ratio.get("ci") if ratio else None,
        "os_hr_level_percent": ratio.get("level") if ratio else None,
        "use": trial.use,
        "own": trial.own,
        "part_of": trial.part_of,
        "unconfirmed_numbers": sum(len(row.values) for row in trial.unconfirmed),
    }


def list_lines(trials: Sequence[PublishedTrial]) -> Iterator[str]:
    """A table of trials, a line each."""
    yield f"{'trial':<29}{'year':<6}{'line':<11}{'n':>5}  {'OS hazard ratio':<23}{'use':<12}treatments"
    for trial in trials:
        row = listing(trial)
        own = "OWN " if trial.own else ""
        treatments = textwrap.shorten(own + " v ".join(row["treatments"]), 60, placeholder=" ...")
        n = "-" if row["n"] is None else str(row["n"])
        yield (
            f"{_cut(trial.key, 28):<29}{trial.year or '-':<6}{_cut(row['line'], 10):<11}{n:>5}  "
            f"{_ratio(row['os_hr'], row['os_hr_ci']):<23}{trial.use:<12}{treatments}"
        )
    own = sum(trial.own for trial in trials)
    count = f"{len(trials)} trial{'' if len(trials) == 1 else 's'}"
    yield f"{count}{f', {own} of them your own' if own else ''}"


def described(trial: PublishedTrial, known: Collection) -> Iterator[str]:
    """A trial, line by line."""
    yield f"{trial.name}{'  (OWN RECORD: ' + trial.file + ')' if trial.own else ''}"
    yield from _heads(trial, known)
    yield from _conduct(trial)
    yield from _arms(trial)
    yield from _comparisons(trial)
    yield from _findings("baseline", trial.baseline)
    yield from _landmarks(trial)
    yield from _subgroups(trial)
    yield from _findings("further numbers", trial.findings)
    if trial.conflicts:
        yield "\nsources that disagree"
        for row in trial.conflicts:
            shown = "" if row.shown is None else f" ({row.shown:g} is shown)"
            yield from _wrapped(f"{row.of}, {row.quantity.replace('_', ' ')}{shown}: {row.note}")
    if trial.notes:
        yield "\nnotes"
        for note in trial.notes:
            yield from _wrapped(note)
    if trial.unconfirmed:
        yield f"\n{UNCONFIRMED}"
        for row in trial.unconfirmed:
            yield from _finding(row, mark="? ")
    if trial.not_shown:
        yield "\nnot known"
        for note in trial.not_shown:
            yield from _wrapped(note)


def _heads(trial: PublishedTrial, known: Collection) -> Iterator[str]:
    doubtful = f" (not confirmed: {', '.join(trial.identifiers_not_confirmed)})"
    registration = (trial.registration or "not known") + (doubtful if trial.identifiers_not_confirmed else "")
    yield from _pair("key", trial.key)
    yield from _pair("registration", registration)
    yield from _pair(
        "kind",
        ", ".join(
            filter(None, (trial.design, trial.phase and f"phase {trial.phase}", str(trial.year or "")))
        ),
    )
    yield from _pair("line", "/".join(trial.lines) or "not stated")
    yield from _pair("population", trial.population)
    yield from _pair("use", trial.use)
    yield from _pair("source", str(bibliography().get(trial.source, trial.source)))
    named = {key: f"{name} [{key}]" for key, name in known.names.items()}
    yield from _pair("part of", named.get(trial.part_of or "", trial.part_of or ""))
    yield from _pair("replaces", named.get(trial.supersedes or "", trial.supersedes or ""))
    yield from _pair("pools", "; ".join(named.get(key, key) for key in trial.pooled_from))
    others = [other.key for other in known if trial.key in (other.part_of, *other.pooled_from)]
    yield from _pair("see also", "; ".join(named[key] for key in others))
    for link in early_trials(records=known):
        if trial.key == link.early:
            yield from _pair(
                "came before", f"{named[link.phase_3]}: {link.known} (public by {link.public_by}: {link.how})"
            )
        elif trial.key == link.phase_3:
            yield from _pair("early trial", f"{named[link.early]}: {link.known} (public by {link.public_by})")


def _conduct(trial: PublishedTrial) -> Iterator[str]:
    conduct = trial.conduct
    if not conduct.source:
        return
    yield "\nconduct"
    yield from _pair("read in", in_words(conduct.source))
    rows = (
        (
            "began",
            " ".join(filter(None, (conduct.began, conduct.began_source and f"({conduct.began_source})"))),
        ),
        ("accrual, months", conduct.accrual_months),
        ("follow-up, median months", conduct.follow_up_median_months),
        ("data cut", conduct.data_cut),
        ("scans, every weeks", conduct.scan_interval_weeks),
        ("criteria", conduct.criteria),
        ("central review", conduct.central_review),
        ("allocation", conduct.ratio),
        ("stratified by", conduct.stratification),
        ("eligibility", conduct.eligibility),
        ("treated until", conduct.treatment_until),
        ("endpoints", conduct.endpoint_definitions),
        ("note", conduct.note),
    )
    for label, value in rows:
        if value not in (None, ""):
            yield from _pair(label, f"{value:g}" if isinstance(value, float) else str(value))


def _arms(trial: PublishedTrial) -> Iterator[str]:
    for row in trial.arms:
        size = "n not confirmed" if row.get("n") is None else f"n {row['n']}"
        yield f"\narm {row['arm']}: {size}{', ' + row['dose'] if row.get('dose') else ''}"
        for endpoint in MEDIANS:
            if row.get(f"{endpoint}_median_months") is not None:
                text = _interval(row[f"{endpoint}_median_months"], row.get(f"{endpoint}_median_ci"))
                yield _number(
                    f"{endpoint.upper()}, median months", text, _read_in(trial, f"{endpoint}_median_months")
                )
        for key, label in (
            ("orr_percent", "response, %"),
            ("orr_mrecist_percent", "response by mRECIST, %"),
            ("dcr_percent", "disease control, %"),
        ):
            if row.get(key) is not None:
                yield _number(label, f"{row[key]:g}", _read_in(trial, key))


def _comparisons(trial: PublishedTrial) -> Iterator[str]:
    if trial.comparisons:
        yield "\nhazard ratios"
    for row in trial.comparisons:
        level = ""
        if row.get("ci"):
            level = f" {row['level']:g} %" + ("" if row.get("level_stated", True) else " taken, not stated")
        p = f", p {row['p_logrank']:g}" if row.get("p_logrank") is not None else ""
        if row.get("p_logrank_below") is not None:
            p = f", p < {row['p_logrank_below']:g}"
        text = f"{_ratio(row['hr'], row.get('ci'))}{level}{p}"
        pair = f"{row['endpoint']:<5}{row['arm']} v {row['control']}"
        yield from _wrapped(f"{pair}: {text}   {_read_in(trial, 'hr')}", mark="")


def _landmarks(trial: PublishedTrial) -> Iterator[str]:
    if trial.landmarks:
        yield "\nwithout the event, %"
    for row in trial.landmarks:
        group = f" ({row.subgroup})" if row.subgroup else ""
        text = f"{row.endpoint} at {row.months:g} months, {row.of}{group}: {_interval(row.percent, row.ci)}"
        yield from _wrapped(f"{text}   {in_words(row.source)}", mark="")


def _subgroups(trial: PublishedTrial) -> Iterator[str]:
    if trial.subgroups:
        yield "\nhazard ratios in groups of patients"
        yield from _pair("they are", trial.subgroup_population)
    for row in trial.subgroups:
        level = ""
        if row.ci is not None and row.level is not None:
            level = f" {row.level:g} %" + ("" if row.level_stated else " taken, not stated")
        size = f" (n {row.n})" if row.n else ""
        text = f"{row.endpoint}, {row.factor} {row.group}{size}, {row.arm} v {row.control}: "
        note = f" [{row.note}]" if row.note else ""
        yield from _wrapped(f"{text}{_ratio(row.hr, row.ci)}{level}{note}   {in_words(row.source)}", mark="")


def _findings(title: str, rows: Sequence[Finding]) -> Iterator[str]:
    if rows:
        yield f"\n{title}"
    for row in rows:
        yield from _finding(row)


def _finding(row: Finding, mark: str = "") -> Iterator[str]:
    group = f", {row.subgroup}" if row.subgroup else ""
    values = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in row.values.items())
    note = f" [{row.note}]" if row.note else ""
    yield from _wrapped(f"{mark}{row.of}{group}: {values}{note}   {in_words(row.source)}".rstrip(), mark="")


def _read_in(trial: PublishedTrial, key: str) -> str:
    return in_words(trial.read_in.get(key, trial.source))


def _interval(estimate: float | None, ci: Sequence[float | None] | None) -> str:
    if estimate is None:
        return "-"
    if ci is None:
        return f"{estimate:g}"
    low, high = ("not reached" if limit is None else f"{limit:g}" for limit in ci)
    return f"{estimate:g} ({low} to {high})"


def _ratio(hr: float | None, ci: Sequence[float] | None) -> str:
    """A ratio with its interval, each with two decimals, or with more where more were printed."""
    if hr is None:
        return "-"
    shown = [max(f"{value:g}", f"{value:.2f}", key=len) for value in (hr, *(ci or ()))]
    return f"{shown[0]} ({shown[1]} to {shown[2]})" if ci else shown[0]


def _number(label: str, text: str, source: str) -> str:
    return f"  {label:<24}{text:<22}{source}"


def _pair(label: str, text: str) -> Iterator[str]:
    if text:
        yield from textwrap.wrap(
            f"{label:<26}{text}", WIDTH, initial_indent="  ", subsequent_indent=" " * 28, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip


def _wrapped(text: str, mark: str = "- ") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"  {mark}", subsequent_indent="    ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
