"""Rules about time: visits, data cut, horizon and the times of the analysis."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.rules.rule import Rule
from hepatrial.units import days, months

DAY_TOLERANCE = 1e-6


class VisitsFallOnWholeDays(Rule):
    """Clinic visits are whole days apart, as patients are followed day by day."""

    name = "visits-fall-on-whole-days"
    needs = ("visits",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        clinic = draft["visits"].clinic
        if abs(clinic - round(clinic)) > DAY_TOLERANCE:
            yield self.issue(
                draft,
                ("visits", "clinic"),
                "clinic visits do not fall on whole days",
                found=f"every {clinic:g} days",
                allowed="a whole number of days or weeks",
                fix=f'write "{round(clinic)} days"',
            )


class ScansFallOnVisits(Rule):
    """Scans happen at clinic visits: their interval is a multiple of the visits' interval."""

    name = "scans-fall-on-visits"
    needs = ("visits",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        clinic, scan = draft["visits"].clinic, draft["visits"].scan
        times = round(scan / clinic)
        if abs(clinic - round(clinic)) > DAY_TOLERANCE:
            return  # the visits are wrong; the scans are judged once they are right
        if times < 1 or abs(scan - times * clinic) > DAY_TOLERANCE:
            yield self.issue(
                draft,
                ("visits", "scan"),
                "scans do not fall on clinic visits",
                found=f"every {scan:g} days, with visits every {clinic:g} days",
                allowed=f"a multiple of {clinic:g} days",
                fix=f'write "{max(1, times) * clinic:g} days", or change `clinic`',
            )


class ScansFallWithinHorizon(Rule):
    """There is a scan before the simulation of a patient ends: without one no progression is ever seen."""

    name = "scans-fall-within-horizon"
    needs = ("visits", "horizon")

    def check(self, draft: Draft) -> Iterator[Issue]:
        scan, horizon = draft["visits"].scan, draft["horizon"]
        if scan > horizon:
            yield self.issue(
                draft,
                ("visits", "scan"),
                "the first scan lies beyond the horizon",
                found=f"{scan:g} days",
                allowed=f"at most {horizon:g} days",
                fix="scan more often, or lengthen `horizon`",
            )


class DataCutIsOne(Rule):
    """The data are cut by events of an endpoint or by time, not by both and not by neither."""

    name = "data-cut-is-one"
    needs = ("data_cut",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        cut = draft["data_cut"]
        by_events = (cut.endpoint is not None, cut.events is not None)
        complete = all(by_events) and cut.after is None
        by_time = not any(by_events) and cut.after is not None
        if not (complete or by_time):
            given = [name for name in ("endpoint", "events", "after") if getattr(cut, name) is not None]
            yield self.issue(
                draft,
                ("data_cut",),
                "the data cut is not given in one way",
                found=", ".join(given) or "nothing",
                allowed="endpoint and events; or after",
                fix="write {endpoint: OS, events: 300} or {after: 24 months}",
            )


class DataCutCanBeReached(Rule):
    """The events of the data cut are of an endpoint that is analysed, and not more than patients."""

    name = "data-cut-can-be-reached"
    needs = ("data_cut",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        cut = draft["data_cut"]
        if cut.endpoint is not None and draft.has("endpoints") and cut.endpoint not in draft["endpoints"]:
            yield self.issue(
                draft,
                ("data_cut", "endpoint"),
                f"the data cut counts {cut.endpoint}, which is not analysed",
                found=cut.endpoint,
                allowed=", ".join(draft["endpoints"]),
                fix=f"add {cut.endpoint} to `endpoints`, or count another",
            )
        if cut.events is not None and draft.has("size") and cut.events > draft["size"]:
            yield self.issue(
                draft,
                ("data_cut", "events"),
                "more events than patients",
                found=cut.events,
                allowed=f"at most {draft['size']}",
                fix="lower the events, or raise `size`",
            )
        if cut.after is not None and draft.has("accrual") and cut.after < draft["accrual"].duration:
            yield self.issue(
                draft,
                ("data_cut", "after"),
                "the data are cut before accrual ends: later patients are not in the analysis",
                found=f"{cut.after:g} days, accrual {draft['accrual'].duration:g} days",
                allowed="the end of accrual or later",
                fix="check both times",
                warning=True,
            )


class HorizonHoldsTheAnalysis(Rule):
    """A patient is simulated for as long as the data cut and the analysis look at one."""

    name = "horizon-holds-the-analysis"
    needs = ("horizon",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        horizon = draft["horizon"]
        if draft.has("data_cut") and draft["data_cut"].after is not None:
            yield from self._beyond(draft, ("data_cut", "after"), draft["data_cut"].after, horizon)
        if draft.has("analysis"):
            for index, time in enumerate(draft["analysis"].survival_at):
                yield from self._beyond(draft, ("analysis", "survival_at", index), days(time), horizon)
            if draft["analysis"].rmst is not None:
                yield from self._beyond(draft, ("analysis", "rmst"), days(draft["analysis"].rmst), horizon)

    def _beyond(
        self, draft: Draft, path: tuple[str | int, ...], time: float, horizon: float
    ) -> Iterator[Issue]:
        if time > horizon + DAY_TOLERANCE:
            yield self.issue(
                draft,
                path,
                "this time lies beyond the horizon",
                found=f"{months(time):.4g} months",
                allowed=f"at most the horizon, {months(horizon):.4g} months",
                fix="lengthen `horizon`, or shorten this time",
            )


class ListsNameEachOnce(Rule):
    """Endpoints, criteria and times are named once each."""

    name = "lists-name-each-once"

    def check(self, draft: Draft) -> Iterator[Issue]:
        lists = []
        if draft.has("endpoints"):
            lists.append((("endpoints",), draft["endpoints"]))
        if draft.has("response"):
            lists.append((("response", "reported"), draft["response"].reported))
        if draft.has("analysis"):
            lists.append((("analysis", "survival_at"), draft["analysis"].survival_at))
        for path, values in lists:
            for index, value in enumerate(values):
                if value in values[:index]:
                    shown = draft.document.get((*path, index))
                    yield self.issue(
                        draft,
                        (*path, index),
                        f"{shown} stands twice",
                        found=shown,
                        allowed="each once",
                        fix="delete it",
                    )


class ProgressionIsReported(Rule):
    """The criteria that define progression are among the reported ones."""

    name = "progression-is-reported"
    needs = ("response",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        response = draft["response"]
        if response.progression not in response.reported:
            yield self.issue(
                draft,
                ("response", "reported"),
                f"{response.progression} defines progression, but is not reported",
                found=", ".join(response.reported),
                allowed=f"a list that names {response.progression}",
                fix=f"add {response.progression} to `reported`",
            )
