"""What ``hepatrial credibility`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hepatrial.report.credibility_answer import Credibility
from hepatrial.report.credibility_record import credibility_record
from hepatrial.report.definitions import NOTICE

SHOWN = 8


def credibility_lines(answer: Credibility) -> Iterator[str]:
    """The record, shortened to what fits a screen."""
    record = credibility_record(answer)
    judged = record["judgement"]
    yield judged["question"]
    yield ""
    for context in judged["contexts_of_use"]:
        yield (
            f"{context['name']}: influence {context['influence']}, consequence {context['consequence']}, "
            f"risk {context['risk']} (judged)"
        )
    yield f"Not for: {'; '.join(judged['not_for'])}."
    yield ""
    yield from _calibration(record["calibration"])
    yield f"Held out: {', '.join(name for names in record['held_out'].values() for name in names)}"
    yield f"Verified by {len(record['verification'])} tests against independent programs and closed forms"
    yield from _validation(record["validation"])
    yield ""
    yield from _misses(record["calibration"]["misfits"])
    yield ""
    yield "Assumed numbers that the log hazard ratio of OS hangs on most (total Sobol index)"
    for row in record["assumed"][:SHOWN]:
        indices = ", ".join(f"{name} {value:.2f}" for name, value in row["total_index_os_log_hr"].items())
        fitted = (
            "not fitted"
            if row["left_of_prior"] is None
            else f"{row['left_of_prior']:.2f} of its prior sd left"
        )
        yield f"  {row['name']:<44}{indices}; {fitted}"
    yield NOTICE


def _calibration(record: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Fitted to {record['observations']} numbers of {len(record['trials'])} trials and "
        f"{len(record['early_arms'])} "
        f"early ones: chi2 {record['chi2']:.1f}; they pay for {record['effective_unknowns']:.0f} of "
        f"{record['unknowns']} "
        f"unknowns; the fit {'converged' if record['converged'] else 'had not converged'}; effective share "
        f"of draws "
        f"{record['effective_share']:.3f}"
    )
    if not record["current"]:
        yield "Evidence, priors or populations have changed since this calibration was made."


def _validation(record: dict[str, Any] | None) -> Iterator[str]:
    if record is None:
        yield "Validation: no record at hand; `hepatrial validate --out DIR`, then --validation DIR"
        return
    if not record["of_this_posterior"]:
        yield "The record of the validation is of another posterior than this calibration's."
    for group, by_kind in record["groups"].items():
        for kind, scores in by_kind.items():
            if scores is not None:
                yield (
                    f"{group}, {kind} ({scores['n']}): chi2 {scores['chi2']:.1f}, HR = 1 "
                    f"{scores['chi2_null']:.1f}, "
                    f"common sense {scores['chi2_common_sense']:.1f}; {scores['coverage80']:.0%} in 80 % "
                    f"intervals"
                )


def _misses(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "Worst misses of the fit, in standard deviations of the number"
    for row in sorted(rows, key=lambda row: -abs(row["misfit"]))[:SHOWN]:
        yield f"  {row['trial']:<28}{row['number']:<44}{row['misfit']:+.2f}"
