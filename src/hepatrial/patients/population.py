"""Virtual patients: correlated baseline covariates that match a baseline table.

A Gaussian copula: each covariate has a normal score, the scores are correlated as `data/dependence.yaml`
and `data/matched.yaml` say, and each score is turned into the covariate by the inverse of its marginal
distribution. ALBI, Child-Pugh score and BCLC stage are then computed from what they are defined by, not
drawn. Patients who are not eligible are drawn again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.patients.dependence import DRAWN, mixing
from hepatrial.patients.eligibility import failures
from hepatrial.patients.limits import covariate_limits
from hepatrial.patients.liver_scores import albi_score, child_pugh_score
from hepatrial.patients.marginals import category, continuous
from hepatrial.patients.patients import LEVELS, Patients
from hepatrial.protocol.design import Baseline, Protocol

if TYPE_CHECKING:
    from hepatrial.simulation.streams import Streams

MOST_DRAWS = 200
BCLC_B, BCLC_C = (LEVELS["bclc"].index(stage) for stage in "BC")
YES_NO = ("no", "yes")


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
        If patients remain ineligible after many draws: the population is empty or nearly so.
    """
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
    raise _empty(excluded)


def _draw(baseline: Baseline, numbers: np.ndarray, streams: Streams, attempt: int) -> Patients:
    scores = streams.normal(f"baseline, draw {attempt}", numbers, len(DRAWN)) @ mixing().T
    return patients_of(baseline, numbers, scores)


def patients_of(baseline: Baseline, numbers: np.ndarray, scores: np.ndarray) -> Patients:
    """The patients that correlated normal scores, shape (n, len(DRAWN)), stand for under a baseline table."""
    column = {name: scores[:, place] for place, name in enumerate(DRAWN)}

    def level(name: str, levels: Sequence[str]) -> np.ndarray:
        return category(column[name], [baseline.categories[name].get(text, 0.0) for text in levels])

    def number(name: str) -> np.ndarray:
        return covariate_limits()[name].hold(continuous(column[name], baseline.continuous[name]))

    ecog = level("ecog", LEVELS["ecog"])
    mvi, ehs = (level(name, YES_NO).astype(bool) for name in ("mvi", "ehs"))
    albumin, bilirubin, inr = number("albumin_g_l"), number("bilirubin_umol_l"), number("inr")
    ascites = level("ascites", LEVELS["ascites"])
    encephalopathy = level("encephalopathy", LEVELS["encephalopathy"])
    return Patients(
        patient=numbers,
        age_years=number("age_years"),
        male=level("male", YES_NO).astype(bool),
        weight_kg=number("weight_kg"),
        region=level("region", LEVELS["region"]),
        aetiology=level("aetiology", LEVELS["aetiology"]),
        ecog=ecog,
        # BCLC C: symptoms, macrovascular invasion or spread (Llovet 1999, 10.1055/s-2007-1007122).
        bclc=np.where((ecog > 0) | mvi | ehs, BCLC_C, BCLC_B),
        mvi=mvi,
        ehs=ehs,
        n_target_lesions=level("n_target_lesions", ("1", "2", "3", "4", "5")) + 1,
        sld_mm=number("sld_mm"),
        afp_ng_ml=number("afp_ng_ml"),
        albumin_g_l=albumin,
        bilirubin_umol_l=bilirubin,
        inr=inr,
        ascites=ascites,
        encephalopathy=encephalopathy,
        child_pugh_score=child_pugh_score(albumin, bilirubin, inr, ascites, encephalopathy),
        albi=albi_score(albumin, bilirubin),
        prior_local_therapy=level("prior_local_therapy", YES_NO).astype(bool),
        line=level("line", tuple(str(n) for n in range(1, 11))) + 1,
    )


def _in_order(parts: list[Patients], numbers: np.ndarray) -> Patients:
    together = Patients(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in Patients.__slots__}
    )
    order = np.argsort(together.patient, kind="stable")
    return together.select(order[np.searchsorted(together.patient[order], numbers)])


def _empty(excluded: dict[str, np.ndarray]) -> InvalidInput:
    worst = max(excluded, key=lambda name: excluded[name].sum())
    return InvalidInput(
        (
            Issue(
                rule="population-is-not-empty",
                what="no or hardly any virtual patient is eligible",
                found=f"{worst} excludes most of those left after {MOST_DRAWS} draws each",
                allowed="eligibility that part of the baseline table's patients can meet",
                fix=f"loosen the limit on {worst}, or change its entry in the baseline table",
            ),
        )
    )
