"""The bibliography: every number of the product names its source by a key that resolves here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hepatrial.errors import UsageError, near_miss
from hepatrial.files.located_yaml import parse_shipped

_KEY = re.compile(r"[a-z][a-z-]*(?:19|20)\d{2}[a-z]?")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"PMID \d{4,9}")
_AUTHOR = re.compile(r"\S.* [A-Z]{1,3}\b")
_WORD = re.compile(r"https?://\S+|[A-Za-z0-9][A-Za-z0-9-]*")
_PAGES = re.compile(r" \d+:\S+$")


@dataclass(frozen=True, slots=True)
class Reference:
    """One publication.

    Attributes
    ----------
    key
        Surname of the first author and year, for example ``llovet2008``; the trial's name where no author is known.
    trial
        Name of the trial, for keys that are named after one: by it the entry is cited where its author is not known.
    authors
        Short form: "Llovet JM et al.". Empty, as title and journal may be, where only an identifier is known.
    year
        None for a page without a date.
    journal
        Journal, volume and pages, or the publisher.
    doi, pmid, url
        At least one of them, so that a reader can get there, or a note that says why not.
    note
        What of this entry was not confirmed.
    """

    key: str
    year: int | None
    trial: str = ""
    authors: str = ""
    title: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """What a reader knows it by: its authors, its trial or its title, the first that is known; never its key."""
        return self.authors or self.trial or self.title

    @property
    def is_complete(self) -> bool:
        """Whether authors with initials, year, title, volume and pages, and a DOI or PubMed number are all known."""
        known = self.year is not None and self.title and (self.doi or self.pmid)
        return bool(known and _AUTHOR.match(self.authors) and _PAGES.search(self.journal))

    @property
    def link(self) -> str:
        """Where the publication is found."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return self.url or (f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else "")

    @property
    def identifier(self) -> str:
        """DOI, PubMed number or address, the first that is known."""
        return self.doi or (f"PMID {self.pmid}" if self.pmid else self.url)

    @property
    def text(self) -> str:
        """All of it but the identifier."""
        first = f"{self.name} ({self.year or 'no date'})"
        title = "" if self.title == self.name else self.title
        return ". ".join(part for part in (first, title, self.journal) if part)

    def __str__(self) -> str:
        return ". ".join(part for part in (self.text, self.identifier) if part)


def reference(key: str) -> Reference:
    """The publication behind a key.

    Raises
    ------
    UsageError
        If the bibliography has no such key; the message names the nearest one.
    """
    known = bibliography()
    if key not in known:
        meant = near_miss(key, tuple(known))
        fix = f"did you mean {meant}?" if meant else "add it to evidence/data/references.yaml"
        raise UsageError(f"the bibliography has no key {key}\n  fix:     {fix}")
    return known[key]


def references(keys: Iterable[str]) -> tuple[Reference, ...]:
    """The publications behind keys, each once, by first author and year."""
    return tuple(
        sorted(
            {reference(key) for key in keys},
            key=lambda entry: (entry.name.lower(), entry.year or 0),
        )
    )


def cite(key: str) -> str:
    """Author, year and DOI in a line, for example ``Llovet JM et al. 2008, 10.1056/NEJMoa0708857``.

    Where no author is known the trial or the title stands in its place.
    """
    entry = reference(key)
    return ", ".join(part for part in (f"{entry.name} {entry.year or '(no date)'}", entry.identifier) if part)


def in_words(source: str) -> str:
    """A source text with every key of the bibliography written out by `cite`; addresses stay as they are."""
    return _WORD.sub(lambda found: cite(found[0]) if found[0] in bibliography() else found[0], source)


def keys_in(source: str) -> tuple[str, ...]:
    """The keys that a source text names, in order, each once: known keys, and words that look like one."""
    words = re.findall(r"[A-Za-z0-9][A-Za-z0-9-]*", source)
    found = [word for word in words if word in bibliography() or _KEY.fullmatch(word)]
    return tuple(dict.fromkeys(found))


def is_citation(text: str) -> bool:
    """Whether a text leads a reader to a source: a key of the bibliography, a DOI or a PubMed number."""
    return text in bibliography() or bool(_DOI.fullmatch(text) or _PMID.fullmatch(text))


@cache
def bibliography() -> dict[str, Reference]:
    """All publications by key."""
    text = (
        resources.files("hepatrial.evidence").joinpath("data", "references.yaml").read_text(encoding="utf-8")
    )
    entries = parse_shipped(text, "references.yaml")
    return {key: Reference(key=key, **fields) for key, fields in entries.items()}
