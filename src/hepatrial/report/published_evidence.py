"""What was published on the comparisons of a run, with the simulated hazard ratio beside it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp
from typing import Any, get_args

from hepatrial.conduct.endpoints import observed_endpoints
from hepatrial.disease.parameters import fitted_trials
from hepatrial.evidence.collection import Collection, shipped
from hepatrial.evidence.pooling import pool_common
from hepatrial.evidence.questions.comparable import ComparableTrials, comparable_trials
from hepatrial.evidence.questions.counted_trials import CountedTrial
from hepatrial.evidence.treatments import CONTROLS, treatment_of
from hepatrial.evidence.trials import Endpoint
from hepatrial.protocol.design import Arm, Protocol
from hepatrial.report.verdicts import NOTHING, Verdict, against_interval


@dataclass(frozen=True, slots=True)
class EndpointBeside:
    """One comparison of the run on one endpoint, and what was published on it.

    Attributes
    ----------
    arm, control
        Arms of the protocol.
    hr, ci
        Simulated over all virtual patients, with the limits of Monte-Carlo error; None where they can't be estimated.
    one_trial
        Limits of the middle 95 % of replicate trials; None without them.
    published
        None where both arms are the same treatment, or one gives agents in sequence, so that no published trial of the
        registry compares them.
    in_sequence
        Whether one does.
    """

    arm: str
    control: str
    endpoint: str
    hr: float | None
    ci: tuple[float, float] | None
    one_trial: tuple[float, float] | None
    published: ComparableTrials | None
    in_sequence: bool = False

    @property
    def counted(self) -> tuple[CountedTrial, ...]:
        """The published trials."""
        return () if self.published is None else self.published.counted

    @property
    def published_ratio(self) -> tuple[float, float, float] | None:
        """Of the pool, or of the one trial there is, with its limits."""
        if not self.counted or self.published is None:
            return None
        pool = self.published.pooled or pool_common([self.counted[0].effect])
        return pool.hr

    @property
    def prediction(self) -> tuple[float, float] | None:
        """Where the effect of a further trial may lie; None where too few trials tell."""
        pool = None if self.published is None else self.published.pooled
        if pool is None or pool.effect.prediction is None:
            return None
        low, high = pool.effect.prediction
        return exp(low), exp(high)

    @property
    def verdict(self) -> Verdict:
        """Where the simulated ratio lies; it misses where it is outside all published intervals."""
        if self.hr is None or self.published_ratio is None or self.published is None:
            return NOTHING
        kind = "published" if self.published.pooled is None else "pooled"
        found = against_interval(self.hr, list(self.published_ratio[1:]), kind)
        assert found is not None, "both limits are known"
        if not found.misses or self.prediction is None:
            return found
        further = against_interval(self.hr, list(self.prediction), "prediction")
        assert further is not None, "both limits are known"
        return Verdict(f"{found.text}, {further.text}", further.misses)


@dataclass(frozen=True, slots=True)
class PublishedEvidence:
    """All comparisons of a run beside what was published, and the trials behind it.

    Attributes
    ----------
    rows
        One a comparison and endpoint.
    trials
        All trials that count for any of them, each once, by year.
    calibrated_on
        Names of those that the model was calibrated on: agreement with them is a fit.
    """

    rows: tuple[EndpointBeside, ...]
    trials: tuple[CountedTrial, ...]
    calibrated_on: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines of therapy of the trials that count."""
        counted = (row.published for row in self.rows if row.published is not None and row.counted)
        return tuple(dict.fromkeys(line for one in counted for line in one.lines))

    @property
    def line_chosen(self) -> bool:
        """Whether nothing in the protocol says of which line it is."""
        return any(row.published is not None and row.published.line_chosen for row in self.rows)

    @property
    def command(self) -> str:
        """The command that looks closer at the first comparison with a trial."""
        first = next(row for row in self.rows if row.counted)
        effect = first.counted[0].effect
        words = ("--agent", effect.arm, "--control", effect.control, "--endpoint", first.endpoint)
        return shlex.join(("hepatrial", "evidence", "meta", *words))

    @property
    def without(self) -> tuple[str, ...]:
        """What a reader looks for in vain: comparisons and endpoints without a published trial, and why."""
        found = []
        for (arm, control), own in groupby(self.rows, key=lambda row: (row.arm, row.control)):
            missing = [row for row in own if not row.counted]
            if missing and missing[0].in_sequence:
                found.append(
                    f"{arm} v {control}: an arm changes its treatment in sequence, and the registry holds what arms "
                    "began with; no published trial can be set beside them."
                )
            elif missing and missing[0].published is None:
                found.append(
                    f"{arm} v {control}: both arms are one treatment to the registry, which does not tell doses apart; "
                    "no published trial can be set beside them."
                )
            elif missing:
                found.append(f"{arm} v {control}: {_missing_in_words(missing)}")
        return tuple(found)


