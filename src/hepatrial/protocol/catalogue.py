"""What a protocol may refer to: agents, baseline tables and published records that ship; its population.

Imported late, so that reading a protocol does not load the catalogue before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hepatrial.errors import InvalidInput, Issue
from hepatrial.protocol.design import Baseline, Protocol

if TYPE_CHECKING:
    from hepatrial.agents import Agent

PATIENTS_TRIED = 256
"""Virtual patients that a check draws to see whether anybody may enter."""


def known_agents() -> tuple[str, ...]:
    """Names of the agents of the catalogue."""
    from hepatrial.agents import agent_names

    return tuple(agent_names())


def name_of_synonym(text: str) -> str | None:
    """The name in the catalogue of an agent that the text names otherwise, None if there is none."""
    from hepatrial.agents import name_of_synonym as found

    return found(text)


def usual_mg_per_day(agent: str) -> float | None:
    """The usual daily dose of a known agent, in mg a day; None if the catalogue gives none."""
    from hepatrial.agents import load_agent

    return daily_mg(load_agent(agent))


def daily_mg(record: Agent) -> float | None:
    """The usual daily dose of an agent, in mg a day; None if its file gives none."""
    return record.usual_dose_mg / record.usual_interval_days if record.usual_dose_mg > 0 else None


def reference_weight_kg() -> float:
    """Body weight at which a dose per kg is set beside a usual dose in mg."""
    from hepatrial.agents.pharmacokinetics import REFERENCE_WEIGHT_KG

    return REFERENCE_WEIGHT_KG


def known_baselines() -> tuple[str, ...]:
    """Names of the bundled baseline tables."""
    from hepatrial.patients.baseline import baseline_names

    return tuple(baseline_names())


def baseline_table(name: str) -> Baseline:
    """The bundled baseline table of that name."""
    from hepatrial.patients.baseline import load_baseline

    return load_baseline(name)


def known_records() -> tuple[str, ...]:
    """Names of the published records."""
    from hepatrial.evidence.published import published_names

    return published_names()


def empty_population(protocol: Protocol) -> Issue | None:
    """Why no virtual patients can be found who may enter, by drawing some; None if there are enough.

    The rules see what one limit leaves, or two that define each other; only drawing sees all limits together.
    """
    import numpy as np

    from hepatrial.patients.population import virtual_patients
    from hepatrial.simulation.streams import Streams

    try:
        virtual_patients(protocol, np.arange(PATIENTS_TRIED), Streams(0))
    except InvalidInput as error:
        return error.issues[0]
    return None
