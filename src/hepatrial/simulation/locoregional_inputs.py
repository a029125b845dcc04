"""Chance and covariates that embolisation and ablation need, drawn for a block of patients."""

from __future__ import annotations

import numpy as np

from hepatrial.disease.individuals import Individuals
from hepatrial.disease.locoregional import locoregional_constants
from hepatrial.disease.parameters import Parameters
from hepatrial.patients.liver_scores import other_points
from hepatrial.patients.patients import Patients
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.locoregional import (
    MOST_LESIONS,
    Locoregional,
    LocoregionalLuck,
    LocoregionalPerson,
)
from hepatrial.simulation.streams import Streams
from hepatrial.treatment.locoregional import most_sessions


def locoregional_inputs(
    protocol: Protocol, patients: Patients, person: Individuals, parameters: Parameters, streams: Streams
) -> Locoregional | None:
    """What the engine needs where an arm embolises or ablates; None for every other protocol."""
    if not protocol.locoregional:
        return None
    adjuvant = any(arm.ablation is not None for arm in protocol.arms)
    return Locoregional(
        person=LocoregionalPerson(
            lesions=patients.n_target_lesions.astype(np.float64),
            resistant_share=person.resistant_ml / (person.sensitive_ml + person.resistant_ml),
            albumin_g_l=patients.albumin_g_l,
            bilirubin_umol_l=patients.bilirubin_umol_l,
            other_points=other_points(patients.inr, patients.ascites, patients.encephalopathy).astype(
                np.float64
            ),
        ),
        luck=_luck(
            patients.patient,
            most_sessions(protocol.arms),
            parameters["ablation.extrahepatic_share" if adjuvant else "tace.extrahepatic_share"],
            parameters,
            streams,
        ),
        constants=locoregional_constants(parameters, adjuvant=adjuvant),
    )


def _luck(
    ids: np.ndarray, sessions: int, extrahepatic_share: float, parameters: Parameters, streams: Streams
) -> LocoregionalLuck:
    """One stream a decision and session: a longer schedule changes nothing of the sessions before."""
    p = parameters

    def by_session(name: str, normal: bool) -> np.ndarray:
        draw = streams.normal if normal else streams.uniform
        drawn = [draw(f"{name}, session {number + 1}", ids)[:, 0] for number in range(sessions)]
        return np.stack(drawn) if drawn else np.empty((0, len(ids)))

    patient = p["tace.kill_patient_logit_sd"] * streams.normal("kill by embolisation", ids)[:, 0]
    intrahepatic, extrahepatic = lesion_thresholds(ids, extrahepatic_share, streams)
    return LocoregionalLuck(
        intrahepatic=intrahepatic,
        extrahepatic=extrahepatic,
        kill=patient + p["tace.kill_session_logit_sd"] * by_session("kill by embolisation", True),
        complete=by_session("complete response to embolisation", False),
        cured=by_session("cure by embolisation", False),
        residue_ml=_residue("tace", by_session("residue of embolisation", True), p),
        injury=np.exp(p["tace.injury_log_sd"] * by_session("injury by embolisation", True)),
        ablation_complete=streams.uniform("complete ablation", ids)[:, 0],
        ablation_residue=streams.uniform("residue of ablation", ids)[:, 0],
        ablation_residue_ml=_residue("ablation", streams.normal("size of residue of ablation", ids)[:, 0], p),
    )


def _residue(treatment: str, draw: np.ndarray, p: Parameters) -> np.ndarray:
    return p[f"{treatment}.residue_ml"] * np.exp(p[f"{treatment}.residue_log_sd"] * draw)


def lesion_thresholds(
    ids: np.ndarray, extrahepatic_share: float, streams: Streams
) -> tuple[np.ndarray, np.ndarray]:
    """Thresholds of the cumulative hazard of new lesions: in the liver (lesions, n), and the first outside (n,).

    The first of any kind keeps the threshold, and so the day, that it has where kinds are not told apart: it
    is outside the liver with the share's probability. As exponential waiting has no memory, the first of the
    other kind comes after a further unit-exponential wait over its own share. Both thresholds are then
    independent and exponential, and so are the waits for the lesions in the liver that follow.
    """
    first = streams.exponential("new lesion", ids)[:, 0]
    outside = streams.uniform("kind of new lesion", ids)[:, 0] < extrahepatic_share
    wait = streams.exponential("new lesion of the other kind", ids)[:, 0]
    with np.errstate(divide="ignore"):
        other = first + wait / np.where(outside, 1.0 - extrahepatic_share, extrahepatic_share)
        later = streams.exponential("later lesion in the liver", ids, MOST_LESIONS - 1).T / (
            1.0 - extrahepatic_share
        )
    inside = np.concatenate([np.where(outside, other, first)[None], later])
    return np.cumsum(inside, axis=0), np.where(outside, first, other)
