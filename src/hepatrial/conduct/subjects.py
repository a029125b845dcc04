"""The table of subjects: who they are, and what was observed of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hepatrial.conduct.endpoints import (
    CANCER_DEATH,
    CENSORED,
    DEATH,
    LIVER_DEATH,
    PROGRESSION,
    TOXIC_DEATH,
    Observed,
    causes_of_death,
    death_days,
)
from hepatrial.patients.eligibility import covariate, covariate_text
from hepatrial.patients.patients import LEVELS, Patients
from hepatrial.simulation.course import NEVER
from hepatrial.simulation.events import ADVERSE_EVENT, LIVER_FAILS
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.untreatable import UNTREATABLE_REASONS

NUMBERS = (
    "age_years",
    "weight_kg",
    "n_target_lesions",
    "sld_mm",
    "afp_ng_ml",
    "albumin_g_l",
    "bilirubin_umol_l",
    "inr",
    "child_pugh_score",
    "albi",
    "line",
)
BOOLEANS = ("male", "mvi", "ehs", "met_high", "prior_local_therapy")
DEATHS = {CANCER_DEATH: "death: cancer", LIVER_DEATH: "death: liver", TOXIC_DEATH: "death: toxicity"}


def subject_table(
    patients: Patients,
    subject: np.ndarray,
    arm: np.ndarray,
    randomised_day: np.ndarray,
    stratum: np.ndarray,
    outcomes: Outcomes,
    seen: Observed,
    end: np.ndarray,
    end_reason: np.ndarray,
    endpoints: Sequence[str],
) -> pl.DataFrame:
    """One row a subject; arrays of shape (n,), ``arm``, ``stratum`` and ``end_reason`` as text."""
    columns: dict[str, object] = {
        "subject": subject,
        "patient": patients.patient,
        "arm": arm,
        "randomised_day": randomised_day,
        "stratum": stratum,
    }
    columns |= {name: getattr(patients, name) for name in NUMBERS}
    columns |= {name: getattr(patients, name).astype(bool) for name in BOOLEANS}
    columns |= {name: covariate_text(patients, name) for name in LEVELS}
    columns["mvi_or_ehs"] = covariate(patients, "mvi_or_ehs").astype(bool)
    for endpoint in endpoints:
        columns[f"{endpoint.lower()}_days"], columns[f"{endpoint.lower()}_event"] = seen.coded(endpoint)
    columns |= _on_its_day("symptoms", outcomes.symptoms, outcomes, end)
    columns |= _on_its_day("decompensation", outcomes.decompensation, outcomes, end)
    columns |= _reasons(seen, outcomes, end_reason, endpoints)
    columns |= _treatment(outcomes, end, end_reason)
    return pl.DataFrame(columns)


def end_reasons(end: np.ndarray, drop_out_day: np.ndarray, horizon: float) -> np.ndarray:
    """Why observation ended where it did, as text."""
    return np.where(drop_out_day <= end, "drop-out", np.where(end >= horizon, "end of follow-up", "data cut"))


def _reasons(
    seen: Observed, outcomes: Outcomes, end_reason: np.ndarray, endpoints: Sequence[str]
) -> dict[str, np.ndarray]:
    death = _worded(causes_of_death(outcomes), "")
    no_progression = np.char.add("no progression by last scan: ", end_reason)

    def of_progression(event: np.ndarray, by_new_lesion: np.ndarray) -> np.ndarray:
        progression = np.where(by_new_lesion > 0, "progression: new lesion", "progression: growth")
        without = np.where(event == CENSORED, no_progression, death)
        return np.where(event == PROGRESSION, progression, without)

    cause = _worded(seen.os_event, end_reason)
    reason = of_progression(seen.ttp_event, outcomes.by_new_lesion)
    found = {"os_reason": cause, "ttp_reason": reason, "pfs_reason": reason}
    if "RFS" in endpoints:
        found["rfs_reason"] = np.char.replace(reason.astype(str), "progression: ", "recurrence: ")
    if "TTTP" in endpoints:
        final = of_progression(seen.tttp_event, outcomes.final_by_new_lesion)
        found |= dict.fromkeys(("tttp_reason", "tpfs_reason"), final)
    if "TTUP" in endpoints:
        found |= dict.fromkeys(
            ("ttup_reason", "tspfs_reason"), _untreatable(seen, outcomes, death, end_reason)
        )
    return found


def _worded(cause: np.ndarray, without: np.ndarray | str) -> np.ndarray:
    """Causes of death in words, and what stands ``without`` one."""
    return np.select([cause == code for code in DEATHS], list(DEATHS.values()), without)


def _untreatable(seen: Observed, outcomes: Outcomes, death: np.ndarray, end_reason: np.ndarray) -> np.ndarray:
    codes = outcomes.untreatable_reason.astype(int)
    why = np.select([codes == code for code in UNTREATABLE_REASONS], list(UNTREATABLE_REASONS.values()), "")
    without = np.where(
        seen.ttup_event == CENSORED, np.char.add("treatable at last scan: ", end_reason), death
    )
    return np.where(seen.ttup_event == PROGRESSION, np.char.add("untreatable: ", why), without)


def _on_its_day(
    name: str, event_day: np.ndarray, outcomes: Outcomes, end: np.ndarray
) -> dict[str, np.ndarray]:
    """Time to an event that is noticed on its day, not at a visit; death without it competes, as in TTP."""
    day, death = np.maximum(np.ceil(event_day), 1.0), death_days(outcomes)
    happens = (day <= end) & (event_day < outcomes.death)
    code = np.where(happens, PROGRESSION, np.where(death <= end, DEATH, CENSORED)).astype(np.int8)
    return {
        f"{name}_days": np.where(happens, day, np.minimum(death, end)),
        f"{name}_event": code,
    }


def _treatment(outcomes: Outcomes, end: np.ndarray, end_reason: np.ndarray) -> dict[str, np.ndarray]:
    death = death_days(outcomes)
    days = np.minimum(np.minimum(outcomes.stop, death), end)
    why = outcomes.stop_for_adverse_event
    by_decision = np.select(
        [why == ADVERSE_EVENT, why == LIVER_FAILS], ["adverse event", "decompensation"], "progression"
    )
    if outcomes.untreatable is not None:
        by_decision = np.where(outcomes.untreatable == outcomes.stop, "untreatable progression", by_decision)
    # A stop on the day of death, but after it, is no decision any more.
    alive = np.minimum(outcomes.death, end)
    ended = np.where(
        (outcomes.stop < NEVER) & (outcomes.stop <= alive),
        by_decision,
        np.where(death <= end, "death", np.where(end_reason == "drop-out", "drop-out", "ongoing")),
    )
    return {"treatment_days": days, "treatment_end": ended}