def published_evidence(protocol: Protocol, summary: Mapping[str, Any]) -> PublishedEvidence:
    """Look up every comparison of a protocol in the registry that ships.

    Records of the user's own are not looked at: a run shall give the same report on every machine.

    Parameters
    ----------
    summary
        Of `hepatrial.report.summary.summary_of`: its comparisons are what was simulated.
    """
    records = Collection(shipped())
    lines = records.trials[protocol.published].lines if protocol.published in records.trials else ()
    rows = tuple(
        _row(protocol, row, lines, records)
        for row in summary["comparisons"]
        if row["endpoint"] in get_args(Endpoint)
    )
    trials = {one.comparison.trial: one for row in rows for one in row.counted}
    by_year = tuple(sorted(trials.values(), key=lambda one: (one.year or 9999, one.effect.study)))
    fitted = (one.effect.study for one in by_year if one.comparison.study in fitted_trials())
    return PublishedEvidence(rows=rows, trials=by_year, calibrated_on=tuple(dict.fromkeys(fitted)))


def _missing_in_words(rows: Sequence[EndpointBeside]) -> str:
    first = rows[0].published
    assert first is not None, "see `PublishedEvidence.without`"
    compared = f"{first.treatment} against {' or '.join(first.controls)}"
    endpoints = " or ".join(row.endpoint for row in rows)
    said = (
        f"the registry has no randomised trial of {compared} with a confirmed hazard ratio for {endpoints}."
    )
    left_out = [one for row in rows if row.published is not None for one in row.published.left_out]
    by_reason: dict[str, list[str]] = {}
    for one in left_out:
        by_reason.setdefault(one.reason, []).append(one.name)
    told = "; ".join(f"{reason}: {', '.join(names)}" for reason, names in by_reason.items())
    return f"{said} Records of both do not count: {told}." if told else said


def _registry_endpoint(protocol: Protocol, endpoint: str) -> str:
    """The registry calls the time to progression after ablation or resection the time to recurrence."""
    return "TTR" if endpoint == "TTP" and "RFS" in observed_endpoints(protocol) else endpoint


def treatment_of_arm(arm: Arm) -> str:
    """What an arm is given as the registry names it; an arm without an agent or procedure is placebo.

    Patients who enter after a complete response have had their resection or ablation before the trial.
    """
    given = [regimen.agent for regimen in arm.regimens]
    if arm.tace is not None:
        given.append("TACE" if arm.tace.kind == "conventional" else "DEB-TACE")
    if arm.ablation is not None and arm.ablation.kind == "thermal" and not arm.ablation.always_complete:
        given.append("ablation")
    return treatment_of(given or [CONTROLS[0]])


def _row(
    protocol: Protocol, row: Mapping[str, Any], lines: Sequence[str], records: Collection
) -> EndpointBeside:
    arms = [protocol.arm(row[key]) for key in ("arm", "control")]
    treatment, control = map(treatment_of_arm, arms)
    in_sequence = any(len(arm.stages) > 1 for arm in arms)
    return EndpointBeside(
        arm=row["arm"],
        control=row["control"],
        endpoint=row["endpoint"],
        hr=row["hr"],
        ci=None if row["ci"] is None else tuple(row["ci"]),
        one_trial=None if row.get("hr_interval_95") is None else tuple(row["hr_interval_95"]),
        published=None
        if treatment == control or in_sequence
        else comparable_trials(
            treatment, control, _registry_endpoint(protocol, row["endpoint"]), lines=lines, records=records
        ),
        in_sequence=in_sequence,
    )
