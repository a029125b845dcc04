"""Confirmed hazard ratios of the preregistered trials, from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hepatrial.evidence.collection import shipped
from hepatrial.evidence.independence import treatment_in
from hepatrial.evidence.treatments import CONTROLS, PROCEDURES
from hepatrial.evidence.trials import PublishedTrial
from hepatrial.protocol.design import Arm, Protocol
from hepatrial.protocol.loading import load
from hepatrial.validation.comparison import Compared, Published, Setting
from hepatrial.validation.preregistration import Preregistration, preregistration
from hepatrial.validation.standard_error import USUAL_LEVEL_PERCENT, standard_error

EMBOLISATION = tuple(name for name in PROCEDURES if "TACE" in name)


@cache
def published_comparisons() -> tuple[Published, ...]:
    """All comparisons of the preregistered trials with a confirmed hazard ratio, scored or not, in the file's order."""
    rules = preregistration()
    return tuple(one for name in rules.compared for one in _of_trial(name, rules))


def primary_of_each_trial(comparisons: Iterable[Published], rules: Preregistration) -> tuple[Published, ...]:
    """Of each trial the comparison of OS and the first of progression, among those that are scored."""
    order = ("OS", *rules.progression_endpoints)
    found: dict[tuple[str, str], Published] = {}
    for one in sorted((c for c in comparisons if c.scored), key=lambda c: order.index(c.of.endpoint)):
        found.setdefault((one.of.trial, one.of.kind), one)
    kept = set(map(id, found.values()))
    return tuple(one for one in comparisons if id(one) in kept)


def pooled_treatment(record: PublishedTrial, arm: str) -> str:
    """What an arm was given, with one name for every embolisation, and one for placebo and best supportive care."""
    given = treatment_in(record, arm)
    parts = {"TACE" if part in EMBOLISATION else part for part in given.split(" + ")}
    return CONTROLS[0] if parts <= set(CONTROLS) else " + ".join(sorted(parts))


def _of_trial(name: str, rules: Preregistration) -> list[Published]:
    protocol = load(name)
    record = shipped()[str(protocol.published)]
    return [_published(protocol, name, record, row, rules) for row in record.comparisons]


def _published(
    protocol: Protocol, name: str, record: PublishedTrial, row: Mapping[str, Any], rules: Preregistration
) -> Published:
    arm, control = protocol.arm(row["arm"]), protocol.arm(row["control"])
    error = standard_error(row, rules)
    unscored = {(one.trial, one.endpoint): one.why for one in rules.not_scored}
    ci = row.get("ci")
    return Published(
        of=Compared(
            trial=name,
            record=record.key,
            arm=arm.name,
            control=control.name,
            endpoint=row["endpoint"],
            agents=_agents(arm),
            control_agents=_agents(control),
            treatment=pooled_treatment(record, arm.name),
            control_treatment=pooled_treatment(record, control.name),
            setting=_setting(control),
            lines=record.lines,
            use=rules.use_of(name),
        ),
        hr=float(row["hr"]),
        ci=None if ci is None else (float(ci[0]), float(ci[1])),
        level_percent=None if ci is None else float(row.get("level") or USUAL_LEVEL_PERCENT),
        level_stated=bool(row.get("level_stated", True)),
        std_error=error.value,
        error_from=error.comes_from,
        not_scored=unscored.get((name, row["endpoint"]), error.why_none),
        source=record.source,
    )


def _agents(arm: Arm) -> frozenset[str]:
    return frozenset(regimen.agent for regimen in arm.regimens)


def _setting(control: Arm) -> Setting:
    if control.tace is not None:
        return "embolisation"
    return "systemic" if control.ablation is None else "curative"
