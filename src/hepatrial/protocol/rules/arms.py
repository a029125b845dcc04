"""Rules about the arms and the randomisation between them."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue, near_miss
from hepatrial.protocol.covariates import stratum_names
from hepatrial.protocol.draft import Draft
from hepatrial.protocol.file_schema import LARGEST_BLOCK
from hepatrial.protocol.rules.rule import Rule


class ArmNamesDiffer(Rule):
    """Arms are told apart by their names, whatever the case of the letters and the width of gaps."""

    name = "arm-names-differ"

    def check(self, draft: Draft) -> Iterator[Issue]:
        first: dict[str, int] = {}
        for index, name in draft.arm_names:
            same = first.setdefault(" ".join(name.casefold().split()), index)
            if same != index:
                line = draft.document.locate(("arms", same, "name")).line
                yield self.issue(
                    draft,
                    ("arms", index, "name"),
                    f"two arms are named {name}",
                    found=f"{name}, first on line {line}",
                    allowed="a different name for each arm",
                    fix=f'rename one of them, for example "{name} 2"',
                )


class ControlIsAnArm(Rule):
    """The control is one of the arms."""

    name = "control-is-an-arm"
    needs = ("control",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        names = [name for _, name in draft.arm_names]
        if names and draft["control"] not in names:
            yield self.unknown(draft, ("control",), "arm", draft["control"], names)


class RatioNamesTheArms(Rule):
    """The ratio gives every arm its share, and nothing else."""

    name = "ratio-names-the-arms"
    needs = ("randomisation",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        ratio, names = draft["randomisation"].ratio, [name for _, name in draft.arm_names]
        for name in ratio:
            if names and name not in names:
                yield self.unknown(draft, ("randomisation", "ratio", name), "arm", name, names, key=True)
        for name in dict.fromkeys(names):
            if (
                name not in ratio
                and near_miss(name, [other for other in ratio if other not in names]) is None
            ):
                yield self.issue(
                    draft,
                    ("randomisation", "ratio"),
                    f"the ratio does not name the arm {name}",
                    found=", ".join(ratio) or "no arms",
                    allowed=", ".join(names),
                    fix=f"add `{name}: 1`",
                )


class BlockHoldsTheRatio(Rule):
    """A permuted block holds the ratio a whole number of times."""

    name = "block-holds-the-ratio"
    needs = ("randomisation",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        randomisation = draft["randomisation"]
        total = sum(randomisation.ratio.values())
        if total and randomisation.block_size % total:
            yield self.issue(
                draft,
                ("randomisation", "block_size"),
                "the block does not hold the ratio a whole number of times",
                found=f"{randomisation.block_size}, with a ratio that sums to {total}",
                allowed=f"a multiple of {total}: {total}, {2 * total}, {3 * total}, ...",
                fix=f"write {_nearest_block(randomisation.block_size, total)}",
            )


def _nearest_block(block_size: int, total: int) -> int:
    """The multiple of the ratio's sum that is nearest, within the bounds of a block."""
    times = min(max(1, round(block_size / total)), LARGEST_BLOCK // total)
    return total * times


class StrataAreKnown(Rule):
    """Strata are categorical baseline covariates (or derived ones), each once."""

    name = "strata-are-known"
    needs = ("randomisation",)

    def check(self, draft: Draft) -> Iterator[Issue]:
        known, seen = stratum_names(), set()
        for index, stratum in enumerate(draft["randomisation"].strata):
            path = ("randomisation", "strata", index)
            if stratum not in known:
                yield self.unknown(draft, path, "stratum", stratum, known)
            elif stratum in seen:
                yield self.issue(
                    draft,
                    path,
                    f"{stratum} stands twice",
                    found=stratum,
                    allowed="each once",
                    fix="delete it",
                )
            seen.add(stratum)


class TrialFillsTheArms(Rule):
    """Every arm gets at least one patient."""

    name = "trial-fills-the-arms"
    needs = ("size", "randomisation")

    def check(self, draft: Draft) -> Iterator[Issue]:
        total = sum(draft["randomisation"].ratio.values())
        if draft["size"] < total:
            yield self.issue(
                draft,
                ("size",),
                "too few patients to fill the ratio once",
                found=draft["size"],
                allowed=f"{total} or more",
                fix="raise the size",
            )


class StratifiedTestHasStrata(Rule):
    """A stratified analysis needs strata."""

    name = "stratified-test-has-strata"
    needs = ("analysis", "randomisation")

    def check(self, draft: Draft) -> Iterator[Issue]:
        if draft["analysis"].stratified and not draft["randomisation"].strata:
            yield self.issue(
                draft,
                ("analysis", "stratified"),
                "the analysis is stratified, but randomisation has no strata",
                found="stratified: true, strata: []",
                allowed="at least one stratum, or no stratification",
                fix="name the strata, or write `stratified: false`",
            )
