"""What a calibration taught, as sections of a page: convergence, prior against posterior, misfits, "
"leave-one-out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hepatrial.calibration.diagnostics import (
    GROUPS,
    IDENTIFIED,
    PARTLY,
    identifiability,
    learnt_unknowns,
    misfits,
)
from hepatrial.calibration.finished import Finished
from hepatrial.calibration.influence import influences
from hepatrial.report.calibration_figures import TITLES, learnt_figures, misfit_figure
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageTable

CONVERGED = {True: "yes: no step lowered it further", False: "no: the fit was stopped after its last step"}
STRONGEST = 4
MISSED_BY = 2.0
EVEN = 0.5
"""Kish's effective share below which weights of draws are called uneven."""


def convergence_section(found: Finished) -> EvidenceSection:
    """How the fit ended, and how far the draws are those of the posterior."""
    record, distinct = found.record, len(np.unique(found.draws, axis=0))
    away = found.draws - found.at.z
    scaled = np.einsum("ni,ij,nj->n", away, found.at.precision, away).mean() / found.draws.shape[1]
    rows = [
        ("command", str(record["command"])),
        (
            "twice the negative log posterior, at the prior's centre and at the end",
            f"{record['objective_at_prior']:.1f}, {found.at.objective:.1f}",
        ),
        ("after every step", ", ".join(f"{value:.1f}" for value in found.objectives) or "no step"),
        ("converged", CONVERGED[bool(record["converged"])]),
        (
            "chi-squared of published numbers",
            f"{record['chi2']:.1f} of {record['observations']}, {len(found.at.z)} unknowns",
        ),
        ("draws, distinct ones", f"{len(found.draws)}, {distinct}"),
        (
            "mean squared distance of draws from the most probable point, 1 by the linear model",
            f"{scaled:.2f}",
        ),
        ("effective share of draws, weighted to the true misfits", f"{record['effective_share']:.3f}"),
        (
            "effective share of the linear model's draws, weighted to the bent one",
            f"{record['effective_share_of_laplace']:.3f}",
        ),
        ("steps of the chains accepted", f"{record['chain_accepted']:.0%}"),
    ]
    power = record.get("power_of_weights")
    if power is not None:
        rows.append(("power to which weights were raised", f"{power:.2f}"))
    return EvidenceSection(
        heading="How the fit ended",
        explanation=(
            "The most probable point by Gauss-Newton steps; draws by chains on a model of the misfits with "
            "slopes and "
            "curvatures, weighted by the misfits themselves.",
            *_draws_told(found, power),
            *(
                ()
                if found.current
                else ("Evidence, priors or populations have changed since this calibration was made.",)
            ),
        ),
        tables=(PageTable("The fit", ("what", "found"), tuple(rows), text_columns=2),),
    )


def _draws_told(found: Finished, power: float | None) -> tuple[str, ...]:
    share = found.record["effective_share"]
    if share >= EVEN:
        return ()
    tempered = "" if power is None or power >= 1.0 else f" They were raised to the power {power:.2f}, so that"
    text = (
        f"Weights of the draws are uneven: {share:.1%} of {len(found.draws)} would be effective."
        + (f"{tempered} half are." if tempered else "")
        + " The draws stand between the model of the misfits and the posterior: their spread is approximate, and "
        "so is every interval that rests on them."
    )
    return (text,)


def learnt_section(found: Finished) -> EvidenceSection:
    """Prior against posterior, by kind of unknown."""
    rows = learnt_unknowns(found)
    counts = tuple(
        (TITLES[group], *(str(sum(r.group == group and r.learnt == how for r in rows)) for how in _LEARNT))
        for group in GROUPS
    )
    return EvidenceSection(
        heading="Prior against posterior",
        explanation=(
            f"Identified: the posterior's standard deviation is below {IDENTIFIED:.0%} of the prior's; "
            f"partly: below "
            f"{PARTLY:.0%}; not at all: the trials left the prior as it was. The wider of two counts, over "
            f"the draws and by "
            "the linear model. The limits are a judgement.",
        ),
        tables=(PageTable("Unknowns by how far they were learnt", ("", *_LEARNT), counts),),
        figures=tuple(learnt_figures(rows)),
    )


_LEARNT = ("identified", "partly", "not at all")


def identifiability_section(found: Finished) -> EvidenceSection:
    """How many directions the trials tell of, and what cannot be told apart."""
    told = identifiability(found)
    largest = ", ".join(f"{value:.1f}" for value in told.information[:8])
    return EvidenceSection(
        heading="What the trials can tell apart",
        explanation=(
            f"{len(found.at.residuals)} published numbers pay for {told.effective_unknowns:.0f} of "
            f"{len(found.at.z)} "
            f"unknowns (sum of information over 1 + information). Along {told.directions_learnt} directions "
            f"they tell more "
            f"than the prior; the largest eigenvalues of their information, in units of the prior's, are "
            f"{largest}.",
            "Unknowns that are correlated cannot be told apart: only their combination is known.",
        ),
        tables=(
            PageTable(
                "Strongest correlations in the linearised posterior",
                ("unknown", "unknown", "correlation"),
                tuple((one.first, one.second, f"{one.value:+.2f}") for one in told.correlations),
                text_columns=2,
            ),
        ),
    )


