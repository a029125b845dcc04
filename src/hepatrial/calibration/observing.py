"""From a row of a data file and the record it points to, the observation that the fit is compared with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from hepatrial.calibration.comparisons import (
    LOGIT_PER_LOG_TIME,
    Comparison,
    Controlled,
    DiedOfToxicity,
    HazardRatio,
    Responders,
    ScannedMedian,
    ScannedShare,
    SpreadContrast,
    Stopped,
    SubgroupHazardRatio,
    Survival,
    SymptomMedian,
    counted_sd,
)
from hepatrial.calibration.discrepancy import Kind, discrepancy_sd
from hepatrial.calibration.observation import Observation, Scale
from hepatrial.calibration.published_numbers import (
    Number,
    Row,
    confirmed_landmark,
    confirmed_number,
    confirmed_ratio,
    confirmed_subgroup_ratio,
)
from hepatrial.evidence.intervals import standard_error_of_log_hr
from hepatrial.units import DAYS_PER_MONTH

CENSORING = 1.2
"""A fifth is added to the error of a Kaplan-Meier share without an interval, over that of a share without censoring."""
SCANNED = ("TTP", "PFS", "TTUP", "TSPFS")
RELATED, ANY_CAUSE = "stopped_for_related_adverse_events_percent", "stopped_for_adverse_events_percent"
BACKGROUND_STOPS = 0.37
"""Largest share under placebo that stopped for an adverse event of whatever cause (record sharp)."""
OTHER_NAMES = {"time_to_radiographic_progression_hr": "TTP"}
"""Endpoints of quantities that records name in the words of their source."""
_NAMED = re.compile(r"(?P<endpoint>[a-z]+)_(?P<what>median_months|percent|hr)")


@dataclass(frozen=True, slots=True)
class _Part:
    """What an observation is made of, beside the row."""

    endpoint: str
    number: Number
    n: int
    scale: Scale
    sd: float
    discrepancy: str
    comparison: Comparison
    shared: str = ""


def observation(row: Row, kind: Kind) -> Observation:
    """The observation of a row.

    Parameters
    ----------
    kind
        Whether the trial is simulated with its own baseline table or with a borrowed one.

    Raises
    ------
    InvalidInput
        The record does not hold the number as confirmed, or nothing is known to compare it with.
    """
    part = _maker(row)(row)
    number = part.number
    return Observation(
        record=row.record,
        arm=str(row.content["arm"]),
        control=row.content.get("control"),
        endpoint=part.endpoint,
        quantity=_named_in_full(row),
        published=number.value,
        interval=number.interval,
        level_percent=number.level_percent,
        n=part.n,
        scale=part.scale,
        sd=part.sd,
        discrepancy_sd=discrepancy_sd(row.content.get("discrepancy", part.discrepancy), kind),
        shared=part.shared,
        source=number.source,
        comparison=part.comparison,
    )


def _named_in_full(row: Row) -> str:
    """The record's name of a quantity, with what tells it from another one of the same name."""
    if "months" in row.content:
        return f"{row.quantity} at {row.content['months']:g} months"
    if "among" in row.content:
        return f"{row.quantity} in {_subgroup(row)}"
    return f"{row.quantity} without against with" if "with" in row.content else row.quantity


def _maker(row: Row) -> Callable[[Row], _Part]:
    if "with" in row.content:
        return _contrast
    if "among" in row.content:
        return _ratio_in_subgroup
    if row.quantity in _MAKERS:
        return _MAKERS[row.quantity]
    named = _NAMED.fullmatch(row.quantity)
    if named is None or named["endpoint"].upper() not in ("OS", *SCANNED):
        raise row.problem(
            "there is nothing in a simulated trial to compare this with",
            row.quantity,
            ", ".join((*_MAKERS, "os_median_months", "ttp_hr", "pfs_percent with months")),
            "take the row out",
        )
    return {"median_months": _median, "percent": _landmark, "hr": _ratio}[named["what"]]


def _endpoint(row: Row) -> str:
    return OTHER_NAMES.get(row.quantity, row.quantity.split("_")[0].upper())


def _median(row: Row) -> _Part:
    number, endpoint = confirmed_number(row), _endpoint(row)
    n, day = _known_size(row, number), number.value * DAYS_PER_MONTH
    arm = str(row.content["arm"])
    if endpoint == "OS":
        sd = _sd_of_median(number, n)
        return _Part("OS", number, n, "logit", sd, "survival", Survival(arm, day, 0.5), "survival")
    # An interval of times that are days of scans says little more than the number of patients.
    how = ScannedMedian(arm, endpoint, day)
    return _Part(endpoint, number, n, "logit", _sd_of_share(0.5, n), "progression", how, "progression")


def _landmark(row: Row) -> _Part:
    endpoint, months = _endpoint(row), float(row.content["months"])
    number = confirmed_landmark(row, endpoint, months)
    n, share, day = _known_size(row, number), number.value / 100.0, months * DAYS_PER_MONTH
    sd = _sd_of_share(share, n)
    if number.interval is not None:
        low, high = (logit(limit / 100.0) for limit in number.interval)
        sd = float(high - low) / (2 * 1.959963984540054)
    arm = str(row.content["arm"])
    if endpoint == "OS":
        return _Part(endpoint, number, n, "logit", sd, "survival", Survival(arm, day, share), "survival")
    how = ScannedShare(arm, endpoint, day, share)
    return _Part(endpoint, number, n, "logit", sd, "progression", how, "progression")


