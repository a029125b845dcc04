"""From a protocol, a patient number and an arm to an SBML file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hepatrial.agents import Agent
from hepatrial.disease.parameters import Parameters, default_parameters
from hepatrial.errors import RunFailed
from hepatrial.exchange.sbml.patient_model import patient_model
from hepatrial.exchange.sbml.treatment_course import treatment_course
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
    write_atomically(text, out)


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
        days_between_visits=inputs.days_between_visits,
        proportional=inputs.proportional,
    )
    horizon = len(inputs.schedule.scan) * inputs.days_between_visits
    course = treatment_course(events, plan, row, horizon)
    return patient_model(inputs, agents, patients, parameters, streams, course, row, number).text()


def write_atomically(text: str, out: Path) -> None:
    """Write ``text`` to ``out`` in one step, so that no half-written file is ever seen; raises `RunFailed`."""
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, out)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise RunFailed(
            f"cannot write the SBML file\n  where:   {out}\n  found:   {error.strerror or error}\n"
            "  fix:     choose a file in a folder that exists and that you may write to, with --out"
        ) from error
