"""A phase 3 trial after phase 2: what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from prediction_cases import RESULTS, SMALL, phase2, phase3, small_prediction
from scipy.stats import norm

from hepatrial.agents import recorded_agent
from hepatrial.agents.writing import agent_yaml
from hepatrial.errors import RunFailed, UsageError
from hepatrial.posterior import OF_AGENT, shipped_posterior, values_of_draw
from hepatrial.prediction.answer import predict
from hepatrial.prediction.joint_draws import Proposal, normalised, prior_proposal
from hepatrial.protocol.loading import check_text, load
from hepatrial.report.prediction_record import prediction_record


def leading(prediction, when="after"):
    return getattr(prediction, when).effect(prediction.arm, prediction.endpoint)


def test_without_phase_2_the_answer_is_that_of_the_hierarchy():
    found = small_prediction(False)
    assert found.before == found.after
    assert (found.checked, found.phase2) == ((), None)
    assert found.effective_draws == pytest.approx(found.draws)
    assert [each.kind for each in found.influences][:2] == ["all", "prior"]
    assert found.influences[0].true_hr == found.influences[1].true_hr


def test_phase_2_moves_the_answer_and_leaves_the_prior_beside_it():
    found, without = small_prediction(), small_prediction(False)
    assert leading(found) != leading(found, "before")
    if found.rounds == 1:
        assert leading(found, "before").true_hr == leading(without, "before").true_hr
    assert 1.0 < found.effective_draws < found.draws


def test_every_result_is_left_out_once_and_stands_alone_once():
    found = small_prediction()
    kinds = [each.kind for each in found.influences]
    assert kinds == ["all", "prior", *["without", "alone"] * len(RESULTS), "bench", "bench"]
    assert len(found.checked) == len(RESULTS)


def test_shares_of_the_variance_sum_to_1():
    for effect in (*small_prediction().after.effects, *small_prediction().before.effects):
        assert sum(part.share for part in effect.parts) == pytest.approx(1.0)
        assert all(part.share >= 0.0 for part in effect.parts)


def test_the_order_of_the_results_does_not_matter():
    turned = predict("brivanib", phase3(), phase2(RESULTS[::-1]), **SMALL)
    one, other = leading(small_prediction()), leading(turned)
    assert other.success.value == pytest.approx(one.success.value, rel=1e-6)
    assert other.true_hr.median == pytest.approx(one.true_hr.median, rel=1e-6)
    assert turned.effective_draws == pytest.approx(small_prediction().effective_draws, rel=1e-6)


@pytest.mark.long
def test_two_workers_give_the_same_bits_as_one():
    assert prediction_record(small_prediction(workers=2)) == prediction_record(small_prediction())


def inert_phase3():
    """BRISK-PS with an agent in brivanib's place that binds nothing and harms nobody."""
    inert = replace(
        recorded_agent("brivanib"), name="inertinib", affinities=(), adverse_events=(), liver_injury=None,
        fatal_given_event=None, synonyms=(), notes=(),
    )  # fmt: skip
    files = {"./inertinib.yaml": agent_yaml(inert)}
    text = load("brisk-ps").text.replace("agent: brivanib", "agent: ./inertinib.yaml")
    checked = check_text(text, "p.yaml", lambda path: files[path])
    assert checked.protocol is not None, checked.errors
    return checked.protocol, files["./inertinib.yaml"]


def test_an_agent_that_binds_nothing_has_a_hazard_ratio_of_1_whatever_its_potency(tmp_path):
    protocol, text = inert_phase3()
    file = tmp_path / "inertinib.yaml"
    file.write_text(text, encoding="utf-8")
    found = predict(str(file), protocol, **SMALL)
    for effect in found.after.effects:
        assert effect.sd_log_hr < 1e-6
        assert abs(effect.mean_log_hr.value) < 1e-6
        # By chance alone, at a level that variation between trials takes above the nominal one.
        sampling, between = effect.sampling_sd, found.after.rule.between_trial_sd
        false = norm.cdf(norm.ppf(0.025) * sampling / np.hypot(sampling, between))
        assert effect.success.value == pytest.approx(false, abs=0.002)


