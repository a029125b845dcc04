"""Citations as a page shows them: words, and the address where the publication is found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hepatrial.evidence.references import bibliography

_DOI = re.compile(r"10\.\d{4,9}/[^\s;,]+")
_ADDRESS = re.compile(r"https?://[^\s;,]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in words, and where it is found; an empty link where that is not known."""

    text: str
    link: str = ""
    shown: str = ""


def cited_sources(sources: Iterable[str]) -> list[Citation]:
    """Each source once, in the order given.

    Parameters
    ----------
    sources
        Keys of the bibliography, several joined by "; ", DOIs, addresses, or texts.
    """
    singles = (single for source in sources for single in _singles(source))
    return [citation_of_source(source) for source in dict.fromkeys(singles)]


def citation_of_source(source: str) -> Citation:
    """Words and link of one source: from the bibliography, or by the DOI or address that stands in it."""
    entry = bibliography().get(source)
    if entry is not None:
        return Citation(f"{entry.text}.", entry.link, entry.identifier)
    doi, address = _DOI.search(source), _ADDRESS.search(source)
    if address is not None:
        return Citation(_without(source, address.group()), address.group(), address.group())
    if doi is not None:
        return Citation(_without(source, doi.group()), f"https://doi.org/{doi.group()}", doi.group())
    return Citation(source)


def _singles(source: str) -> list[str]:
    """The keys of a source that joins several, else the source as it is."""
    parts = source.split("; ")
    return parts if all(part in bibliography() for part in parts) else [source]


def _without(source: str, identifier: str) -> str:
    return source.replace(identifier, "").strip(" ;,")
