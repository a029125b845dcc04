"""Rules about the names in a baseline table."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue, near_miss
from hepatrial.files.document import KeyPath
from hepatrial.patients.drawn import COMPUTED_FROM
from hepatrial.protocol import catalogue
from hepatrial.protocol.baseline_choice import bundled_name
from hepatrial.protocol.covariates import categorical_levels
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.population_schema import BaselineSection
from hepatrial.protocol.rules.rule import Rule

BASELINE: KeyPath = ("population", "baseline")


def own_table(draft: Draft) -> BaselineSection | None:
    """The table that stands in the protocol, if one does."""
    choice = draft["population"].baseline
    return choice if isinstance(choice, BaselineSection) else None


class BaselineIsKnown(Rule):
    """The baseline table, or the one it is based on, is bundled."""

    name = "baseline-is-known"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        choice, known = draft["population"].baseline, catalogue.known_baselines()
        path = BASELINE if isinstance(choice, str) else (*BASELINE, "based_on")
        if bundled_name(choice) not in known:
            yield self.unknown(draft, path, "baseline table", bundled_name(choice), known)


class CovariatesAreGiven(Rule):
    """The table gives covariates that are drawn from a table, not those that are computed from others."""

    name = "covariates-are-given"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        for section in ("categories", "continuous") if table else ():
            for name in getattr(table, section):
                if name in COMPUTED_FROM:
                    parts = ", ".join(COMPUTED_FROM[name])
                    yield self.issue(
                        draft,
                        (*BASELINE, section, name),
                        f"{name} is computed from {parts}: a table cannot give it",
                        found=name,
                        allowed="covariates that are drawn: " + ", ".join(_drawn(table)[section]),
                        fix=f"delete {name} here, and change {parts}",
                        key=True,
                    )


class BaselineNamesAreKnown(Rule):
    """The table names covariates of the table that it is based on, with their levels and parameters."""

    name = "baseline-names-are-known"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        if table is None:
            return
        for section, kind, part in (
            ("categories", "categorical covariate", "level"),
            ("continuous", "continuous covariate", "parameter"),
        ):
            drawn = _drawn(table)[section]
            for name, entries in getattr(table, section).items():
                path = (*BASELINE, section, name)
                if name in COMPUTED_FROM:
                    continue
                if name not in drawn:
                    yield self.unknown(draft, path, kind, name, tuple(drawn), key=True)
                    continue
                for entry in entries:
                    if entry not in drawn[name]:
                        yield self.unknown(
                            draft, (*path, entry), f"{part} of {name}", entry, drawn[name], key=True
                        )


class SourcesNameChanges(Rule):
    """A source belongs to a covariate that the table changes; the others keep the bundled table's."""

    name = "sources-name-changes"
    needs = ("population",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        table = own_table(draft)
        if table is None:
            return
        changed = (*table.categories, *table.continuous)
        for name in table.sources:
            if name not in changed:
                meant = near_miss(name, changed)
                yield self.issue(
                    draft,
                    (*BASELINE, "sources", name),
                    f"a source for {name}, which this table does not change",
                    found=name,
                    allowed=", ".join(changed) or "none, as nothing is changed",
                    fix=f"did you mean `{meant}`?" if meant else "delete it, or give the covariate's numbers",
                    key=True,
                )


def _drawn(table: BaselineSection) -> dict[str, dict[str, tuple[str, ...]]]:
    """By section of a table, the covariates that it may change, with their levels or parameters."""
    bundled = (
        catalogue.baseline_table(table.based_on) if table.based_on in catalogue.known_baselines() else None
    )
    levels = {name: texts for name, texts in categorical_levels().items() if name not in COMPUTED_FROM}
    if bundled is not None:
        levels = {name: levels.get(name, tuple(shares)) for name, shares in bundled.categories.items()}
    # Without a bundled table no parameters are known; its name is a problem already, so these are not judged.
    continuous = bundled.continuous if bundled is not None else table.continuous
    return {"categories": levels, "continuous": {name: tuple(values) for name, values in continuous.items()}}
