"""Rules on sources: every number can be followed, and what nobody confirmed stays apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hepatrial.errors import Issue, near_miss
from hepatrial.evidence.references import bibliography, keys_in
from hepatrial.evidence.rules.rule import CONFIRMED_ROWS, ENDPOINT_MEDIANS, Draft, Rule
from hepatrial.files.document import KeyPath

_PAGE = re.compile(r"https?://[\w.-]+\.\w+(?:[/?#]\S*)?")
_IDENTIFIER = re.compile(r"\b(?:PMID \d{4,9}|PMC\d{4,9}|10\.\d{4,9}/\S+|NCT\d{8})")
_UNCONFIRMED_WORDS = re.compile(r"\b(?:recalled|recollection|from memory|unpublished guess)\b", re.IGNORECASE)

_ARM_IDENTITY = ("arm", "agents", "dose")


def leads_somewhere(source: str) -> bool:
    """Whether a source text holds a key of the bibliography, a DOI, a PubMed or registry number, or a page."""
    return bool(_PAGE.search(source) or _IDENTIFIER.search(source)) or any(
        key in bibliography() for key in keys_in(source)
    )


class SourceCanBeFollowed(Rule):
    """Every number of a confirmed section names where it was read."""

    name = "source-can-be-followed"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, source in self._sources(draft):
            if not leads_somewhere(source):
                meant = near_miss(source.strip(), tuple(bibliography()))
                yield self.issue(
                    draft,
                    path,
                    "the source cannot be followed",
                    source or "nothing",
                    "a key of the bibliography, a DOI, PMID or NCT number, or the address of a page",
                    f"did you mean {meant}?"
                    if meant
                    else "cite the source, or move the numbers to unconfirmed",
                )

    @staticmethod
    def _sources(draft: Draft) -> Iterator[tuple[KeyPath, str]]:
        if isinstance(draft.data.get("source"), str):
            yield ("source",), draft.data["source"]
        read_in = draft.data.get("read_in")
        for key, source in (read_in if isinstance(read_in, dict) else {}).items():
            if isinstance(source, str):
                yield ("read_in", key), source
        if isinstance(conduct := draft.data.get("conduct"), dict) and isinstance(conduct.get("source"), str):
            yield ("conduct", "source"), conduct["source"]
        for section in ("baseline", "landmarks", "subgroups", "findings"):
            for path, row in draft.rows(section):
                if isinstance(row.get("source"), str):
                    yield (*path, "source"), row["source"]


class UnconfirmedStaysApart(Rule):
    """A number that nobody confirmed stands in no confirmed section."""

    name = "unconfirmed-stays-apart"

    def check(self, draft: Draft) -> Iterator[Issue]:
        apart = {place for _, row in draft.rows("unconfirmed") for place in _held(row)}
        for section in CONFIRMED_ROWS:
            for path, row in draft.rows(section):
                for key, place in _confirmed(section, row):
                    if place in apart:
                        yield self.issue(
                            draft,
                            (*path, *key),
                            f"{place[0]}: {place[2]} is confirmed here and unconfirmed below",
                            place[2],
                            "one of the two",
                            "delete it under unconfirmed if a source confirms it, otherwise delete it here",
                        )
                said = f"{row.get('source', '')} {row.get('note', '')}"
                if row.get("source") is not None and _UNCONFIRMED_WORDS.search(said):
                    yield self.issue(
                        draft,
                        path,
                        f"{row.get('of') or row.get('arm')}: these numbers are not confirmed by a source",
                        said.strip(),
                        "numbers that were read in a source",
                        "move the row to unconfirmed",
                    )


def _held(row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    values = row.get("values")
    for quantity in values if isinstance(values, dict) else ():
        yield str(row.get("of")), str(row.get("subgroup", "")), str(quantity)


def _confirmed(section: str, row: dict[str, Any]) -> Iterator[tuple[KeyPath, tuple[str, str, str]]]:
    """(path inside the row, (of, subgroup, quantity)) of every number."""
    if section == "arms":
        for key, value in row.items():
            if key in _ARM_IDENTITY or value is None:
                continue
            for endpoint in ENDPOINT_MEDIANS:
                if key == f"{endpoint}_median_ci":
                    yield (key,), (str(row.get("arm")), "", f"{endpoint}_median_low")
            yield (key,), (str(row.get("arm")), "", str(key))
    elif section in ("comparisons", "subgroups"):
        stem, group = f"{str(row.get('endpoint')).lower()}_hr", ""
        if section == "subgroups":
            group = f"{row.get('factor')}: {row.get('group')}"
        pair = f"{row.get('arm')} v {row.get('control')}"
        yield ("hr",), (pair, group, stem)
        if row.get("ci") is not None:
            yield ("ci",), (pair, group, f"{stem}_low")
    else:
        for place in _held(row):
            yield ("values", place[2]), place
