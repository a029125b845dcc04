"""From an agent in Python back to the text of its file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import yaml

from hepatrial.agents.agent import Agent


def agent_yaml(agent: Agent) -> str:
    """The file of an agent; read again it is the same agent.

    What breaks rules is written as it is, for the reader to name.
    """
    content = asdict(agent)
    del content["file"]
    mg, per_kg = content.pop("usual_dose_mg"), content.pop("usual_dose_mg_per_kg")
    usual = {
        **({"mg": mg} if per_kg is None else {"mg_per_kg": per_kg}),
        "interval_days": content.pop("usual_interval_days"),
    }
    return yaml.safe_dump(
        _given({**content, "usual_dose": usual}), sort_keys=False, allow_unicode=True, width=110
    )


def _given(value: Any) -> Any:
    """The content with lists for tuples and without what is not known: a gap is no key of the file."""
    if isinstance(value, dict):
        return {key: _given(inner) for key, inner in value.items() if inner is not None}
    return [_given(inner) for inner in value] if isinstance(value, (list, tuple)) else value
