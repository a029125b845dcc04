"""Early trials that the fit may see: the cut-off, and that each is simulated as it was given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hepatrial.agents import load_agent
from hepatrial.calibration.data_files import data_file
from hepatrial.calibration.early_arms import FILE, allowed_early_arm, early_arms, public_year
from hepatrial.calibration.early_protocols import early_protocol
from hepatrial.errors import InvalidInput
from hepatrial.evidence.collection import shipped
from hepatrial.evidence.published import use_of

ARMS = early_arms()
CONTENT = data_file(FILE).content


def changed(key, **changes):
    entry = {**CONTENT["early"].get(key, {}), **changes}
    return replace(data_file(FILE), content={**CONTENT, "early": {**CONTENT["early"], key: entry}})


def test_every_agent_that_the_phase_3_trials_and_others_need_has_early_evidence():
    agents = {regimen.agent for _, protocol, _ in ARMS for arm in protocol.arms for regimen in arm.regimens}
    assert agents >= {
        "sunitinib", "brivanib", "linifanib", "erlotinib", "tivantinib", "ramucirumab", "lenvatinib",
        "cabozantinib", "everolimus", "nintedanib", "dovitinib", "axitinib", "cediranib", "bevacizumab",
        "orantinib", "foretinib", "tepotinib", "refametinib", "selumetinib",
    }  # fmt: skip
    assert all(load_agent(agent) for agent in agents)


def test_each_was_public_in_a_year_before_the_phase_3_trial_of_its_agent_reported():
    dated = [key for key, *_ in ARMS if "phase_3" in CONTENT["early"][key]]
    assert len(dated) >= 15
    for key in dated:
        first = shipped()[CONTENT["first_reported"][CONTENT["early"][key]["phase_3"]]]
        assert public_year(shipped()[key], first.key) < first.year


def test_an_early_result_that_came_with_its_phase_3_trial_is_refused():
    file = changed("barone-sunitinib", **CONTENT["early"]["zhu-sunitinib"])
    with pytest.raises(InvalidInput, match="public no earlier than SUN1170 reported") as raised:
        allowed_early_arm("barone-sunitinib", file)
    (issue,) = raised.value.issues
    assert (issue.found, issue.allowed) == ("2013", "a year before 2013")
    assert issue.where.file == FILE


def test_a_validation_trial_and_its_parts_are_refused():
    for key in ("abou-alfa-2006-sorafenib", "abou-alfa-2011-child-pugh", "sun1170"):
        with pytest.raises(InvalidInput, match="a validation trial is never fitted to"):
            allowed_early_arm(key, changed(key, **CONTENT["early"]["zhu-sunitinib"]))


def test_an_agent_with_a_phase_3_trial_cannot_be_used_without_naming_it():
    entry = {key: value for key, value in CONTENT["early"]["zhu-sunitinib"].items() if key != "phase_3"}
    file = replace(
        data_file(FILE), content={**CONTENT, "early": {**CONTENT["early"], "zhu-sunitinib": entry}}
    )
    with pytest.raises(InvalidInput, match="which is not named"):
        allowed_early_arm("zhu-sunitinib", file)


def test_every_early_record_of_a_modelled_agent_is_used_or_left_out_with_a_reason():
    known = {*CONTENT["early"], *CONTENT["left_out"]}
    modelled = {regimen.agent for _, protocol, _ in ARMS for arm in protocol.arms for regimen in arm.regimens}
    early = {
        trial.key
        for trial in shipped().values()
        if trial.phase_3 or (trial.phase in ("1", "1/2", "1b", "1b/2", "2") and modelled & set(trial.agents))
    }
    calibration = {key for key in shipped() if use_of(key) in ("calibration", "validation")}
    assert sorted(early - known - calibration) == []
    assert not set(CONTENT["early"]) & set(CONTENT["left_out"])


def test_doses_are_those_that_the_file_says():
    protocols = {key: protocol for key, protocol, _ in ARMS}
    (sunitinib,) = protocols["faivre-sunitinib"].arm("sunitinib").regimens
    assert sunitinib.levels[0].mg_per_day == 50.0
    assert (sunitinib.cycle.on_days, sunitinib.cycle.off_days) == (28.0, 14.0)
    (ramucirumab,) = protocols["zhu-ramucirumab"].arm("ramucirumab").regimens
    assert (ramucirumab.levels[0].dose_mg, ramucirumab.levels[0].per_kg) == (8.0, True)
    both = protocols["lim-refametinib"].arm("refametinib+sorafenib").regimens
    assert [regimen.agent for regimen in both] == ["refametinib", "sorafenib"]
    assert protocols["palmer-nintedanib"].control == "sorafenib"
    assert protocols["palmer-nintedanib"].size == 93


def test_a_dose_that_no_protocol_may_have_is_told_with_the_record_and_the_key():
    arms = {"sunitinib": [{"agent": "sunitinib", "dose": "37.5", "schedule": "once daily"}]}
    with pytest.raises(InvalidInput) as raised:
        early_protocol("zhu-sunitinib", shipped()["zhu-sunitinib"], changed("zhu-sunitinib", arms=arms))
    (issue,) = raised.value.issues
    assert issue.what.startswith("zhu-sunitinib: ")
    assert issue.where.file == FILE
    assert issue.where.line > 1
    assert issue.where.key == "arms[0].agents[0].dose"


def test_survival_of_an_early_arm_is_weaker_evidence_than_that_of_a_calibration_trial():
    from hepatrial.calibration.discrepancy import discrepancies, discrepancy_sd

    held = discrepancies()["survival"]
    assert held["early"] > 1.3 * held["calibration"]
    assert discrepancy_sd("survival", "early") > 0.0 == discrepancy_sd("survival", "calibration")
