"""What a protocol may refer to: agents and baseline tables that ship with the product.

Imported late, so that reading a protocol does not load the catalogue before it is asked for.
"""

from __future__ import annotations

from hepatrial.protocol.design import Baseline


def known_agents() -> tuple[str, ...]:
    """Names of the agents of the catalogue."""
    from hepatrial.agents import agent_names

    return tuple(agent_names())


def usual_mg_per_day(agent: str) -> float | None:
    """The usual daily dose of a known agent, in mg a day; None if the catalogue gives none."""
    from hepatrial.agents import load_agent

    record = load_agent(agent)
    return record.usual_dose_mg / record.usual_interval_days if record.usual_dose_mg > 0 else None


def known_baselines() -> tuple[str, ...]:
    """Names of the bundled baseline tables."""
    from hepatrial.patients.baseline import baseline_names

    return tuple(baseline_names())


def baseline_table(name: str) -> Baseline:
    """The bundled baseline table of that name."""
    from hepatrial.patients.baseline import load_baseline

    return load_baseline(name)
