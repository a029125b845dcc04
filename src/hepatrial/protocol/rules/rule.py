"""What a rule is: a small class that looks at a draft and yields every way in which it is broken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from hepatrial.errors import Issue, near_miss
from hepatrial.files.document import KeyPath
from hepatrial.protocol.draft import Draft

PLURALS = {"stratum": "strata", "agent of the arm": "agents of the arm"}
"""Plurals of what is chosen that an s does not make."""

MOST_LISTED = 30
"""Names that a message lists; of more it says where they stand."""


class Rule(ABC):
    """One rule of a valid protocol.

    Attributes
    ----------
    name
        Short name, shown in ``--json`` and in the documentation.
    needs
        Sections that must be valid by themselves before this rule can be asked.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def check(self, draft: Draft) -> Iterator[Issue]:
        """Yield an `Issue` for every breach."""

    def issue(
        self,
        draft: Draft,
        path: KeyPath,
        what: str,
        *,
        found: object = None,
        allowed: str | None = None,
        fix: str | None = None,
        warning: bool = False,
        key: bool = False,
    ) -> Issue:
        """An `Issue` of this rule at the place of a value (or of its key)."""
        where = draft.document.locate(path, key=key)
        text = None if found is None else str(found)
        return Issue(what, where, text, allowed, fix, self.name, "warning" if warning else "error")

    def unknown(
        self, draft: Draft, path: KeyPath, kind: str, word: str, known: Sequence[str], *, key: bool = False
    ) -> Issue:
        """An `Issue` for a word that is not among the known ones, with the near miss."""
        meant = near_miss(word, tuple(known))
        fix = f"did you mean `{meant}`?" if meant else f"choose one of the allowed {_plural(kind)}"
        return self.issue(
            draft, path, f"unknown {kind}: {word}", found=word, allowed=_listed(known), fix=fix, key=key
        )


def _plural(kind: str) -> str:
    """``level`` and ``parameter of age_years``: the first word is what there are several of."""
    what, of, whose = kind.partition(" of ")
    return PLURALS.get(what, f"{what}s") + of + whose


def _listed(known: Sequence[str]) -> str:
    if len(known) <= MOST_LISTED:
        return ", ".join(known)
    return "one of the names that `hepatrial schema` lists"
