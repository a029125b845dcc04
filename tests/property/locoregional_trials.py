"""Small trials with embolisation or ablation, for tests."""

from __future__ import annotations

import numpy as np

from hepatrial.disease.parameters import Parameters, default_parameters
from hepatrial.protocol.loading import load_text
from hepatrial.simulation.blocks import Followed, Work, follow_patients

SORAFENIB = "{agent: sorafenib, dose: 400 mg, schedule: twice daily, start: START}"
NO_KILL = {"tace.complete_share_30_mm": 0.0, "tace.partial_kill": 0.0}
NO_SURGE = {"tace.surge_conventional": 0.0, "tace.surge_beads": 0.0}
NO_INJURY = {"tace.injury_albi": 0.0, "tace.decompensation_share": 0.0, "tace.procedure_death_share": 0.0}
FOUR_FIXED = (
    "{kind: conventional, planned: [0 days], repeat: every 8 weeks, max_sessions: 4, refractory_after: 0, "
    "child_pugh_limit: 15}"
)
ON_DEMAND = "{kind: conventional, repeat: on demand, max_sessions: 4}"


def arm(name: str, *, tace: str = "", ablation: str = "", agent_from: str = "", until: str = "death") -> str:
    """One arm in YAML; ``agent_from`` is when sorafenib starts, none without."""
    agents = f"[{SORAFENIB.replace('START', agent_from)}]" if agent_from else "[]"
    procedures = (f", tace: {tace}" if tace else "") + (f", ablation: {ablation}" if ablation else "")
    return f"  - {{name: {name}, agents: {agents}, treat_until: {until}{procedures}}}"


def protocol_of(*arms: str, endpoints: str = "[OS, TTP]", horizon: str = "1 year", size: int = 200):
    """A trial of these arms, the last one the control, in SHARP's patients without invasion or spread."""
    names = [text.split("name: ")[1].split(",")[0] for text in arms]
    ratio = ", ".join(f"{name}: 1" for name in names)
    listed = "\n".join(arms)
    return load_text(f"""hepatrial: 1
name: Local
population: {{baseline: sharp, eligibility: {{mvi: [no], ehs: [no]}}}}
size: {size}
randomisation: {{ratio: {{{ratio}}}, block_size: {2 * len(names)}}}
arms:
{listed}
control: {names[-1]}
accrual: {{duration: 12 months}}
visits: {{clinic: 4 weeks, scan: 8 weeks}}
response: {{progression: mRECIST, reported: [mRECIST, RECIST 1.1]}}
endpoints: {endpoints}
data_cut: {{after: 12 months}}
horizon: {horizon}
""")


def followed(
    protocol, values: dict[str, float] | None = None, *, patients: int = 128, daily: bool = False, **work
) -> Followed:
    """Patients followed under every arm, with other values of these parameters."""
    parameters: Parameters = default_parameters().with_values(values or {})
    return follow_patients(
        Work(protocol, parameters, 5, block=patients, **work), np.arange(patients), daily=daily
    )


def differing(one, other) -> list[str]:
    """Fields in which two named tuples of arrays differ in any bit."""
    return [name for name in one._fields if not np.array_equal(getattr(one, name), getattr(other, name))]
