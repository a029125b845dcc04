"""Arms: one of them only, or none named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.checking.guess import ARM_NAMES
from hepatrial.userdata.checking.known_names import folded
from hepatrial.userdata.outcome import value_text


class ArmsAreTwo(DataRule):
    """The column of the arm tells at least two arms apart."""

    name = "one-arm"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.columns is None or table.columns.arm is None:
            return
        name = table.columns.arm
        levels = table.values(name).drop_nulls().unique()
        if len(levels) == 1:
            yield self.issue(
                table, f"column {name} holds one arm", name, found=value_text(levels[0]),
                allowed="two arms or more, for the effect of a treatment",
                fix="nothing, for prognosis; else add the control",
            )  # fmt: skip


class ArmIsNamed(DataRule):
    """A column that seems to be the arm is named as it."""

    name = "arm-not-named"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.columns is None or table.columns.arm is not None:
            return
        for column in table.others:
            if any(re.match(pattern, folded(column)) for pattern in ARM_NAMES):
                yield self.issue(
                    table, f"column {column} may be the arm, and is not named as it", column,
                    found=", ".join(value for value, _ in table.summaries[column].levels) or column,
                    fix=f"--arm {column}, if patients were treated by it",
                )  # fmt: skip
