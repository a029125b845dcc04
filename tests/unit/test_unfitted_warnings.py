"""A run, and every answer about treatments, says of which of them no fitted trial tells."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hepatrial.attribution import CAUSES, ArmAttribution, CauseShare, Estimate
from hepatrial.attribution.onset import Onset
from hepatrial.cli.app import app
from hepatrial.conduct.unfitted_warnings import unfitted_warnings
from hepatrial.protocol.loading import load
from hepatrial.virtual_trial import work_of


def warnings_of(name):
    work = work_of(name)
    return list(unfitted_warnings(work.protocol, work.recorded_agents))


@pytest.mark.parametrize("name", ["sharp", "reflect", "resorce", "space", "gideon-child-pugh-a"])
def test_trials_of_fitted_treatments_alone_need_no_warning(name):
    assert warnings_of(name) == []


def test_an_agent_that_only_early_trials_speak_of_is_told():
    (found,) = warnings_of("sun1170")
    assert found.startswith("sunitinib: no phase 3 trial of it was fitted")


def test_ablation_is_told():
    assert any(one.startswith("ablation: no trial of it was fitted") for one in warnings_of("storm"))


def test_an_agent_without_a_fitted_potency_is_told():
    work = work_of("reflect")
    bench = [
        replace(
            agent,
            name="an agent of mine",
            effective_potency=replace(agent.effective_potency, grade="assumed"),
        )
        for agent in work.recorded_agents
    ]
    (found, _) = unfitted_warnings(load("reflect"), bench)
    assert "potency printed on the bench" in found


UNFITTED = "linifanib: no phase 3 trial of it was fitted"


@pytest.fixture
def attributed(monkeypatch):
    """Causes of resistance made up, so that nothing need be simulated for a warning."""
    some = Estimate(1.0, 0.1)
    onset = Onset(share_percent=0.0, median_days=None, quartile_days=None)
    arm = ArmAttribution(
        arm="placebo", beyond_sequence=False, patients=40, progressions=0, never_held_percent=some,
        by_new_lesion_percent=some, off_treatment_percent=some, mean_months=some, later_months=None,
        longer_life_months=None, causes=tuple(CauseShare(cause, some, some, onset) for cause in CAUSES),
    )  # fmt: skip
    monkeypatch.setattr("hepatrial.attribution.attribute_resistance", lambda *_, **__: (arm,))


@pytest.mark.parametrize(
    ("command", "page"),
    [
        (["resistance", "light", "--patients", "40", "--quiet"], "resistance.html"),
        (["liver", "light", "--patients", "400", "--draws", "0", "--quiet"], "liver.html"),
        (["combine", "linifanib", "everolimus"], "combination.html"),
    ],
)
def test_every_answer_about_treatments_tells_it_on_page_in_json_and_on_standard_error(
    command, page, tmp_path
):
    found = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "a"), "--json"])
    assert found.exit_code == 0, found.output
    assert f"warning: {UNFITTED}" in found.stderr
    printed = json.loads(found.stdout)
    assert any(one.startswith(UNFITTED) for one in printed["warnings"])
    assert printed == json.loads((tmp_path / "a" / "result.json").read_text(encoding="utf-8"))
    assert f"Warning: {UNFITTED}" in (tmp_path / "a" / page).read_text(encoding="utf-8")


def test_an_answer_about_fitted_treatments_warns_of_nothing(attributed):
    found = CliRunner().invoke(app, ["resistance", "sharp", "--patients", "40", "--quiet", "--json"])
    assert json.loads(found.stdout)["warnings"] == []
    assert "warning" not in found.stderr


def test_a_pair_warns_of_what_is_missing_of_each_agent():
    found = CliRunner().invoke(app, ["combine", "sorafenib", "dovitinib", "--json"])
    told = json.loads(found.stdout)["warnings"]
    assert [one.split(":")[0] for one in told] == ["dovitinib"] * len(told)
    assert any("no phase 3 trial of it was fitted" in one for one in told)
