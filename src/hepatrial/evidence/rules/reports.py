"""Rules on several reports of one trial: one row of reports, each replacing the one before."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.evidence.rules.links import LINKS
from hepatrial.evidence.rules.rule import Draft, Rule


class ReportReplacedOnce(Rule):
    """No two reports replace the same one: which of them counts would be open."""

    name = "report-replaced-once"

    def check(self, draft: Draft) -> Iterator[Issue]:
        replaced = draft.data.get("supersedes")
        if replaced not in draft.others:
            return
        rivals = [
            key for key, other in draft.others.items() if key != draft.key and other.supersedes == replaced
        ]
        if rivals:
            latest = _latest_after(rivals[0], draft)
            yield self.issue(
                draft,
                ("supersedes",),
                f"another report replaces {replaced} already: {', '.join(rivals)}",
                str(replaced),
                "the reports of a trial in one row, each replacing the one before",
                f"write supersedes: {latest} if this report is later, else part_of alone",
            )


class LinksRunOneWay(Rule):
    """Following a link from record to record never comes back: else each would wait for the other and none count."""

    name = "links-run-one-way"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for link in LINKS:
            followed, key = [draft.key], draft.data.get(link)
            while key in draft.others and key not in followed:
                followed.append(str(key))
                key = getattr(draft.others[str(key)], link)
            if key == draft.key and len(followed) > 1:
                yield self.issue(
                    draft,
                    (link,),
                    f"{link} runs in a circle",
                    " -> ".join([*followed, draft.key]),
                    "links from the later report to the earlier, from the part to the whole",
                    f"delete {link} in the earlier or the whole one",
                )


class ReplacesReportOfItsTrial(Rule):
    """A report replaces one of the same registered trial."""

    name = "replaces-report-of-its-trial"
    severity = "warning"

    def check(self, draft: Draft) -> Iterator[Issue]:
        mine, replaced = draft.data.get("registration"), draft.others.get(str(draft.data.get("supersedes")))
        if mine and replaced is not None and replaced.registration not in ("", mine):
            yield self.issue(
                draft,
                ("supersedes",),
                f"{replaced.key}, which this record replaces in every pool, is another registered trial",
                f"{mine}, {replaced.key} {replaced.registration}",
                "an earlier report of the same trial",
                "delete supersedes unless one trial has both numbers",
            )


def _latest_after(report: str, draft: Draft) -> str:
    """The last report of the row that a report stands in."""
    seen = [report]
    while later := [
        key for key, other in draft.others.items() if other.supersedes == seen[-1] and key not in seen
    ]:
        seen.append(later[0])
    return seen[-1]
