"""The population of twins: every virtual patient under every arm, observed as the trial's patients are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from hepatrial.conduct.accrual import drop_out_days, entry_days
from hepatrial.conduct.cut_day import twin_cut_day
from hepatrial.conduct.endpoints import observe, observed_endpoints, scans_had
from hepatrial.conduct.replicates import patient_strata
from hepatrial.conduct.scans import assessment_rules
from hepatrial.conduct.subjects import end_reasons, subject_table
from hepatrial.patients.patients import Patients
from hepatrial.response.best import BestResponse
from hepatrial.response.from_tables import best_table
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.trialdata import TrialData


def population_of_twins(
    work: Work, patients: Patients, by_arm: list[Outcomes], best: list[dict[str, BestResponse]]
) -> TrialData:
    """All twins, cut when the share of events is that of the protocol's trial.

    Parameters
    ----------
    by_arm, best
        Outcomes and best responses by criteria of ``patients`` under each arm, in the protocol's order.
    """
    protocol, streams = work.protocol, work.streams
    entry = entry_days(streams.uniform("entry", patients.patient)[:, 0], protocol.accrual)
    lost = drop_out_days(streams.exponential("drop-out", patients.patient)[:, 0], protocol.accrual)
    horizon = np.floor(protocol.horizon_days)
    limit = np.minimum(lost, horizon)
    cut = twin_cut_day(protocol, by_arm, entry, limit)
    end = np.maximum(np.minimum(limit, cut - entry), 0.0)
    reason = end_reasons(end, lost, horizon)
    stratum = patient_strata(protocol, patients).astype(str)
    subjects, responses = [], []
    for arm, outcomes, found in zip(protocol.arms, by_arm, best, strict=True):
        seen = observe(outcomes, end, protocol.visits.scan_interval_days)
        name = np.full(len(patients), arm.name)
        subjects.append(
            subject_table(
                patients,
                patients.patient,
                name,
                entry,
                stratum,
                outcomes,
                seen,
                end,
                reason,
                observed_endpoints(protocol),
            )
        )
        scans = scans_had(outcomes, end, protocol.visits.scan_interval_days)
        responses += [
            best_table(patients.patient, criteria, *response.after(scans)).with_columns(
                pl.lit(arm.name).alias("arm")
            )
            for criteria, response in found.items()
        ]
    return TrialData(
        name=f"{protocol.name}, virtual patients under every arm",
        arms=tuple(arm.name for arm in protocol.arms),
        control=protocol.control,
        simulated=True,
        subjects=pl.concat(subjects),
        best=pl.concat(responses),
        tumour=pl.DataFrame(),
        responses=pl.DataFrame(),
        labs=pl.DataFrame(),
        exposure=pl.DataFrame(),
        adverse_events=pl.DataFrame(),
        cut_day=float(cut) if np.isfinite(cut) else None,
        rules=assessment_rules(protocol),
        # A twin is matched to the patient himself: strata of randomisation have nothing to add.
        plan=replace(protocol.analysis, stratified=False),
        notes=("each patient stands in the table once an arm: twins, not independent subjects",),
    )
