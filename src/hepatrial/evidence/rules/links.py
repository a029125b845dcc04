"""Rules on links between records: a trial once, parts of what exists, early trials before late ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from hepatrial.errors import Issue, near_miss
from hepatrial.evidence.rules.rule import Draft, Rule
from hepatrial.evidence.trials import Line

LINKS = ("part_of", "supersedes")
LINK_LISTS = ("pooled_from", "separate_from")


class LineIsKnown(Rule):
    """The line of therapy is written in the registry's words."""

    name = "line-is-known"

    def check(self, draft: Draft) -> Iterator[Issue]:
        line = draft.data.get("line")
        for word in line.split("/") if isinstance(line, str) else ():
            if word not in get_args(Line):
                yield self.issue(
                    draft,
                    ("line",),
                    "the line of therapy is not one that is known",
                    word,
                    f"{', '.join(get_args(Line))}, or several with / between them",
                    "choose one of these",
                )


class LinkLeadsToARecord(Rule):
    """Every other record that is named exists, and is not this one."""

    name = "link-leads-to-a-record"

    def check(self, draft: Draft) -> Iterator[Issue]:
        named = [((key,), draft.data.get(key)) for key in LINKS]
        for key in LINK_LISTS:
            named += [((key, index), word) for index, word in enumerate(draft.words(key))]
        named += [((*path, "trial"), row.get("trial")) for path, row in draft.rows("phase_3")]
        for path, name in named:
            if not isinstance(name, str) or (name in draft.others and name != draft.key):
                continue
            meant = near_miss(name, tuple(draft.others))
            itself = name == draft.key
            yield self.issue(
                draft,
                path,
                "a record is linked with itself" if itself else "no such record",
                name,
                "the name of another record's file, without .yaml",
                f"did you mean {meant}?" if meant and not itself else "see `hepatrial evidence list`",
            )


class TrialOnce(Rule):
    """Records of the same registered trial are linked, so that no patient counts twice."""

    name = "trial-once"

    def check(self, draft: Draft) -> Iterator[Issue]:
        registration, name = draft.data.get("registration"), draft.data.get("name")
        mine = {name, *draft.words("also")}
        linked = {draft.data.get(key) for key in LINKS}
        linked |= {word for key in LINK_LISTS for word in draft.words(key)}
        for key, other in draft.others.items():
            if key == draft.key or mine & {other.name, *other.also}:
                yield self._twice(draft, ("name",), str(name), f"{other.name} ({other.file})")
            elif (
                registration
                and registration == other.registration
                and not (
                    key in linked
                    or other.part_of == draft.key
                    or (other.part_of and other.part_of == draft.data.get("part_of"))
                )
            ):
                yield self._twice(draft, ("registration",), str(registration), f"{other.name} ({other.file})")

    def _twice(self, draft: Draft, path: tuple[str], found: str, other: str) -> Issue:
        return self.issue(
            draft,
            path,
            f"the same trial has another record: {other}",
            found,
            "one record a trial; part_of where it holds some of the other's patients, separate_from where none",
            "add part_of or separate_from, or delete one of the two",
        )


class EarlyBeforeLate(Rule):
    """An early trial was public before the phase 3 trial that it came before was published."""

    name = "early-before-late"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, row in draft.rows("phase_3"):
            later = draft.others.get(str(row.get("trial")))
            public_by = str(row.get("public_by", ""))[:4]
            if later is None or later.year is None or not public_by.isdigit():
                continue
            if int(public_by) > later.year:
                yield self.issue(
                    draft,
                    (*path, "public_by"),
                    f"the early trial came after its phase 3 trial {later.key}",
                    f"public by {row.get('public_by')}, {later.key} published {later.year}",
                    f"{later.year} or before",
                    "delete the link, or give the date of an earlier presentation",
                )