def misfits_section(found: Finished) -> EvidenceSection:
    """Every published number of the calibration."""
    rows = misfits(found)
    worst = sorted(rows, key=lambda row: -abs(row.at_mode))
    missed = [row for row in worst if abs(row.at_mode) > MISSED_BY]
    expected = math.erfc(MISSED_BY / math.sqrt(2.0)) * len(rows)
    return EvidenceSection(
        heading="How published numbers are met",
        explanation=(
            f"{len(missed)} of {len(rows)} numbers are missed by more than {MISSED_BY:g} standard "
            f"deviations; if errors were "
            f"as assumed and nothing were fitted, chance alone would miss about {expected:.0f}.",
        ),
        figures=(misfit_figure(rows),),
        tables=(
            PageTable(
                f"Missed by more than {MISSED_BY:g} standard deviations",
                ("trial", "number", "published", "misfit", "over the draws"),
                tuple(
                    (
                        row.trial,
                        row.observation.name,
                        f"{row.observation.published:g}",
                        PageCell(f"{row.at_mode:+.2f}", strong=abs(row.at_mode) > 3.0),
                        f"{row.mean:+.2f} ± {row.sd:.2f}",
                    )
                    for row in missed
                ),
                text_columns=2,
            ),
        ),
    )


def left_out_section(found: Finished) -> EvidenceSection:
    """Each calibration trial predicted by the others."""
    scores: dict[str, float] = found.left_out["log_score"]
    ratios = [row for row in found.left_out["rows"] if row["scale"] == "log"]
    return EvidenceSection(
        heading="Calibration trials predicted by the others",
        explanation=(
            "Each trial's numbers are taken out in turn, and the trial is predicted from the rest. The error "
            "is predicted "
            "minus published log hazard ratio over both standard deviations together, sampling and "
            "parameters; variation "
            "between trials is not in it.",
            f"Sum of log predictive densities: {sum(scores.values()):.1f}. Versions of the model are "
            f"compared by it; alone it "
            "has no meaning.",
        ),
        tables=(
            PageTable(
                "Hazard ratios of trials that were left out",
                ("trial", "endpoint", "published", "predicted", "error"),
                tuple(map(_left_out_row, ratios)),
                text_columns=2,
            ),
            PageTable(
                "Log predictive density by trial",
                ("trial", "numbers", "log density"),
                tuple(
                    (
                        trial,
                        str(sum(row["trial"] == trial for row in found.left_out["rows"])),
                        f"{score:.1f}",
                    )
                    for trial, score in scores.items()
                ),
            ),
        ),
    )


def _left_out_row(row: dict[str, Any]) -> tuple[str | PageCell, ...]:
    error = left_out_error(row)
    predicted = row["published"] * math.exp(row["predicted_minus_published"])
    return (
        row["trial"],
        row["endpoint"],
        f"{row['published']:.2f}",
        f"{predicted:.2f}",
        PageCell(f"{error:+.2f}", strong=abs(error) > MISSED_BY),
    )


def left_out_error(row: dict[str, Any]) -> float:
    """Predicted minus published over sampling and parameters together."""
    return row["predicted_minus_published"] / math.hypot(row["sd_over_draws"], row["published_sd"])


def influence_section(found: Finished) -> EvidenceSection:
    """What each hazard ratio of the calibration hangs on, locally."""
    rows = []
    for each in influences(found):
        strongest = "; ".join(f"{name} {share:.0%}" for name, _, share in each.strongest(STRONGEST))
        rows.append(
            (
                each.trial,
                each.observation.endpoint,
                f"{each.prior_sd:.3f}",
                f"{each.posterior_sd:.3f}",
                strongest,
            )
        )
    return EvidenceSection(
        heading="What hazard ratios hang on",
        explanation=(
            "By slopes at the most probable point. The standard deviation of the simulated log hazard ratio "
            "under the prior "
            "and under the posterior, and the unknowns that most of the latter hangs on: the share of its "
            "variance that would "
            "go if that one were known. Shares overlap where unknowns are correlated.",
        ),
        tables=(
            PageTable(
                "Log hazard ratios of calibration trials",
                ("trial", "endpoint", "prior sd", "posterior sd", "strongest unknowns"),
                tuple(rows),
                text_columns=2,
            ),
        ),
    )
