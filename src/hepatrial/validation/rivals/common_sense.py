"""The rival that a reader of the field has for nothing."""

from __future__ import annotations

from hepatrial.validation.comparison import Compared
from hepatrial.validation.rivals.class_mean import SORAFENIB
from hepatrial.validation.rivals.evidence import RivalEvidence


def common_sense(asked: Compared, evidence: RivalEvidence, *, by_setting: bool = False) -> float:
    """0 against sorafenib and for other mechanisms; of an antiangiogenic agent against none the mean of its like.

    Parameters
    ----------
    by_setting
        Only trials of the same setting count to the mean.
    """
    if not _antiangiogenic_against_none(asked, evidence):
        return 0.0
    return evidence.mean(
        [
            one
            for one in evidence.others(asked)
            if _antiangiogenic_against_none(one.of, evidence)
            and (not by_setting or one.of.setting == asked.setting)
        ]
    )


def common_sense_by_setting(asked: Compared, evidence: RivalEvidence) -> float:
    """`common_sense` with the mean over trials of the same setting."""
    return common_sense(asked, evidence, by_setting=True)


def _antiangiogenic_against_none(asked: Compared, evidence: RivalEvidence) -> bool:
    known = evidence.rules.antiangiogenic
    added = asked.agents - asked.control_agents
    return SORAFENIB not in asked.control_agents and bool(added & known)
