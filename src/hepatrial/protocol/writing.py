"""From the design back to YAML: every key, with units, so that the text read again is the same trial."""

from __future__ import annotations

from typing import Any

import yaml

from hepatrial.files.located_yaml import plain_scalar
from hepatrial.protocol.baseline_choice import choice_of
from hepatrial.protocol.design import (
    Ablation,
    Arm,
    Cycle,
    DoseLevel,
    Eligibility,
    LighterDoses,
    Protocol,
    Raise,
    Regimen,
    Stage,
    Tace,
)
from hepatrial.protocol.dosing_text import dose_text, plain_number, repeat_text, schedule_text, time_text
from hepatrial.protocol.file_fields import FORMAT_VERSION

LINE_WIDTH = 110


def protocol_yaml(protocol: Protocol, comment: str = "") -> str:
    """The protocol as a file says it; ``comment`` is one line that stands above.

    `load_text` of it gives the same design to the bit. What cannot be (a negative size) is written as it is, for the
    check of the text to name.
    """
    body = yaml.dump(
        _content(protocol),
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=LINE_WIDTH,
    )
    return f"# {comment}\n{body}" if comment else body


class _Writer(yaml.SafeDumper):
    """Quotes what the reader would take for a number, true, false or nothing; short lists stand on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_text(self, data: Any) -> yaml.Node:
        text = str(data)
        # YAML folds line breaks of any kind, a next-line sign too; quotes escape them.
        plain = plain_scalar(text) is text and text.isprintable()
        style = None if plain else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.Node:
        return _on_one_line(super().represent_sequence(tag, sequence, flow_style))

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.Node:
        return _on_one_line(super().represent_mapping(tag, mapping, flow_style))


def _on_one_line(node: yaml.CollectionNode) -> yaml.CollectionNode:
    values = [item[1] if isinstance(item, tuple) else item for item in node.value]
    node.flow_style = all(isinstance(value, yaml.ScalarNode) for value in values)
    return node


_Writer.add_representer(str, _Writer.write_text)
# What belongs in no file is written as its text, for the check to name.
_Writer.add_representer(None, _Writer.write_text)


def _content(protocol: Protocol) -> dict[str, Any]:
    plan, cut = protocol.analysis, protocol.data_cut
    return {
        "hepatrial": FORMAT_VERSION,
        "name": protocol.name,
        "title": protocol.title,
        **_given(registration=protocol.registration, published=protocol.published),
        "population": {
            "baseline": _plain(choice_of(protocol.baseline)),
            "eligibility": _eligibility(protocol.eligibility),
        },
        "size": plain_number(protocol.size),
        "randomisation": {
            "ratio": {
                arm.name: plain_number(share)
                for arm, share in zip(protocol.arms, protocol.randomisation.ratio, strict=False)
            },
            "block_size": plain_number(protocol.randomisation.block_size),
            "strata": list(protocol.randomisation.strata),
        },
        "arms": [_arm(arm, {own.name: own.path for own in protocol.own_agents}) for arm in protocol.arms],
        "control": protocol.control,
        "accrual": {
            "duration": time_text(protocol.accrual.duration_days),
            "shape": plain_number(protocol.accrual.shape),
            "drop_out_per_month": plain_number(protocol.accrual.drop_out_per_month),
        },
        "visits": {
            "clinic": time_text(protocol.visits.clinic_interval_days),
            "scan": time_text(protocol.visits.scan_interval_days),
            "scan_source": protocol.visits.scan_source,
        },
        "response": {
            "progression": protocol.response.progression,
            "reported": list(protocol.response.reported),
            "confirmation": time_text(protocol.response.confirmation_days),
            "stable_disease": time_text(protocol.response.stable_disease_days),
        },
        "endpoints": list(plan.endpoints),
        "data_cut": _given(
            endpoint=cut.endpoint,
            events=None if cut.events is None else plain_number(cut.events),
            after=None if cut.day is None else time_text(cut.day),
        ),
        "analysis": {
            "stratified": bool(plan.stratified),
            "one_sided_alpha": plain_number(plan.one_sided_alpha),
            "survival_at": [_months(number) for number in plan.survival_at_months],
            **_given(rmst=None if plan.rmst_months is None else _months(plan.rmst_months)),
        },
        "horizon": time_text(protocol.horizon_days),
    }


def _given(**values: Any) -> dict[str, Any]:
    """The keys that have a value: the others are left out of the file."""
    return {key: value for key, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    """Numbers of a table without needless decimals."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value if isinstance(value, str) else plain_number(value)


