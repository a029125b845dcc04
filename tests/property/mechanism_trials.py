"""A small trial in which every way of treating stands in an arm of its own, for tests."""

from __future__ import annotations

from sequence_trials import REGORAFENIB, SORAFENIB

BY_NUMBER = ", raise_to: {dose: 600 mg, schedule: twice daily, after: 8 weeks}}"
RESTING = "[{give: [GIVEN], until: progression}, {give: [], for: 6 weeks}, {give: [GIVEN]}]"
EMBOLISED = (
    "tace: {kind: conventional, repeat: on demand, max_sessions: 4, wait: 2 days, pause_before: 2 days}"
)
ABLATED = "ablation: {kind: thermal}"
WAYS = {
    "together": "",
    "in stages": f"sequence: {RESTING}",
    "with sessions": EMBOLISED,
    "after ablation": ABLATED,
}
"""How an arm gives its agents, beside the agents themselves."""


def arm_of(name: str, agents: dict[str, str], way: str) -> str:
    """An arm that gives agents, by name, in one of `WAYS`; without agents what is left of the way."""
    rest = WAYS[way].replace("GIVEN", ", ".join(agents))
    if not agents and rest.startswith("sequence"):
        rest = ""
    beside = f", {rest}" if rest else ""
    return f"  - {{name: {name}, agents: [{', '.join(agents.values())}], treat_until: progression{beside}}}"


ALONE = {"sorafenib": SORAFENIB}
RAISED = {"sorafenib": SORAFENIB.replace("}", BY_NUMBER)}
PARTNERED = {"sorafenib": SORAFENIB, "regorafenib": REGORAFENIB}


def arms(agents: dict[str, str], suffix: str) -> list[str]:
    """One arm for each of `WAYS`."""
    return [arm_of(f"{way} {suffix}", agents, way) for way in WAYS]
