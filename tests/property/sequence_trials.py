"""Small trials with stages, pauses and raised doses, for tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hepatrial.agents import load_agent
from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.loading import load_text
from hepatrial.simulation.blocks import Followed, Work, follow_patients

SORAFENIB = "{agent: sorafenib, dose: 400 mg, schedule: twice daily, reduce_to: [400 mg once daily]}"
REGORAFENIB = (
    "{agent: regorafenib, dose: 160 mg, schedule: once daily, cycle: {give: 3 weeks, pause: 1 week}}"
)
RAISED = SORAFENIB.replace("}", ", raise_to: {dose: 600 mg, schedule: twice daily, after: 8 weeks}}")
RECHALLENGE = "[{give: [sorafenib], until: progression}, {give: [], for: 6 weeks}, {give: [sorafenib]}]"
SWITCH = "[{give: [sorafenib], until: progression}, {give: [regorafenib]}]"


def arm(name: str, *agents: str, sequence: str = "", until: str = "progression") -> str:
    """One arm in YAML."""
    stages = f", sequence: {sequence}" if sequence else ""
    return f"  - {{name: {name}, agents: [{', '.join(agents)}], treat_until: {until}{stages}}}"


def protocol_of(*arms: str, endpoints: str = "[OS, TTP, PFS]", horizon: str = "2 years", size: int = 200):
    """A trial of these arms, the last one the control, in SHARP's patients."""
    names = [text.split("name: ")[1].split(",")[0] for text in arms]
    listed = "\n".join(arms)
    return load_text(f"""hepatrial: 1
name: Strategies
population: {{baseline: sharp}}
size: {size}
randomisation: {{ratio: {{{", ".join(f"{name}: 1" for name in names)}}}, block_size: {2 * len(names)}}}
arms:
{listed}
control: {names[-1]}
accrual: {{duration: 12 months}}
visits: {{clinic: 3 weeks, scan: 6 weeks}}
response: {{progression: RECIST 1.1, reported: [RECIST 1.1]}}
endpoints: {endpoints}
data_cut: {{after: 24 months}}
horizon: {horizon}
""")


def inert(name: str, **changes):
    """The agent without targets, injury and adverse events."""
    agent = replace(load_agent(name), affinities=(), liver_injury=None, adverse_events=())
    return replace(agent, **changes)


def harmless(name: str):
    """The agent with its targets but without injury and adverse events."""
    return replace(load_agent(name), liver_injury=None, adverse_events=())


def followed(protocol, *, patients: int = 128, daily: bool = False, **work) -> Followed:
    """Patients followed under every arm."""
    return follow_patients(
        Work(protocol, default_parameters(), 5, block=patients, **work), np.arange(patients), daily=daily
    )


def differing(one, other, *, but: tuple[str, ...] = ()) -> list[str]:
    """Names of the arrays of two tuples that differ in any bit."""
    return [
        name
        for name in one._fields
        if name not in but and not np.array_equal(getattr(one, name), getattr(other, name))
    ]
