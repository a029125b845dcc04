"""The long tables of one trial: scans, responses, laboratory values, doses, adverse events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hepatrial.agents import Agent
from hepatrial.disease.liver import albumin_and_bilirubin
from hepatrial.disease.parameters import Parameters
from hepatrial.patients.liver_scores import albi_score, child_pugh_score
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import Arm, Protocol
from hepatrial.response.best import BEST, NOT_ASSESSED, BestResponse, best_response, responses_by_scan
from hepatrial.response.recist import RESPONSES
from hepatrial.simulation.course import NEVER, Events
from hepatrial.simulation.streams import Streams


def tumour_table(
    subject: np.ndarray,
    days: np.ndarray,
    sums: np.ndarray,
    viable: np.ndarray,
    new_lesion: np.ndarray,
    last: np.ndarray,
) -> pl.DataFrame:
    """One row a scan up to ``last`` (n,); ``sums`` and ``viable`` have shape (scans + 1, n), baseline first."""
    day = np.concatenate([[0.0], days])[:, None] + np.zeros(len(subject))
    taken = day <= last
    return _long(
        taken,
        subject=subject[None] + np.zeros_like(day, dtype=np.int64),
        day=day,
        sld_mm=sums,
        viable_sld_mm=viable,
        new_lesion=(new_lesion <= day),
    ).sort("subject", "day")


def response_tables(
    protocol: Protocol,
    subject: np.ndarray,
    days: np.ndarray,
    sums_by_criteria: dict[str, np.ndarray],
    new_lesion: np.ndarray,
    last: np.ndarray,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Response at each scan, and best overall response, by criteria."""
    scans, best = [], []
    rule = protocol.response
    for criteria, sums in sums_by_criteria.items():
        codes = responses_by_scan(sums, new_lesion, days, last, criteria)
        day = days[:, None] + np.zeros(len(subject))
        texts = np.asarray(RESPONSES)[np.maximum(codes, 0)]
        table = _long(
            codes > NOT_ASSESSED,
            subject=subject[None] + np.zeros_like(day, dtype=np.int64),
            day=day,
            response=texts,
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


def lab_table(
    patients: Patients,
    subject: np.ndarray,
    days: np.ndarray,
    last: np.ndarray,
    course: dict[str, np.ndarray],
    parameters: Parameters,
    streams: Streams,
) -> pl.DataFrame:
    """Laboratory values at clinic visits.

    ``days`` has shape (visits,), day 0 first; ``course`` holds ``afp``, ``vegf``, ``svegfr2`` relative to baseline and
    ``albi_change``, shape (visits, n). Measured values carry the assays' error.
    """
    n, visits = len(subject), len(days)
    day = days[:, None] + np.zeros(n)
    taken = day <= last

    def error(name: str, cv: str) -> np.ndarray:
        draws = streams.normal(f"laboratory error of {name}", patients.patient, 4 * (-(-visits // 4)))[
            :, :visits
        ].T
        return np.exp(parameters[f"markers.{cv}"] * draws)

    def baseline(name: str) -> np.ndarray:
        draw = streams.normal(f"baseline of {name}", patients.patient)[:, 0]
        return parameters[f"markers.{name}_baseline_pg_ml"] * np.exp(
            parameters[f"markers.{name}_baseline_log_sd"] * draw
        )

    albumin, bilirubin = (
        np.asarray(values, dtype=np.float64)
        for values in albumin_and_bilirubin(
            patients.albumin_g_l,
            patients.bilirubin_umol_l,
            course["albi_change"],
            parameters["liver.albumin_share"],
        )
    )
    albumin = albumin * error("albumin", "lab_measurement_cv")
    bilirubin = bilirubin * error("bilirubin", "lab_measurement_cv")
    score = child_pugh_score(albumin, bilirubin, patients.inr, patients.ascites, patients.encephalopathy)
    values = {
        "AFP": (patients.afp_ng_ml * course["afp"] * error("AFP", "afp_measurement_cv"), "ng/mL"),
        "ALBUMIN": (albumin, "g/L"),
        "BILIRUBIN": (bilirubin, "umol/L"),
        "ALBI": (albi_score(albumin, bilirubin), "1"),
        "CHILDPUGH": (score.astype(np.float64), "1"),
        "VEGF": (baseline("vegf") * course["vegf"] * error("VEGF", "lab_measurement_cv"), "pg/mL"),
        "SVEGFR2": (
            baseline("svegfr2") * course["svegfr2"] * error("sVEGFR-2", "lab_measurement_cv"),
            "pg/mL",
        ),
    }
    tables = [
        _long(
            taken, subject=subject[None] + np.zeros_like(day, dtype=np.int64), day=day, value=value
        ).with_columns(
            pl.lit(name).alias("parameter"), pl.lit(unit).alias("unit"), pl.lit(False).alias("below_limit")
        )
        for name, (value, unit) in values.items()
    ]
    columns = ("subject", "day", "parameter", "value", "unit", "below_limit")
    return pl.concat(tables).select(columns).sort("subject", "parameter", "day")


def dose_tables(
    arm: Arm, agents: Sequence[Agent], events: Events, subject: np.ndarray, last: np.ndarray
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of the exposure and the adverse-event table of the subjects of one arm.

    ``last`` is the last observed day, shape (n,); treatment ended before it where it was stopped.
    """
    exposure: list[dict[str, object]] = []
    adverse: list[dict[str, object]] = []
    by_name = {regimen.agent: regimen for regimen in arm.regimens}
    for column, agent in enumerate(agents):
        regimen = by_name.get(agent.name)
        if regimen is None:
            continue
        doses = [level.mg_per_day for level in regimen.levels]
        for row, number in enumerate(subject.tolist()):
            end = float(min(last[row], events.stop[row]))
            start, dose, reason, level = 0.0, doses[0], "planned dose", 0
            for day, event, action in _adverse_events_of(events, row, column, agent):
                if day > last[row]:
                    break
                adverse.append(
                    {
                        "subject": number,
                        "day": day,
                        "event": event.name,
                        "grade": event.grade,
                        "action": action,
                    }
                )
                if day > start:
                    exposure.append(_interval(number, start, min(day, end), agent.name, dose, reason))
                if action == "drug withdrawn":
                    start = end
                    break
                resume = min(day + regimen.interruption_days, end)
                exposure.append(_interval(number, day, resume, agent.name, 0.0, "interrupted: adverse event"))
                level += action == "dose reduced"
                start, dose = resume, doses[min(level, len(doses) - 1)]
                reason = "reduced: adverse event" if level else "planned dose"
            if start < end:
                exposure.append(_interval(number, start, end, agent.name, dose, reason))
    return [row for row in exposure if row["end_day"] > row["start_day"]], adverse


def _adverse_events_of(
    events: Events, row: int, column: int, agent: Agent
) -> list[tuple[float, object, str]]:
    found = []
    for place, event in enumerate(agent.adverse_events):
        day = float(events.adverse_event[row, column, place])
        if day >= NEVER:
            continue
        action = "dose interrupted"
        if events.withdrawn[row, column, place] > 0:
            action = "drug withdrawn"
        elif events.reduced[row, column, place] > 0:
            action = "dose reduced"
        found.append((day, event, action))
    return sorted(found, key=lambda item: item[0])


def _interval(
    subject: int, start: float, end: float, agent: str, dose: float, reason: str
) -> dict[str, object]:
    return {
        "subject": subject,
        "start_day": float(start),
        "end_day": float(end),
        "agent": agent,
        "dose_mg_per_day": float(dose),
        "reason": reason,
    }


def _long(taken: np.ndarray, **columns: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({name: np.ascontiguousarray(values[taken]) for name, values in columns.items()})
