"""By which criteria and by whom progression and response were read; trials that differ in it differ in the endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import study_of
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.trials import PublishedTrial

READ_ON_SCANS = ("PFS", "TTP", "RFS", "TTR", "TTUP", "ORR", "DCR")
NOT_RECORDED = "not recorded"
CENTRAL = {"BICR", "BIRC", "CIR", "IIR", "IRC", "IRF", "IRRC", "independent"}
"""What reports call readers who are not the investigators."""
A_NUMBER_IN_BRACKETS = re.compile(r"\s*\([^)]*\d[^)]*\)")


def reading_caution(endpoint: str, reports: Iterable[tuple[str, str]], known: Collection) -> Iterator[str]:
    """A sentence on how the endpoint was read, trial by trial; none for survival, nor for a single trial.

    Parameters
    ----------
    endpoint
        The endpoint that is read on scans.
    reports
        Name of each trial and key of the report that gives its effect.

    Notes
    -----
    mRECIST measures the part of a tumour that takes up contrast, RECIST all of it, and criteria made for TACE count
    other events; nor do central readers and investigators date progression alike. What that does to a ratio differs
    from trial to trial, and passes for heterogeneity.

    References
    ----------
    Lencioni & Llovet 2010, 10.1055/s-0030-1247132; Llovet, Montal & Villanueva 2019, 10.1016/j.jhep.2019.01.028.
    """
    if endpoint not in READ_ON_SCANS:
        return
    groups: dict[str, list[str]] = {}
    for name, report in reports:
        groups.setdefault(reading_of(known[report], known), []).append(name)
    if sum(map(len, groups.values())) < 2:
        return
    told = "; ".join(
        f"{how} ({names_in_a_row(names)})"
        for how, names in sorted(groups.items(), key=lambda row: (row[0] == NOT_RECORDED, row[0]))
    )
    if len(groups) == 1:
        yield f"{endpoint} was read alike in all trials as far as their records say: {told}."
    else:
        yield (
            f"{endpoint} was not read alike in all trials, by the words of their records: {told}. Criteria and readers "
            "date progression and call response differently."
        )


def reading_of(report: PublishedTrial, known: Collection) -> str:
    """Criteria and reader as a report records them, or else an earlier report of the same trial or the trial itself."""
    for record in _of_the_same_trial(report, known):
        words = record.conduct.criteria or ""
        if words and not words.startswith("not stated"):
            return _criteria_and_reader(words)
    return NOT_RECORDED


def _criteria_and_reader(words: str) -> str:
    # Percentages of responders by other criteria stand in brackets, exploratory readings behind a semicolon.
    told = A_NUMBER_IN_BRACKETS.sub("", words.split(";")[0])
    parts = re.sub(r"[,()]", " ", told).split()
    criteria = " ".join(part for part in parts if part not in CENTRAL and part != "investigator")
    readers = [
        name
        for name, is_named in (
            ("central", bool(CENTRAL & set(parts))),
            ("investigator", "investigator" in parts),
        )
        if is_named
    ]
    return ", ".join(part for part in (criteria, " and ".join(readers)) if part)


def _of_the_same_trial(report: PublishedTrial, known: Collection) -> Iterator[PublishedTrial]:
    yield report
    seen, earlier = {report.key}, report.supersedes
    while earlier in known.trials and earlier not in seen:
        seen.add(earlier)
        yield known[earlier]
        earlier = known[earlier].supersedes
    yield known[study_of(report, known)]
