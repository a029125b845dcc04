"""The catalogue of agents as a page: the map of targets, and a table of what is known of each agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hepatrial.agents import ACTING_TARGETS, Agent, completeness, fillings, occupancy_uncertainty
from hepatrial.evidence.references import keys_in
from hepatrial.figures.target_map import READING, draw_target_map
from hepatrial.gaps import AgentShares
from hepatrial.report.agents_record import agent_record
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.report.shares_record import shares_rows, shares_section

PARTS = ("clearance_l_per_h", "fraction_unbound", "active_moiety_ratio", "effective_potency", "potency")
"""What the variance of occupancy is made of, in the order of the table's columns."""


def agents_output(agents: Sequence[Agent], command: str, shares: AgentShares | None = None) -> EvidenceOutput:
    """Everything that a folder about agents holds; ``shares`` of one agent's unknown numbers where asked for."""
    found = {agent.name: occupancy_uncertainty(agent) for agent in agents}
    figure = PageFigure(
        "targets", "Targets by agents", READING, draw_target_map(agents, found, ACTING_TARGETS)
    )
    section = EvidenceSection(
        heading="Agents and their targets",
        explanation=(
            "Typical patient, Child-Pugh A, start of treatment. Numbers without a source stay gaps of the record; "
            "where the model cannot do without them they come from the agent's class, wide and graded assumed.",
        ),
        figures=(figure,),
        tables=(_completeness(agents), _uncertainty(agents, found)),
        citations=tuple(
            dict.fromkeys(
                key
                for agent in agents
                for _, quantity in agent.quantities()
                if quantity.grade != "assumed"
                for key in keys_in(quantity.source)
            )
        ),
    )
    return EvidenceOutput(
        title="The catalogue of agents",
        lead="What is known of each agent, what is not, and what its usual dose does to its targets.",
        sections=(section,) if shares is None else (section, shares_section(shares)),
        command=command,
        result={"agents": [agent_record(agent, shares) for agent in agents]},
        tables={
            "targets": [row for agent in agents for row in _rows(agent, found[agent.name])],
            **({} if shares is None else {"shares": shares_rows(shares)}),
        },
        page="agents.html",
    )


def _completeness(agents: Sequence[Agent]) -> PageTable:
    rows = []
    for agent in agents:
        complete = completeness(agent)
        filled = ", ".join(filling.words for filling in fillings(agent))
        rows.append(
            (
                agent.name,
                agent.drug_class,
                ", ".join(complete.missing) or "none",
                filled or "none",
                f"{complete.percent}%",
            )
        )
    return PageTable(
        caption="What has a source, what is missing, what the class fills",
        head=("agent", "class", "missing", "filled from the class", "sourced"),
        rows=tuple(rows),
        text_columns=4,
    )


def _uncertainty(agents: Sequence[Agent], found: dict[str, Any]) -> PageTable:
    rows = [
        (
            agent.name,
            each.target,
            each.ratio_text,
            f"{each.occupancy:.0%} ({each.low:.0%} to {each.high:.0%})",
            f"{each.assumed_share:.0%}",
            each.contributions[0].quantity.replace("_", " "),
        )
        for agent in agents
        for each in found[agent.name]
        if each.high >= 0.05
    ]
    return PageTable(
        caption="Occupancy at the usual dose, its 95% interval, and how much of it assumed numbers make",
        head=("agent", "target", "free / K", "occupancy", "of the variance, assumed", "largest part"),
        rows=tuple(rows),
        note="Targets whose interval stays below 5% are left out; targets.csv has them all.",
        text_columns=2,
    )


def _rows(agent: Agent, found: Any) -> list[dict[str, Any]]:
    return [
        {
            "agent": agent.name,
            "target": each.target,
            "free_over_constant": each.free_over_constant,
            "log_sd": each.log_sd,
            "occupancy": each.occupancy,
            "low": each.low,
            "high": each.high,
            "assumed_share": each.assumed_share,
            **{
                f"share_of_{part}": sum(
                    one.share for one in each.contributions if one.quantity.split(" ")[0] == part
                )
                for part in PARTS
            },
        }
        for each in found
    ]
