"""Virtual patients: correlated baseline covariates that match a baseline table.

A Gaussian copula: each covariate has a normal score, the scores are correlated as `data/dependence.yaml`
and `data/matched.yaml` say, and each score is turned into the covariate by the inverse of its marginal
distribution. ALBI, Child-Pugh score and BCLC stage are then computed from what they are defined by, not
drawn. Patients who are not eligible are drawn again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.patients.dependence import correlated, mixing
from hepatrial.patients.drawn import CATEGORICAL, COMPUTED_FROM, DRAWN
from hepatrial.patients.eligibility import failures
from hepatrial.patients.limits import covariate_limits
from hepatrial.patients.liver_scores import albi_score, child_pugh_score
from hepatrial.patients.marginals import category, continuous
from hepatrial.patients.met_status import met_status
from hepatrial.patients.patients import LEVELS, Patients
from hepatrial.patients.table_checks import check_table
from hepatrial.protocol.design import Baseline, Protocol

if TYPE_CHECKING:
    from hepatrial.simulation.streams import Streams

MOST_DRAWS = 2000
"""Draws a patient: 1 eligible in 100 leaves 2 in a thousand million without an eligible draw."""
ENOUGH_DRAWN = 50_000
"""Patients drawn without an eligible one, after which the population counts as empty."""
BCLC_B, BCLC_C = (LEVELS["bclc"].index(stage) for stage in "BC")


def virtual_patients(protocol: Protocol, numbers: np.ndarray, streams: Streams) -> Patients:
    """Virtual patients of a protocol.

    Parameters
    ----------
    protocol
        Gives the baseline table and the eligibility.
    numbers
        Patient numbers, shape (n,), int64. A patient is the same whatever other patients are asked for.
    streams
        Random streams of the run.

    Raises
    ------
    InvalidInput
        If patients cannot be drawn from the table, or remain ineligible after many draws: the population is empty, or
        fewer than about 1 in 100 of the table's patients are eligible.
    """
    check_table(protocol.baseline)
    found: list[Patients] = []
    missing = np.asarray(numbers, dtype=np.int64)
    for attempt in range(MOST_DRAWS):
        drawn = _draw(protocol.baseline, missing, streams, attempt)
        excluded = failures(drawn, protocol.eligibility)
        out = np.logical_or.reduce([np.zeros(len(missing), dtype=bool), *excluded.values()])
        found.append(drawn.select(~out))
        missing = missing[out]
        if missing.size == 0:
            return _in_order(found, numbers)
        if missing.size == len(numbers) and (attempt + 1) * len(numbers) >= ENOUGH_DRAWN:
            break
    raise _empty(excluded, attempt + 1)


def _draw(baseline: Baseline, numbers: np.ndarray, streams: Streams, attempt: int) -> Patients:
    independent = streams.normal(f"baseline, draw {attempt}", numbers, len(DRAWN))
    scores = correlated(independent, mixing(baseline.correlations))
    return patients_of(baseline, numbers, scores, met_status(numbers, streams, attempt))


def patients_of(
    baseline: Baseline, numbers: np.ndarray, scores: np.ndarray, met_high: np.ndarray
) -> Patients:
    """The patients that correlated normal scores, shape (covariates, n), stand for under a baseline table."""
    score = dict(zip(DRAWN, scores, strict=True))

    def level(name: str) -> np.ndarray:
        shares = baseline.categories[name]
        return category(score[name], [shares.get(text, 0.0) for text in CATEGORICAL[name]])

    def number(name: str) -> np.ndarray:
        return covariate_limits()[name].hold(continuous(score[name], baseline.continuous[name]))

    ecog = level("ecog")
    mvi, ehs = (level(name).astype(bool) for name in ("mvi", "ehs"))
    albumin, bilirubin, inr = number("albumin_g_l"), number("bilirubin_umol_l"), number("inr")
    ascites = level("ascites")
    encephalopathy = level("encephalopathy")
    lesions = level("n_target_lesions") + 1
    lesion = covariate_limits()["lesion_mm"]
    return Patients(
        patient=numbers,
        age_years=number("age_years"),
        male=level("male").astype(bool),
        weight_kg=number("weight_kg"),
        region=level("region"),
        aetiology=level("aetiology"),
        ecog=ecog,
        # BCLC C: symptoms, macrovascular invasion or spread (Llovet 1999, 10.1055/s-2007-1007122).
        bclc=np.where((ecog > 0) | mvi | ehs, BCLC_C, BCLC_B),
        mvi=mvi,
        ehs=ehs,
        met_high=met_high,
        n_target_lesions=lesions,
        sld_mm=np.clip(number("sld_mm"), lesion.lowest * lesions, lesion.highest * lesions),
        afp_ng_ml=number("afp_ng_ml"),
        albumin_g_l=albumin,
        bilirubin_umol_l=bilirubin,
        inr=inr,
        ascites=ascites,
        encephalopathy=encephalopathy,
        child_pugh_score=child_pugh_score(albumin, bilirubin, inr, ascites, encephalopathy),
        albi=albi_score(albumin, bilirubin),
        prior_local_therapy=level("prior_local_therapy").astype(bool),
        line=level("line") + 1,
    )


def _in_order(parts: list[Patients], numbers: np.ndarray) -> Patients:
    together = Patients(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in Patients.__slots__}
    )
    order = np.argsort(together.patient, kind="stable")
    return together.select(order[np.searchsorted(together.patient[order], numbers)])


def _entries(name: str) -> str:
    """What of the baseline table decides on a covariate: its own entry, or those that it is computed from."""
    if name not in COMPUTED_FROM:
        return "its entry in the baseline table"
    return f"what it is computed from in the baseline table: {', '.join(COMPUTED_FROM[name])}"


def _empty(excluded: dict[str, np.ndarray], draws: int) -> InvalidInput:
    worst = max(excluded, key=lambda name: excluded[name].sum())
    return InvalidInput(
        (
            Issue(
                rule="population-is-not-empty",
                what="no or hardly any virtual patient is eligible",
                found=f"{worst} excludes most of those left after {draws} draws each",
                allowed="eligibility that at least about 1 in 100 of the baseline table's patients meet",
                fix=f"loosen the limit on {worst}, or change {_entries(worst)}",
            ),
        )
    )
