"""Tables of scans: measured sums, response at each scan, best overall response."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.conduct.long_table import by_visit, long_table
from hepatrial.protocol.design import Protocol
from hepatrial.response.best import best_response
from hepatrial.response.from_tables import best_table
from hepatrial.response.rules import AssessmentRules
from hepatrial.response.scan_responses import NOT_ASSESSED, response_names, responses_by_scan


def assessment_rules(protocol: Protocol) -> AssessmentRules:
    """The rules of a protocol by which its scans are read."""
    return AssessmentRules(
        progression=protocol.response.progression,
        confirmation_days=protocol.response.confirmation_days,
        stable_disease_days=protocol.response.stable_disease_days,
        scan_interval_days=protocol.visits.scan_interval_days,
    )


def tumour_table(
    subject: np.ndarray,
    days: np.ndarray,
    sums: np.ndarray,
    viable: np.ndarray,
    new_lesion: np.ndarray,
    last: np.ndarray,
) -> pl.DataFrame:
    """One row a scan up to ``last`` (n,); ``sums`` and ``viable``: shape (scans + 1, n), baseline first."""
    day = np.concatenate([[0.0], days])[:, None] + np.zeros(len(subject))
    return long_table(
        day <= last,
        subject=by_visit(subject, len(day)),
        day=day,
        sld_mm=sums,
        viable_sld_mm=viable,
        new_lesion=new_lesion <= day,
    ).sort("subject", "day")


def response_tables(
    rules: AssessmentRules,
    subject: np.ndarray,
    days: np.ndarray,
    sums_by_criteria: dict[str, np.ndarray],
    new_lesion: np.ndarray,
    last: np.ndarray,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Response at each scan up to ``last`` (n,), and best overall response, by criteria."""
    scans, best = [], []
    for criteria, sums in sums_by_criteria.items():
        codes = responses_by_scan(sums, new_lesion, days, last, criteria)
        table = long_table(
            codes > NOT_ASSESSED,
            subject=by_visit(subject, len(days)),
            day=days[:, None] + np.zeros(len(subject)),
            response=response_names(codes),
        )
        scans.append(table.with_columns(pl.lit(criteria).alias("criteria")))
        found = best_response(codes, sums, days, rules.confirmation_days, rules.stable_disease_days)
        best.append(best_table(subject, criteria, found.code[:, -1], found.change_percent[:, -1]))
    return (
        pl.concat(scans).select("subject", "day", "criteria", "response").sort("subject", "criteria", "day"),
        pl.concat(best),
    )
