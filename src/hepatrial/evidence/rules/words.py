"""Rules on words: texts that a terminal can show, registered numbers, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from hepatrial.errors import Issue
from hepatrial.evidence.rules.rule import Draft, Rule
from hepatrial.files.document import KeyPath

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NCT = re.compile(r"NCT\d{8}")


class TextIsPlain(Rule):
    """No text holds control characters, which would change what a terminal or a page shows."""

    name = "text-is-plain"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, text in _texts((), dict(draft.data)):
            bad = _CONTROL.search(text) or ("\n" in text and path == ("name",))
            if bad:
                mark = "a line break" if bad is True else f"U+{ord(bad.group()):04X}"
                yield self.issue(
                    draft,
                    path,
                    f"{path[-1]} holds a character that cannot be shown",
                    mark,
                    "printable text on one line" if bad is True else "printable text",
                    "delete the character",
                )


def _texts(path: KeyPath, value: object) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts((*path, str(key)), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts((*path, index), inner)


class RegistrationIsWhole(Rule):
    """A number of ClinicalTrials.gov has eight digits."""

    name = "registration-is-whole"

    def check(self, draft: Draft) -> Iterator[Issue]:
        registration = draft.data.get("registration")
        if not isinstance(registration, str) or not registration.upper().startswith("NCT"):
            return
        if not _NCT.fullmatch(registration):
            yield self.issue(
                draft,
                ("registration",),
                "this is no number of ClinicalTrials.gov",
                registration,
                "NCT and eight digits, another register's number, or '' where it is not known",
                "copy it again: records of one trial are recognised by it",
            )


class BeganBeforePublished(Rule):
    """A trial began on a day that there is, not after it was published."""

    name = "began-before-published"

    def check(self, draft: Draft) -> Iterator[Issue]:
        conduct, year = draft.data.get("conduct"), draft.data.get("year")
        began = str(conduct.get("began") or "") if isinstance(conduct, dict) else ""
        if began[4:] and began[4:].count("-") == 2 and not _is_a_day(began):
            yield self.issue(
                draft,
                ("conduct", "began"),
                "there is no such day",
                began,
                "a day of the calendar",
                "read it again; write the year and the month alone where the day is not known",
            )
        if isinstance(year, int) and began[:4].isdigit() and int(began[:4]) > year:
            yield self.issue(
                draft,
                ("conduct", "began"),
                "the trial began after it was published",
                f"began {began}, published {year}",
                f"{year} or before",
                "see which of the two is wrong",
            )


def _is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
