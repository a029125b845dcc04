"""The section of the page on credibility that tells whether the method finds what made its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hepatrial.calibration.ranks import band, ecdf_difference
from hepatrial.disease.parameters import prior_parameters
from hepatrial.figures.calibration import RankPanel, draw_rank_differences
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable

SURE = 0.05
ENOUGH = 30
"""Replicates below which the page calls them few: the share in a 50 % interval is then known to 0.18 at best."""
FEW = "So few show gross errors only: draws that are far too narrow, far too wide, or beside the truth. "
NO_FIT = "Fits: none has been run yet, so that nothing is known of ranks."
OTHER_PRIORS = (
    "The synthetic trials were made with other priors than those that ship now: what is told is of the "
    "method on an earlier version of the model."
)


def simulation_based_section(found: Mapping[str, Any]) -> EvidenceSection:
    """What truths, ranks and coverage say, of the contents of the file."""
    old = () if found["priors"] == prior_parameters().hash else (OTHER_PRIORS,)
    fitted = found["replicates"] > 0
    return EvidenceSection(
        heading="Does the method find what made its numbers",
        explanation=(
            *old,
            "Simulation-based calibration: truths are drawn from the prior; at each, one trial of the size of "
            f"{', '.join(found['trials'])} is simulated, its article read as the published one was, and the "
            f"calibration's method run on it, with {found['draws']} draws. Where the method is right the rank of "
            "the truth among the draws is even. It tells of errors of the method, none of the model.",
            f"Likelihood: {found['truths']} truths were read beside their articles, without a fit. The numbers differ "
            f"by a chi-squared of {found['chi2_of_a_number']:.2f} a number, 1 where the errors of the likelihood "
            "are right.",
            reading_of(found) if fitted else NO_FIT,
        ),
        figures=(rank_figure(found),) if fitted else (),
        tables=(*((coverage_table(found),) if fitted else ()), misfit_table(found)),
        citations=(
            "Talts et al. 2018, arXiv:1804.06788",
            "Säilynoja, Bürkner and Vehtari 2022, 10.1007/s11222-022-10090-6",
        ),
    )


def reading_of(found: Mapping[str, Any]) -> str:
    """In words: which ranks are not even, and how often central intervals hold the truth over all unknowns."""
    rows = ranked(found)
    uneven = [row["name"] for row in found["unknowns"] if row["p_holm"] < SURE]
    shares = ", ".join(
        f"{level} % hold {share:.0%} of truths" for level, share in pooled_coverage(found).items()
    )
    few = FEW if len(rows) < ENOUGH else ""
    told = (
        f"Ranks are uneven, after Holm, of {', '.join(uneven)}."
        if uneven
        else "No ranks are uneven after Holm."
    )
    return (
        f"Fits: {len(rows)} truths were fitted. Over all {len(found['unknowns'])} quantities the central intervals of "
        f"{shares}. {told} {few}Weights were raised to a power of "
        f"{np.median([row['power'] for row in rows]):.2f} (median)."
    )


def ranked(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of replicates that have ranks."""
    return [row for row in found["rows"] if "ranks" in row]


def pooled_coverage(found: Mapping[str, Any]) -> dict[int, float]:
    """Share of truths in the central intervals by level, over all quantities."""
    by_level: dict[int, list[float]] = {}
    for row in found["unknowns"]:
        for each in row["coverage"]:
            by_level.setdefault(each["level_percent"], []).append(each["covered"] / each["of"])
    return {level: float(np.mean(shares)) for level, shares in by_level.items()}


def rank_figure(found: Mapping[str, Any]) -> PageFigure:
    """A panel a quantity."""
    ranks = np.array([row["ranks"] for row in ranked(found)])
    around = band(len(ranks), found["draws"], found["seed"])
    panels = [
        RankPanel(row["name"], ecdf_difference(column, found["draws"]))
        for row, column in zip(found["unknowns"], ranks.T, strict=True)
    ]
    return PageFigure(
        "simulation-based-ranks",
        "Ranks of truths among draws",
        "Share of truths with a rank up to each, minus the share that even ranks have. A line that rises above "
        "the band and then falls below it belongs to draws that are too narrow; first below and then above, "
        "too wide; to one side only, draws that lie beside the truth.",
        draw_rank_differences(panels, around.low, around.high, title="Ranks of truths among draws"),
    )


def coverage_table(found: Mapping[str, Any]) -> PageTable:
    """How often central intervals held the truth, and whether ranks are even."""
    levels = [each["level_percent"] for each in found["unknowns"][0]["coverage"]]
    return PageTable(
        "Truths in central intervals, with 95 % intervals of the share",
        ("quantity", *(f"in {level} %" for level in levels), "p, Holm", "posterior sd", "sd of truths"),
        tuple(
            (
                row["name"],
                *map(_coverage, row["coverage"]),
                PageCell(f"{row['p_holm']:.3f}", strong=row["p_holm"] < SURE),
                f"{row['posterior_sd']:.2f}",
                f"{row['sd_of_truths']:.2f}",
            )
            for row in found["unknowns"]
        ),
        note=f"Made by {found['command']}.",
    )


def misfit_table(found: Mapping[str, Any]) -> PageTable:
    """How far articles lie from the truths that made them."""
    return PageTable(
        "Numbers of an article beside the truth, in standard deviations of the likelihood",
        ("number", "mean", "sd", "truths"),
        tuple(
            (row["name"], f"{row['mean']:+.2f}", f"{row['sd']:.2f}", str(row["truths"]))
            for row in found["numbers"]
        ),
        note="Medians that scans show have no difference inside the scan's blur, and so a small sd.",
    )


def _coverage(each: Mapping[str, Any]) -> PageCell:
    told = f"{each['covered'] / each['of']:.0%} ({each['low']:.0%} to {each['high']:.0%})"
    return PageCell(told, strong=not each["low"] <= each["level_percent"] / 100.0 <= each["high"])