def test_the_anchor_of_the_hierarchy_cannot_be_asked_for():
    with pytest.raises(UsageError, match="anchor of its profile") as raised:
        predict("sorafenib", load("sharp"), **SMALL)
    assert "hepatrial run PROTOCOL --draws" in str(raised.value)


def test_trials_of_another_agent_are_refused():
    with pytest.raises(UsageError, match="does not test linifanib"):
        predict("linifanib", phase3(), **SMALL)
    with pytest.raises(UsageError, match="no phase 2 trial gives brivanib"):
        predict("brivanib", phase3(), phase2(agent="linifanib", dose="17.5 mg"), **SMALL)


def test_two_agents_of_one_name_are_refused(tmp_path):
    protocol, text = inert_phase3()
    file = tmp_path / "other.yaml"
    file.write_text(text.replace("800", "700"), encoding="utf-8")
    with pytest.raises(UsageError, match="two different agents are called inertinib"):
        predict(str(file), protocol, **SMALL)
    file.write_text(agent_yaml(recorded_agent("brivanib")), encoding="utf-8")
    with pytest.raises(UsageError, match="the catalogue has another agent of this name"):
        predict(str(file), phase3(), **SMALL)


def test_results_that_no_draw_can_make_are_told_with_the_result():
    impossible = (
        {"quantity": "orr_percent", "value": 95},
        {"quantity": "pfs_percent", "months": 2, "value": 1},
    )
    with pytest.raises(RunFailed, match="hardly any draw is compatible") as raised:
        predict("brivanib", phase3(), phase2(impossible), **{**SMALL, "draws": 8})
    assert "PFS at 2 months, %" in str(raised.value)


def test_weights_against_a_mixture_of_proposals_give_back_the_prior():
    """Draws from two rounds, weighted by prior over mixture, have the moments of the prior."""
    random, size = np.random.default_rng(5), 20_000
    rows = np.array([0.7, 0.2, 0.1])
    one = Proposal(np.full(3, 1.0 / 3.0), np.zeros(3), np.eye(3), size)
    other = Proposal(rows, np.array([1.0, -0.5, 0.0]), 0.5 * np.eye(3), size)
    row = np.concatenate([random.integers(3, size=size), random.choice(3, size=size, p=rows)])
    own = np.concatenate(
        [random.standard_normal((size, 3)), other.mean + np.sqrt(0.5) * random.standard_normal((size, 3))]
    )
    mixed = np.logaddexp(one.log_density(row, own), other.log_density(row, own)) - np.log(2.0)
    weights = normalised(one.log_density(row, own) - mixed)
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ own == pytest.approx(np.zeros(3), abs=0.03)
    assert np.bincount(row, weights) == pytest.approx(np.full(3, 1.0 / 3.0), abs=0.01)


def test_the_first_proposal_is_the_prior():
    found = prior_proposal(shipped_posterior(), 10)
    assert found.rows.sum() == pytest.approx(1.0)
    assert found.log_density(np.array([0]), np.zeros((1, 3)))[0] == pytest.approx(
        -np.log(len(shipped_posterior())) - 1.5 * np.log(2.0 * np.pi)
    )


def test_own_numbers_of_0_are_the_middle_of_the_hierarchy_and_another_agent_changes_nothing():
    agent, other = recorded_agent("brivanib"), recorded_agent("apatinib")
    middle = values_of_draw(3, (agent,), "sharp", own={"brivanib": np.zeros(len(OF_AGENT))})
    assert middle["agent.brivanib.effective_toxicity"] == pytest.approx(1.0)
    beside = values_of_draw(3, (agent, other), "sharp", own={"brivanib": np.zeros(len(OF_AGENT))})
    assert {name: beside[name] for name in middle} == middle
