"""An agent as JSON: its record, its gaps with what fills them, and the occupancy of its targets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hepatrial.agents import Agent, completeness, fillings, occupancy_uncertainty
from hepatrial.gaps import AgentShares
from hepatrial.report.shares_record import shares_record


def agent_record(agent: Agent, shares: AgentShares | None = None) -> dict[str, Any]:
    """Everything that is known of an agent; JSON has no infinity, so that no binding is null.

    ``shares`` of its unknown numbers are added where they were asked for.
    """
    complete = completeness(agent)
    return _finite(
        {
            **asdict(agent),
            "gaps": list(agent.gaps),
            "filled_from_class": [asdict(filling) for filling in fillings(agent)],
            "sourced_percent": complete.percent,
            "missing": list(complete.missing),
            "targets_at_usual_dose": [
                {**asdict(found), "guessed": list(found.guessed)} for found in occupancy_uncertainty(agent)
            ],
            **({} if shares is None else {"shares_of_uncertainty": shares_record(shares)}),
        }
    )


def _finite(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and content in (float("inf"), float("-inf")) else content
