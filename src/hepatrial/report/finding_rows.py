"""Published findings that the summary has no key for, beside the simulation: response, treatment, safety."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

from hepatrial.protocol.design import Protocol
from hepatrial.report.fit_record import fitted_numbers
from hepatrial.report.formatting import MISSING, number, signed
from hepatrial.report.published_rates import ArmSize, PublishedRate, arm_sizes, finding, published_rate
from hepatrial.report.simulated_findings import OF_GRADE, Simulated, Source, simulated_finding
from hepatrial.report.verdicts import NOTHING, Verdict, judged_rate, judged_trial_rate

NAMES = {
    "complete_response_percent": "complete response, %",
    "partial_response_percent": "partial response, %",
    "stable_disease_percent": "stable disease, %",
    "progressive_disease_percent": "progressive disease, %",
    "symptomatic_progression_median_months": "time to symptomatic progression, median, months",
    f"related_adverse_events{OF_GRADE}": "treatment-related event of grade 3 or more, %",
    "dose_reduced_percent": "dose reduced, %",
    "interrupted_percent": "treatment interrupted, %",
    "stopped_for_related_adverse_events_percent": "stopped for a treatment-related event, %",
    "stopped_for_adverse_events_percent": "stopped for any adverse event, %",
    "mean_daily_dose_mg": "mean daily dose, mg",
    "more_than_80_percent_of_planned_dose_percent": "took more than 80 % of the planned dose, %",
    "continued_after_progression_percent": "treated after progression, %",
    "tace_sessions_1_percent": "one session of embolisation, %",
    "tace_sessions_2_percent": "two sessions, %",
    "tace_sessions_gt2_percent": "more than two sessions, %",
    f"diarrhoea{OF_GRADE}": "diarrhoea of grade 3 or more, %",
    f"hand_foot_skin_reaction{OF_GRADE}": "hand-foot skin reaction of grade 3 or more, %",
    f"fatigue{OF_GRADE}": "fatigue of grade 3 or more, %",
}
"""Quantities that are shown, in their order; others of a record are not of the course of an arm."""

BEST = "simulated: best response up to the data cut, a response confirmed"
NO_EVENTS = "only events of the catalogue's agents are simulated: none in an arm without active agent"
DIFFERENCES = {
    "complete_response_percent": BEST,
    "partial_response_percent": BEST,
    "progressive_disease_percent": BEST,
    "symptomatic_progression_median_months": "simulated: to the day itself on which symptoms progress, death "
    "without it censored; published: by the trial's questionnaire; whether death counted was not read",
    f"related_adverse_events{OF_GRADE}": "simulated: events of the catalogue, while on treatment, of all subjects",
    "interrupted_percent": "simulated: days without dose after an event; who is withdrawn at the first event has none, "
    "and who is treated for a short time has little time for one",
    "dose_reduced_percent": "simulated: a lower dose was taken; who stops before the interruption is over has none",
    "stopped_for_related_adverse_events_percent": "simulated: all virtual patients, up to the data cut",
    "stopped_for_adverse_events_percent": "not the same: published for events of any cause, of the disease as of the "
    "agent; simulated for events of the agent",
    "mean_daily_dose_mg": "simulated: mg taken over days on the agent, interruptions included; whether the published "
    "mean includes them was not read",
    "more_than_80_percent_of_planned_dose_percent": "planned: the starting dose on every day on the agent; the "
    "published definition was not read",
    "continued_after_progression_percent": "simulated: of those with progression; of whom it is published was not read",
}
NOT_COMPARABLE = {
    "symptomatic_progression_median_months",
    "stopped_for_adverse_events_percent",
    "mean_daily_dose_mg",
    "more_than_80_percent_of_planned_dose_percent",
    "continued_after_progression_percent",
}


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A source as it is shown: a name, and an address where it has one."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A published finding of one arm with its simulated counterpart.

    Attributes
    ----------
    simulated, of
        The number, a dash where a run has none, and whom it is of.
    interval
        95 % interval of a published share and what it was computed from; empty for another number.
    difference
        What the simulated number means that the published one does not.
    sources, reprint
        Where it was read; whether that is a reprint.
    """

    measure: str
    arm: str
    simulated: str
    of: str
    published: str
    interval: str
    verdict: str
    misses: bool
    difference: str
    sources: tuple[SourceLink, ...]
    reprint: bool

    @property
    def failure(self) -> str:
        """The row as one of a list of failures."""
        said = f"{self.published} ({self.interval})" if self.interval else self.published
        end = f" Mind the definition, {self.difference}." if self.difference else ""
        return (
            f"{self.measure}, {self.arm}: simulated {self.simulated}, published {said}: {self.verdict}.{end}"
        )


