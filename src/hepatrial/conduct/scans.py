"""Tables of scans: measured sums, response at each scan, best overall response."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.conduct.long_table import by_visit, long_table
from hepatrial.protocol.design import Response
from hepatrial.response.best import BEST, NOT_ASSESSED, BestResponse, best_response, responses_by_scan
from hepatrial.response.recist import RESPONSES


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
    rule: Response,
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
            response=np.asarray(RESPONSES)[np.maximum(codes, 0)],
        )
        scans.append(table.with_columns(pl.lit(criteria).alias("criteria")))
        found = best_response(codes, sums, days, rule.confirmation_days, rule.stable_disease_days)
        best.append(best_table(subject, criteria, found))
    return (
        pl.concat(scans).select("subject", "day", "criteria", "response").sort("subject", "criteria", "day"),
        pl.concat(best),
    )


def best_table(subject: np.ndarray, criteria: str, found: BestResponse) -> pl.DataFrame:
    """Best overall response, one row a subject."""
    return pl.DataFrame(
        {
            "subject": subject,
            "criteria": np.full(len(subject), criteria),
            "best": np.asarray([BEST[code] for code in found.code.tolist()]),
            "best_change_percent": pl.Series(found.change_percent, nan_to_null=True),
        }
    )
