"""Real two-arm data sets for the tests of reconstruction, and their curves digitised at the drops."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hepatrial.evidence.reconstruction import clean_curve, reconstruct, risk_numbers
from hepatrial.survival import SurvivalTimes, cox, kaplan_meier

SHARED = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """Two arms: code 0 and 1."""

    name: str
    arms: tuple[SurvivalTimes, SurvivalTimes]

    @property
    def events(self):
        return sum(int(arm.event.sum()) for arm in self.arms)

    def cox(self, arms=None):
        return cox_of(*(arms or self.arms))


def cox_of(first, second):
    pooled = SurvivalTimes(
        np.concatenate([first.time_days, second.time_days]), np.concatenate([first.event, second.event])
    )
    return cox(pooled, np.repeat([0, 1], [len(first), len(second)]), ["arm"])


def two_arms(name, time, event, group):
    time, event = np.asarray(time, dtype=float), np.asarray(event).astype(int)
    group = np.asarray(group).astype(int)
    use = np.isfinite(time)
    arms = (SurvivalTimes(time[use & (group == k)], event[use & (group == k)]) for k in (0, 1))
    return Case(name, tuple(arms))


def rows_of(folder):
    with (SHARED / folder / f"{folder}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def column(rows, name):
    return np.array([float(row[name]) if row[name] not in ("", "NA") else np.nan for row in rows])


def hepatocellular_recurrence():
    rows = rows_of("hepatocellular")
    return two_arms("recurrence by vascular invasion", column(rows, "RFS"), column(rows, "Recurrence"),
                    column(rows, "Vascularinvasion") == 1)  # fmt: skip


def hepatocellular_survival():
    rows = rows_of("hepatocellular")
    marker = column(rows, "CXCL17T")
    high = marker > np.nanmedian(marker)
    return two_arms("survival by CXCL17", column(rows, "OS"), column(rows, "Death"), high)


def tcga_lihc():
    rows = rows_of("tcga_lihc")
    return two_arms("TCGA by sex", column(rows, "survival_months"), 1 - column(rows, "censorship"),
                    column(rows, "is_female") == 1)  # fmt: skip


def first_rows(rows, key):
    seen = {}
    for row in rows:
        seen.setdefault(row[key], row)
    return list(seen.values())


def hcc_longitudinal():
    rows = first_rows(rows_of("hcc_longitudinal"), "patient")
    return two_arms("2,360 patients by invasion", column(rows, "os_days_from_visit"), column(rows, "died"),
                    column(rows, "vascular_invasion") == 1)  # fmt: skip


def pbcseq():
    rows = first_rows(rows_of("pbcseq"), "id")
    return two_arms(
        "PBC by arm", column(rows, "futime"), column(rows, "status") == 2, column(rows, "trt") == 1
    )


SHARED_CASES = {
    "hepatocellular": hepatocellular_survival,
    "hepatocellular recurrence": hepatocellular_recurrence,
    "tcga_lihc": tcga_lihc,
    "hcc_longitudinal": hcc_longitudinal,
    "pbcseq": pbcseq,
}


def lifelines_case(name):
    from lifelines import datasets

    if name == "gbsg2":
        data = datasets.load_gbsg2()
        return two_arms(name, data["time"], data["cens"], data["horTh"] == "yes")
    if name == "lung":
        data = datasets.load_lung()
        return two_arms(name, data["time"], data["status"], data["sex"] == 2)
    if name == "waltons":
        data = datasets.load_waltons()
        return two_arms(name, data["T"], data["E"], data["group"] == "miR-137")
    if name == "rossi":
        data = datasets.load_rossi()
        return two_arms(name, data["week"], data["arrest"], data["fin"] == 1)
    if name == "leukemia":
        data = datasets.load_leukemia()
        return two_arms(name, data["t"], data["status"], data["Rx"] == 1)
    data = datasets.load_kidney_transplant()
    return two_arms(name, data["time"], data["death"], data["age"] > data["age"].median())


LIFELINES_CASES = ("gbsg2", "lung", "waltons", "rossi", "leukemia", "kidney_transplant")


@dataclass(frozen=True, slots=True)
class Digitising:
    """How a curve is digitised; the error is of survival, and half of it, in follow-ups, of time."""

    error: float = 0.0
    points: int | None = None
    sampled: bool = False
    risk_times: int = 8
    seed: int = 0
    decimals: int | None = None
    events_known: bool = False


def risk_times(arm, count):
    return np.linspace(0.0, arm.time_days.max(), count + 1)[:-1] if count else np.zeros(1)


def digitised(arm, how):
    """The curve of an arm as a reader would click it, and the numbers at risk under it."""
    km = kaplan_meier(arm)
    end = float(arm.time_days.max())
    at = risk_times(arm, how.risk_times)
    risk = risk_numbers(at, km.at_risk_at(at), time_unit="days")
    drops = km.events > 0
    time, survival = km.time_days[drops], km.survival[drops]
    if how.sampled:
        time = np.union1d(np.linspace(0.0, end, how.points), np.nextafter(at[1:], 0.0))
        survival = km.at(time).estimate
    elif how.points is not None and len(time) > how.points:
        some = np.unique(np.round(np.linspace(0, len(time) - 1, how.points)).astype(int))
        time, survival = time[some], survival[some]
    time, survival = np.append(time, end), np.append(survival, survival[-1])
    noise = np.random.default_rng(how.seed)
    survival = np.clip(survival + how.error * noise.normal(size=len(time)), 0.0, 1.0)
    survival = survival if how.decimals is None else survival.round(how.decimals)
    time = np.maximum(time + how.error / 2 * end * noise.normal(size=len(time)), 0.0)
    curve = clean_curve(time, survival, time_unit="days", per_cent=False, sampled=how.sampled)
    return curve, risk


def rebuilt(case, how, method=None):
    """Both arms, reconstructed."""
    arms = []
    for arm in case.arms:
        curve, risk = digitised(arm, how)
        events = int(arm.event.sum()) if how.events_known else None
        arms.append(reconstruct(curve, risk=risk, events=events, method=method))
    return tuple(arms)


def missed(case, how, method=None):
    """Error of the log hazard ratio, the same in standard errors, and of the events as a share."""
    arms = rebuilt(case, how, method)
    true, found = case.cox(), cox_of(*(arm.times for arm in arms))
    error = float(found.beta[0] - true.beta[0])
    events = sum(arm.events for arm in arms)
    return error, error / float(true.se[0]), events / case.events - 1