def finding_rows(
    published: dict[str, Any] | None, sources: dict[str, Source], protocol: Protocol
) -> tuple[FindingRow, ...]:
    """Rows of all findings of whole arms, in the order of `NAMES`; ``sources`` are by arm."""
    if published is None:
        return ()
    sizes = arm_sizes(published, protocol)
    own = [row for row in published["findings"] if row["of"] in sources and not row["subgroup"]]
    return tuple(
        _row(quantity, row, published, sources[row["of"]], sizes.get(row["of"]), protocol)
        for quantity in NAMES
        for row in own
        if quantity in row["values"]
    )


def _row(
    quantity: str,
    row: dict[str, Any],
    published: dict[str, Any],
    source: Source,
    size: ArmSize | None,
    protocol: Protocol,
) -> FindingRow:
    there, arm = float(row["values"][quantity]), row["of"]
    simulated = simulated_finding(source, quantity)
    is_share = quantity.endswith("_percent")
    count = finding(published, arm, quantity.replace("_percent", "_patients"))
    known = published_rate(there, count, size) if is_share else PublishedRate(there, None, None, None, "")
    difference, comparable = _definition(quantity, published, source, protocol)
    verdict = _judged(simulated, known) if comparable else _difference(simulated, there)
    return FindingRow(
        measure=NAMES[quantity],
        arm=arm,
        simulated=MISSING if simulated is None else number(simulated.value),
        of="" if simulated is None else "one trial" if simulated.one_trial else "all virtual patients",
        published=number(there),
        interval=known.interval,
        verdict=f"{verdict.text}; fitted" if _fitted(quantity, arm, protocol) else verdict.text,
        misses=verdict.misses,
        difference=difference,
        sources=source_links(row["source"]),
        reprint=is_reprint(row["source"], row["note"]),
    )


def _fitted(quantity: str, arm: str, protocol: Protocol) -> bool:
    """Whether the published number was a target of the calibration."""
    return (arm, None, quantity) in set(fitted_numbers(protocol.published))


def _judged(simulated: Simulated | None, known: PublishedRate) -> Verdict:
    if simulated is None:
        return NOTHING
    if simulated.one_trial and None not in (simulated.count, known.count, known.n):
        return judged_trial_rate(simulated.count, simulated.n, known.percent, known.count, known.n)
    return judged_rate(simulated.value, known.percent, known.limits)


def _difference(simulated: Simulated | None, there: float) -> Verdict:
    if simulated is None:
        return NOTHING
    return Verdict(f"{signed(simulated.value - there)}, not judged", False)


def _definition(
    quantity: str, published: dict[str, Any], source: Source, protocol: Protocol
) -> tuple[str, bool]:
    """What is different by definition, and whether the numbers can be judged all the same."""
    if quantity.endswith(OF_GRADE) and not source.treated:
        return NO_EVENTS, True
    if quantity != "stable_disease_percent":
        return DIFFERENCES.get(quantity, ""), quantity not in NOT_COMPARABLE
    lasting = (
        f"simulated: stable for at least {protocol.response.stable_disease_days:g} days, up to the data cut"
    )
    control = next((row["dcr_percent"] for row in published["arms"] if row["arm"] == source.arm), None)
    best = ("complete_response_percent", "partial_response_percent", quantity)
    together = sum(finding(published, source.arm, name) or 0.0 for name in best)
    # One point for the rounding of three shares: more cannot be the disease control of the same publication.
    if control is not None and together > control + 1.0:
        return f"{lasting}; published: of any length, as disease control was {number(control)} %", False
    return lasting, True


def source_links(text: str) -> tuple[SourceLink, ...]:
    """The parts of a source text, which semicolons divide; addresses are named by their host."""
    found = []
    for part in dict.fromkeys(piece.strip() for piece in text.split(";")):
        address = next((word for word in part.split() if word.startswith(("http://", "https://"))), "")
        found.append(SourceLink(urlparse(address).netloc or part, address))
    return tuple(dict.fromkeys(found))


def is_reprint(source: str, note: str | None) -> bool:
    """Whether a source is a reprint of a text whose original was not read."""
    return "reprint" in f"{source} {note or ''}".lower()
