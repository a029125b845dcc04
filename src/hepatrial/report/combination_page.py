"""The page of two agents together: surface, isobologram, nodes, what limits, what escapes, what was ever given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hepatrial.combinations import DRUGGED, WORDS, Combination, best_partner
from hepatrial.conduct.unfitted_warnings import agent_warnings
from hepatrial.figures.combinations import draw_isobologram, draw_node_bars, draw_surface_map
from hepatrial.report.combination_record import combination_record
from hepatrial.report.definitions import NOTICE
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageFigure, PageTable
from hepatrial.signalling import Escape

PAGE = "combination.html"
NETWORK_CITATIONS = ("saezrodriguez2009", "oreilly2006", "dougherty2005", "kawasaki2016", "roux2004")


def combination_output(found: Combination, command: str) -> EvidenceOutput:
    """Everything that the folder holds."""
    first, second = (agent.name for agent in found.agents)
    return EvidenceOutput(
        title=f"{first} with {second}",
        lead=f"{found.tolerability.answer.capitalize()}: {found.tolerability.reason}.",
        sections=(_given(found), _effect(found), _nodes(found), _escape(found)),
        command=command,
        result=combination_record(found),
        tables={"surface": _rows(found)},
        notice=NOTICE,
        warnings=agent_warnings(found.agents),
        page=PAGE,
    )


def _given(found: Combination) -> EvidenceSection:
    trial = found.tolerability.trial
    heading = "Was the pair ever given?"
    if trial is None:
        words = (
            "The table of pairs knows no trial that gave these two together; that none exists is not known."
        )
        return EvidenceSection(heading=heading, explanation=(words,))

    def doses(pairs: Iterable[tuple[float, float]]) -> str:
        return "; ".join(f"{one:g} with {other:g}" for one, other in pairs) or "none told"

    return EvidenceSection(
        heading=heading,
        explanation=(trial.note,),
        tables=(
            PageTable(
                f"{' with '.join(trial.pair)}, mg a day, in {trial.population}",
                ("", "doses"),
                (
                    ("usual doses of each alone", doses([found.usual_doses])),
                    ("tolerated together", doses(trial.tolerated)),
                    ("maximum tolerated dose", doses([trial.mtd] if trial.mtd else [])),
                    ("too toxic together", doses(trial.not_tolerated)),
                    ("given, tolerance not read", doses(trial.given)),
                ),
            ),
        ),
        citations=(trial.source,),
    )


def _effect(found: Combination) -> EvidenceSection:
    figures = [
        PageFigure(
            "surface",
            "Effect and excess over doses",
            "Share of proliferation blocked through the tumour cell's network, typical patient at steady state. "
            "Hatched: additivity is not defined, because one agent alone never has that effect. Loewe's additivity "
            "is of exposures: that exposure rises less than the dose is no interaction.",
            draw_surface_map(found),
        )
    ]
    if found.isoboles:
        figures.append(
            PageFigure(
                "isobologram",
                "Isobologram",
                "Exposure to each agent over that at which it has the effect alone. Below the dotted line a pair "
                "needs less than if one agent stood in for the other. The key tells the exposures alone, relative to "
                "that at the usual dose.",
                draw_isobologram(found),
            )
        )
    usual = found.at_usual_doses
    names = (*(agent.name for agent in found.agents), "both", "excess of both over Bliss")
    values = (usual.first, usual.second, usual.both, usual.bliss_excess)
    return EvidenceSection(
        heading="Effect",
        explanation=(
            f"Proliferation hangs by {100 * found.dependence.erk:.0f} % on ERK and by "
            f"{100 * found.dependence.s6k:.0f} % on S6K: an assumption. Effects on vessels are not in this number.",
            *_assumed_words(found),
            *_zip_words(found),
        ),
        figures=tuple(figures),
        tables=(
            PageTable(
                "Blocked proliferation at usual doses, per cent",
                ("", "value", "90 % interval"),
                tuple(
                    (name, _percent(one[0]), _interval(one)) for name, one in zip(names, values, strict=True)
                ),
                note="Intervals hold what is not known of the network, not of exposure and potency.",
            ),
        ),
        citations=("yadav2015",),
    )


def _assumed_words(found: Combination) -> tuple[str, ...]:
    return tuple(
        f"Of {agent.name} no source gave {', '.join(one.assumed)}; its class stands in."
        for agent, one in zip(found.agents, found.hits, strict=True)
        if one.assumed
    )


def _zip_words(found: Combination) -> tuple[str, ...]:
    if found.zip is None:
        return ("Zero interaction potency (ZIP) needs two agents with an effect of their own.",)
    delta = found.zip.delta[1:, 1:]
    return (
        f"ZIP interaction: mean {100 * delta.mean():.1f}, from {100 * delta.min():.1f} to {100 * delta.max():.1f} per "
        f"cent; its curves miss the surface by {100 * found.zip.residual:.1f} per cent, and interactions below that "
        "say nothing.",
    )


def _nodes(found: Combination) -> EvidenceSection:
    return EvidenceSection(
        heading="Which nodes are hit, and which limits",
        explanation=(
            "An output hangs on a node with 1 if it falls in proportion to what is left of the node, with 0 if it "
            "hangs on others. The last columns show the output if the node is blocked on top of both agents.",
        ),
        figures=(
            PageFigure(
                "nodes",
                "Nodes at usual doses",
                "Bars beyond the dashed line are nodes that the feedbacks released.",
                draw_node_bars(found),
            ),
        ),
        tables=(
            PageTable(
                "Under both agents at usual doses",
                ("node", "ERK hangs on it", "S6K hangs on it", "ERK if blocked", "S6K if blocked"),
                tuple(
                    (
                        DRUGGED[one.node],
                        _share(one.on_erk),
                        _share(one.on_s6k),
                        f"{one.erk_if_blocked:.2f}",
                        f"{one.s6k_if_blocked:.2f}",
                    )
                    for one in found.controls
                ),
            ),
        ),
        citations=NETWORK_CITATIONS,
    )


def _escape(found: Combination) -> EvidenceSection:
    names = (*(agent.name for agent in found.agents), "both")
    return EvidenceSection(
        heading="Which escape remains",
        explanation=(
            "The node that rises most through released feedbacks, what the release gives back of each output, and the "
            "untouched node whose block to a tenth would lower both outputs most.",
        ),
        tables=(
            PageTable(
                "At usual doses",
                (
                    "",
                    "rises most",
                    "ERK given back",
                    "S6K given back",
                    "best partner",
                    "ERK then",
                    "S6K then",
                ),
                tuple(_escape_row(name, one) for name, one in zip(names, found.escapes, strict=True)),
                note="Outputs relative to untreated.",
            ),
        ),
    )


def _escape_row(name: str, one: Escape) -> tuple[str, ...]:
    best = best_partner(one)
    return (
        name,
        "none" if one.node is None else f"{WORDS[one.node]} ({one.activity:.2f})",
        f"{one.erk_given_back:+.2f}",
        f"{one.s6k_given_back:+.2f}",
        "-" if best is None else DRUGGED[best.node],
        "-" if best is None else f"{best.erk:.2f}",
        "-" if best is None else f"{best.s6k:.2f}",
    )


def _rows(found: Combination) -> list[dict[str, Any]]:
    first, second = (f"{agent.name}_mg_per_day" for agent in found.agents)
    surface = found.surface
    return [
        {
            first: float(one),
            second: float(other),
            "effect": float(surface.effects[row, column]),
            "bliss_excess": float(found.bliss[row, column]),
            "loewe_excess": None
            if found.loewe[row, column] != found.loewe[row, column]
            else float(found.loewe[row, column]),
            "zip_delta": None if found.zip is None else float(found.zip.delta[row, column]),
        }
        for row, one in enumerate(surface.first_doses)
        for column, other in enumerate(surface.second_doses)
    ]


def _percent(value: float) -> str:
    return f"{100.0 * value:.1f}"


def _interval(values: tuple[float, float, float]) -> str:
    return f"{_percent(values[1])} to {_percent(values[2])}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
