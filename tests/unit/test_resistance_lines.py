"""What `hepatrial resistance` prints of an arm: which progression is meant, and shares that are small but not none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from hepatrial.attribution import CAUSES, ArmAttribution, CauseShare, Estimate
from hepatrial.attribution.onset import Onset
from hepatrial.cli.resistance_lines import resistance_lines

SOME = Estimate(1.0, 0.1)
WORK = SimpleNamespace(protocol=SimpleNamespace(name="Trial"), seed=1)


def text_of(onset_percent, *, beyond_sequence):
    onset = Onset(share_percent=onset_percent, median_days=84.0, quartile_days=(56.0, 112.0))
    arm = ArmAttribution(
        arm="in turn", beyond_sequence=beyond_sequence, patients=300, progressions=143, never_held_percent=SOME,
        by_new_lesion_percent=SOME, off_treatment_percent=SOME, mean_months=SOME, later_months=SOME,
        longer_life_months=SOME, causes=tuple(CauseShare(cause, SOME, SOME, onset) for cause in CAUSES),
    )  # fmt: skip
    return "\n".join(resistance_lines(WORK, (arm,)))


@pytest.mark.parametrize(("percent", "words"), [(0.33, "(in <1 %)"), (0.0, "(in 0 %)"), (45.3, "(in 45 %)")])
def test_a_share_that_is_not_none_is_not_shown_as_none(percent, words):
    assert words in text_of(percent, beyond_sequence=False)


def test_progression_beyond_a_sequence_is_said_to_be_set_against_the_first_one():
    assert "months later than the first progression under control" in text_of(1.0, beyond_sequence=True)
    assert "months later than under control" in text_of(1.0, beyond_sequence=False)
