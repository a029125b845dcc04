"""docs/model.md says how far MET status shows in time to progression as the twins of a trial show it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.design import DoseLevel, Regimen
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.events import NEVER
from hepatrial.survival import SurvivalTimes, cox

PAGE = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
PART = PAGE[PAGE.index("**MET status**") : PAGE.index("**Resistance**, four causes")]
ROW = re.compile(r"^\| (\d) \| (as fitted|none) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)
LOG_RATIO = "signalling.met_high_log_ratio"
NEW_LESIONS = "hazards.new_lesion_rate_per_month"
SEED, SIZE = 11, 6144
WEEKS_12 = 3
"""Index of the visit at 12 weeks; they are three weeks apart."""


@pytest.fixture(scope="module")
def twins(sharp):
    """Tepotinib against placebo in the patients of SHARP: by log ratio, and whether new lesions arise."""
    first, placebo = sharp.arms
    arm = replace(first, name="tepotinib", regimens=(Regimen("tepotinib", (DoseLevel(500.0, 1.0),)),))
    protocol = sharp.with_changes(arms=(arm, placebo), size=SIZE)

    def followed(log_ratio, lesions):
        changes = {LOG_RATIO: log_ratio} | ({} if lesions else {NEW_LESIONS: 1e-9})
        work = Work(protocol, default_parameters().with_values(changes), SEED, "float32", block=SIZE)
        return follow_patients(work, np.arange(SIZE))

    return {case: followed(*case) for case in ((0.0, True), (2.0, True), (2.0, False))}


def hazard_ratio(found, of):
    """Of time to progression, tepotinib over placebo, in the twins ``of``; death censors."""
    end = [np.where(e.death < NEVER, e.death, found.inputs.days_between_visits * len(v.sld_mm))
           for e, v in zip(found.events, found.visits, strict=True)]  # fmt: skip
    day = [e.progression[of].astype(float) for e in found.events]
    ended = [last[of].astype(float) for last in end]
    times = SurvivalTimes(
        np.concatenate([np.minimum(*pair) for pair in zip(day, ended, strict=True)]),
        np.concatenate([d <= last for d, last in zip(day, ended, strict=True)]).astype(np.int8),
    )
    treated = np.repeat([1.0, 0.0], of.sum())
    return float(cox(times, treated, ["treated"], cluster=np.tile(np.arange(of.sum()), 2)).hr[0])


def test_the_table_of_hazard_ratios_is_what_the_twins_give(twins):
    rows = ROW.findall(PART)
    assert len(rows) == len(twins)
    for log_ratio, lesions, high, others in rows:
        found = twins[float(log_ratio), lesions == "as fitted"]
        status = found.patients.met_high
        for shown, of in ((high, status), (others, ~status)):
            assert hazard_ratio(found, of) == pytest.approx(float(shown), abs=0.0051), (log_ratio, lesions)


def test_size_at_12_weeks_is_what_the_page_says(twins):
    found = twins[2.0, True]
    high = found.patients.met_high
    assert found.inputs.days_between_visits == 21
    treated, untreated = (np.asarray(v.sld_mm)[WEEKS_12].astype(float) for v in found.visits)
    smaller = 100.0 * (1.0 - np.exp([np.log(treated / untreated)[of].mean() for of in (high, ~high)]))
    grown = 100.0 * (np.exp(np.log(untreated / found.inputs.person.sld_mm[:SIZE]).mean()) - 1.0)
    shown = re.search(r"(\d+)% smaller in MET-high and (\d+)% in other patients, and grew by (\d+)%", PART)
    assert [float(value) for value in shown.groups()] == pytest.approx([*smaller, grown], abs=0.51)
