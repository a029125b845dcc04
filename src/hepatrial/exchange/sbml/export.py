"""From a protocol, a patient number and an arm to an SBML file."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hepatrial.agents import Agent
from hepatrial.disease.parameters import Parameters, default_parameters
from hepatrial.errors import RunFailed
from hepatrial.exchange.sbml.patient_model import patient_model
from hepatrial.exchange.sbml.treatment_course import treatment_course
from hepatrial.files.whole_file import disk_is_full, write_whole
from hepatrial.patients.patients import Patients
from hepatrial.patients.population import virtual_patients
from hepatrial.protocol.design import Protocol
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.course import follow
from hepatrial.simulation.inputs import assemble
from hepatrial.simulation.streams import Streams


def export_sbml(protocol: Protocol, *, out: Path, patient: int, arm: str, seed: int) -> None:
    """Write one virtual patient of ``protocol`` under ``arm`` to the file ``out``; raises `RunFailed`."""
    import jax

    work = Work(protocol, default_parameters(), seed)
    patients = virtual_patients(protocol, np.array([patient]), work.streams)
    with jax.enable_x64(True):
        text = sbml_text(protocol, work.agents, patients, arm=arm, seed=seed)
    _write(text, out)


def sbml_text(
    protocol: Protocol,
    agents: Sequence[Agent],
    patients: Patients,
    *,
    arm: str,
    seed: int,
    row: int = 0,
    parameters: Parameters | None = None,
) -> str:
    """SBML Level 3 Version 2 of the patient in ``row`` of ``patients`` under ``arm``, treated as the engine did."""
    parameters = default_parameters() if parameters is None else parameters
    streams = Streams(seed)
    inputs = assemble(protocol, agents, patients, parameters, streams)
    number = [a.name for a in protocol.arms].index(arm)
    plan = inputs.plans[number]
    events, _ = follow(
        inputs.person,
        inputs.steps,
        inputs.exposure,
        inputs.luck,
        plan,
        inputs.factors[number],
        inputs.agents,
        inputs.constants,
        inputs.schedule,
        inputs.locoregional,
        days_between_visits=inputs.days_between_visits,
        proportional=inputs.proportional,
        bound_targets=inputs.bound_targets,
    )
    horizon = len(inputs.schedule.scan) * inputs.days_between_visits
    course = treatment_course(events, plan, row, horizon)
    return patient_model(inputs, agents, patients, parameters, streams, course, row, number).text()


def _write(text: str, out: Path) -> None:
    try:
        write_whole(out, text)
    except OSError as error:
        full = disk_is_full(error, out.parent)
        found = os.strerror(errno.ENOSPC) if full else error.strerror or str(error)
        fix = (
            "free some space and export again"
            if full
            else "choose a file in a folder that exists and that you may write to, with --out"
        )
        raise RunFailed(
            f"cannot write the SBML file; nothing was left behind\n  where:   {out}\n  found:   {found}\n"
            f"  fix:     {fix}"
        ) from error
