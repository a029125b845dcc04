"""What was fixed before the held-out trials were scored: read from one file, held to registry and program."""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from pathlib import Path

import pytest

from hepatrial.errors import InvalidInput
from hepatrial.evidence.collection import shipped
from hepatrial.evidence.published import use_of
from hepatrial.posterior import hierarchy
from hepatrial.protocol.bundled_protocols import protocol_names
from hepatrial.protocol.loading import load
from hepatrial.validation.preregistration import preregistration, read_preregistration

RULES = preregistration()
TEXT = (
    resources.files("hepatrial.validation")
    .joinpath("data", "preregistration.yaml")
    .read_text(encoding="utf-8")
)
PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")


def test_its_hash_is_that_of_the_file_and_stands_on_the_page():
    assert hashlib.sha256(TEXT.encode()).hexdigest() == RULES.hash
    assert RULES.hash in PAGE
    assert RULES.date in PAGE


def test_every_bundled_trial_for_calibration_or_validation_is_in_it_once():
    wanted = [
        name
        for name in protocol_names()
        if load(name).published in shipped() and use_of(str(load(name).published)) != "evidence"
    ]
    assert sorted(RULES.trials) == sorted(wanted)


def test_the_summary_is_of_the_seven_systemic_trials():
    assert RULES.groups[RULES.summary_of] == (
        "sun1170", "brisk-fl", "brisk-ps", "light", "search", "metiv-hcc", "reach-2",
    )  # fmt: skip


def test_use_and_group_follow_from_its_lists():
    assert RULES.use_of("gideon-child-pugh-a") == RULES.use_of("sharp") == "fitted"
    assert RULES.use_of("boost") == RULES.use_of("storm") == "held out"
    assert RULES.group_of("storm") == "held-out locoregional"
    with pytest.raises(KeyError):
        RULES.group_of("boost")


def test_its_antiangiogenic_agents_are_those_of_the_hierarchy():
    profile = next(one for one in hierarchy().profiles if one.name == "antiangiogenic")
    assert set(profile.agents) == RULES.antiangiogenic


MISTAKES = {
    "a trial that is not there": ("sun1170,", "sun1107,", "no such bundled trial", "sun1107"),
    "a held-out trial among the fitted ones": (
        "fitted: [sharp,",
        "fitted: [sharp, light,",
        "the registry says another use",
        "light, for validation",
    ),
    "a fitted trial among those held out": (
        "held-out systemic: [sun1170,",
        "held-out systemic: [sharp, sun1170,",
        "the registry says another use",
        "sharp, for calibration",
    ),
    "a rival that the program does not have": (
        "  null: no effect",
        "  nil: no effect",
        "not those of the program",
        "nil",
    ),
    "no such group to summarise": (
        "summary_of: held-out systemic",
        "summary_of: all",
        "no such group",
        "all",
    ),
    "no spread between trials": ("value: 0.08", "value: 0", "out of range", "0"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_file_that_does_not_fit_registry_or_program_is_refused(mistake):
    old, new, what, found = MISTAKES[mistake]
    assert TEXT.count(old) == 1
    with pytest.raises(InvalidInput) as caught:
        read_preregistration(TEXT.replace(old, new))
    said = str(caught.value)
    assert what in said
    assert re.search(rf"preregistration\.yaml:\d+:\d+: .*\n +found: +.*{re.escape(found)}", said)
    assert "fix:" in said


def test_the_constants_that_are_used_are_those_of_the_file():
    changed = read_preregistration(TEXT.replace("value: 0.08", "value: 0.16"))
    assert (RULES.between_trial_log_hr_sd, changed.between_trial_log_hr_sd) == (0.08, 0.16)
    assert changed.hash != RULES.hash