def _ratio(row: Row) -> _Part:
    endpoint = _endpoint(row)
    number = confirmed_ratio(row, endpoint)
    sd = np.nan
    if number.interval is not None and number.level_percent is not None:
        sd = standard_error_of_log_hr(*number.interval, number.level_percent)
    how = HazardRatio(str(row.content["arm"]), str(row.content["control"]), endpoint, number.value)
    # The same patients progress in TTP and in PFS.
    shared = "hazard ratio of progression" if endpoint in ("TTP", "PFS") else ""
    return _Part(endpoint, number, _known_size(row, number), "log", sd, "hazard ratio", how, shared)


def _ratio_in_subgroup(row: Row) -> _Part:
    endpoint = _endpoint(row)
    number = confirmed_subgroup_ratio(row, endpoint)
    among = tuple(str(word) for word in row.content["among"])
    how = SubgroupHazardRatio(
        str(row.content["arm"]), str(row.content["control"]), endpoint, number.value, among
    )
    sd = np.nan
    if number.interval is not None and number.level_percent is not None:
        sd = standard_error_of_log_hr(*number.interval, number.level_percent)
    return _Part(endpoint, number, _known_size(row, number), "log", sd, "hazard ratio", how, "")


def _symptoms(row: Row) -> _Part:
    number = confirmed_number(row)
    n = _known_size(row, number)
    how = SymptomMedian(str(row.content["arm"]), number.value * DAYS_PER_MONTH)
    sd, name = _sd_of_share(0.5, n), "symptomatic progression"
    return _Part(name, number, n, "logit", sd, name, how, name)


def _contrast(row: Row) -> _Part:
    with_it, without = (confirmed_number(row, str(row.content[key])) for key in ("with", "without"))
    sizes = [_known_size(row, number) for number in (with_it, without)]
    sds = [_sd_of_median(number, n) for number, n in zip((with_it, without), sizes, strict=True)]
    how = SpreadContrast(
        str(row.content["arm"]), with_it.value * DAYS_PER_MONTH, without.value * DAYS_PER_MONTH
    )
    return _Part("OS by spread", without, sum(sizes), "logit", float(np.hypot(*sds)), "contrast", how)


def _subgroup(row: Row) -> str:
    return str(row.content.get("subgroup", ""))


def _response(row: Row) -> _Part:
    return _counted("response", row, Responders)


def _control(row: Row) -> _Part:
    return _counted("disease control", row, Controlled)


def _counted(name: str, row: Row, how: type[Responders] | type[Controlled]) -> _Part:
    number = confirmed_number(row, _subgroup(row))
    n = _known_size(row, number)
    patients = number.value if row.quantity.endswith("_patients") else number.value / 100.0 * n
    compared = how(str(row.content["arm"]), str(row.content["criteria"]), patients, n)
    return _Part(name, number, n, "logit", counted_sd(patients, n), name, compared)


def _stops(row: Row) -> _Part:
    """Related stops as printed; of those for whatever cause, the related ones are all, or what is above a placebo's."""
    number = confirmed_number(row)
    n, share = _known_size(row, number), number.value / 100.0
    least = share if row.quantity == RELATED else max(0.0, 1.0 - (1.0 - share) / (1.0 - BACKGROUND_STOPS))
    how = Stopped(str(row.content["arm"]), least * n, share * n, n)
    return _Part("stop", number, n, "logit", counted_sd(share * n, n), "stop", how)


def _toxic_deaths(row: Row) -> _Part:
    number = confirmed_number(row)
    n = _known_size(row, number)
    patients = number.value / 100.0 * n if row.quantity.endswith("_percent") else number.value
    how = DiedOfToxicity(str(row.content["arm"]), patients, n)
    return _Part("toxic death", number, n, "logit", counted_sd(patients, n), "toxic death", how)


_MAKERS: dict[str, Callable[[Row], _Part]] = {
    "symptomatic_progression_median_months": _symptoms,
    "orr_percent": _response,
    "responders_patients": _response,
    "dcr_percent": _control,
    RELATED: _stops,
    ANY_CAUSE: _stops,
    "toxic_deaths": _toxic_deaths,
    "fatal_related_adverse_events_percent": _toxic_deaths,
    "time_to_radiographic_progression_hr": _ratio,
}


def _known_size(row: Row, number: Number) -> int:
    if number.n is None:
        raise row.problem(
            "how many patients the number is of is not confirmed",
            "no n",
            "a number with its patients",
            "take the row out, or confirm n in the record",
        )
    return number.n


def _sd_of_median(number: Number, n: int) -> float:
    """Of the logit of survival at a median: from its interval, or from the number of patients.

    No share is known better than one half of n patients without censoring would be; the intervals of small arms, whose
    curves are steep at the median, can say so.
    """
    if number.interval is None:
        return _sd_of_share(0.5, n)
    low, high = number.interval
    return max(LOGIT_PER_LOG_TIME * standard_error_of_log_hr(low, high), _sd_of_share(0.5, n) / CENSORING)


def _sd_of_share(share: float, n: int) -> float:
    return CENSORING / float(np.sqrt(n * share * (1.0 - share)))