def _months(number: float) -> str:
    return f"{plain_number(number)} month{'' if number == 1 else 's'}"


def _eligibility(rules: Eligibility) -> dict[str, Any]:
    ranges = {
        name: _given(
            min=None if low is None else plain_number(low), max=None if high is None else plain_number(high)
        )
        for name, (low, high) in rules.ranges.items()
    }
    return {**ranges, **{name: list(levels) for name, levels in rules.levels.items()}}


def _arm(arm: Arm, files: dict[str, str]) -> dict[str, Any]:
    following = arm.next_line
    return {
        "name": arm.name,
        "agents": [_agent(regimen, files) for regimen in arm.regimens],
        "treat_until": arm.treat_until.replace("_", " "),
        **_given(
            sequence=[_stage(stage, files) for stage in arm.sequence] or None,
            tace=None if arm.tace is None else _tace(arm.tace),
            ablation=None if arm.ablation is None else _ablation(arm.ablation),
            next_line=None
            if following is None
            else {
                "share": plain_number(following.share),
                "hazard_ratio": plain_number(following.hazard_ratio),
                "source": following.source,
            },
        ),
    }


def _stage(stage: Stage, files: dict[str, str]) -> dict[str, Any]:
    return {
        "give": [files.get(agent, agent) for agent in stage.give],
        **({} if stage.longest_days is None else {"for": time_text(stage.longest_days)}),
        **({"until": "progression"} if stage.until_progression else {}),
    }


def _tace(tace: Tace) -> dict[str, Any]:
    return {
        "kind": tace.kind,
        "planned": [time_text(day) for day in tace.planned_days],
        "repeat": repeat_text(tace.repeat_days, tace.on_demand),
        "demand": tace.demand,
        "wait": time_text(tace.wait_days),
        "max_sessions": plain_number(tace.max_sessions),
        "refractory_after": plain_number(tace.refractory_after),
        **_given(growth_limit=None if tace.growth_limit is None else plain_number(tace.growth_limit)),
        "child_pugh_limit": plain_number(tace.child_pugh_limit),
        **({"until_symptoms": True} if tace.until_symptoms else {}),
        **({"until_withdrawal": True} if tace.until_withdrawal else {}),
        "pause_before": time_text(tace.pause_before_days),
        "pause_after": time_text(tace.pause_after_days),
    }


def _ablation(ablation: Ablation) -> dict[str, Any]:
    return {
        "kind": ablation.kind,
        "at": time_text(ablation.day),
        "response": "complete" if ablation.always_complete else "by size",
    }


def _agent(regimen: Regimen, files: dict[str, str]) -> dict[str, Any]:
    planned = {
        key: text
        for level in regimen.levels[:1]
        for key, text in (
            ("dose", dose_text(level)),
            ("schedule", schedule_text(level.interval_days)),
        )
    }
    return {
        "agent": files.get(regimen.agent, regimen.agent),
        **planned,
        "reduce_to": [_level(level) for level in regimen.levels[1:]],
        **_given(
            lighter=_lighter(regimen.lighter),
            cycle=_cycle(regimen.cycle),
            raise_to=_raise(regimen.raise_to),
        ),
        "start": time_text(regimen.start_day),
        "interrupt_at_grade": plain_number(regimen.interrupt_at_grade),
        "interrupt_for": time_text(regimen.interruption_days),
        "stop_after_last_level": bool(regimen.stop_after_last_level),
    }


def _lighter(doses: LighterDoses | None) -> dict[str, Any] | None:
    if doses is None:
        return None
    return {
        "below": f"{plain_number(doses.below_kg)} kg",
        "doses": [_level(level) for level in doses.levels],
    }


def _cycle(cycle: Cycle | None) -> dict[str, Any] | None:
    return None if cycle is None else {"give": time_text(cycle.on_days), "pause": time_text(cycle.off_days)}


def _raise(raised: Raise | None) -> dict[str, Any] | None:
    if raised is None:
        return None
    return {
        "dose": dose_text(raised.level),
        "schedule": schedule_text(raised.level.interval_days),
        "after": time_text(raised.after_days),
    }


def _level(level: DoseLevel) -> str:
    return f"{dose_text(level)} {schedule_text(level.interval_days)}"
