"""The rule about the published record that a trial is set beside."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol import catalogue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.rules.rule import Rule


class PublishedRecordIsKnown(Rule):
    """The published record is one that ships, or the key is left out."""

    name = "published-record-is-known"
    needs = ("published",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        known, name = catalogue.known_records(), draft["published"]
        if name is not None and name not in known:
            yield self.unknown(draft, ("published",), "published record", name, known)
