"""MET status in the tumour cell: nothing at a log ratio of 0, more of a MET inhibitor's effect at a large one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.disease.constants import constants
from hepatrial.disease.individuals import individuals
from hepatrial.disease.model import daily_steps
from hepatrial.disease.parameters import default_parameters, prior_parameters
from hepatrial.disease.proliferation import cell_output, strengths_by_met
from hepatrial.patients.population import virtual_patients
from hepatrial.posterior.hierarchy import hierarchy
from hepatrial.protocol.design import DoseLevel, Regimen
from hepatrial.signalling import Left, tumour_strengths
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.engagement import PROLIFERATION, planned_engagement
from hepatrial.simulation.streams import Streams
from hepatrial.virtual_trial import work_of

LOG_RATIO = "signalling.met_high_log_ratio"
PROGNOSIS = "hazards.met_high_log_hazard_ratio"
LARGE = 2.0
SIZE = 1024


def test_both_effects_of_met_status_are_priors_around_nothing_that_no_fit_moves():
    for name in (LOG_RATIO, PROGNOSIS):
        prior = prior_parameters().quantities[name]
        assert (prior.value, prior.distribution, prior.grade) == (0.0, "normal", "assumed")
        assert default_parameters().quantities[name] == prior
        assert name not in hierarchy().population


def test_at_the_centre_of_the_priors_the_engine_is_given_the_same_bits_whatever_the_met_status(sharp):
    streams = Streams(7)
    patients = virtual_patients(sharp, np.arange(64), streams)
    shared = constants(default_parameters())
    own, other = (
        individuals(replace(patients, met_high=status), default_parameters(), streams)
        for status in (patients.met_high, ~patients.met_high)
    )
    for name in own._fields:
        assert np.array_equal(getattr(own, name), getattr(other, name)), name
    assert daily_steps(own, shared).strengths is shared.strengths


def test_met_carries_more_of_the_drive_where_it_is_high_and_the_untreated_cell_stays_at_1():
    typical = tumour_strengths()
    found = strengths_by_met(typical, np.array([-0.5, 0.0, 0.5]) * LARGE)
    for share in ("ras_met", "pi3k_met"):
        low, middle, high = getattr(found, share)
        assert low < middle < high
        assert middle == pytest.approx(getattr(typical, share), rel=1e-12)
    for share in ("ras_egfr", "pi3k_egfr"):
        assert np.all(np.diff(getattr(found, share)) < 0.0)
    untreated = cell_output(Left(), np.zeros(3), 1.0, found)
    assert np.array_equal(untreated.erk, np.ones(3))
    assert np.array_equal(untreated.s6k, np.ones(3))


def test_blocking_met_takes_more_output_where_it_is_high_and_blocking_egfr_less():
    found = strengths_by_met(tumour_strengths(), np.array([-0.5, 0.5]) * LARGE)
    without_met = cell_output(Left(met=np.full(2, 0.1)), np.zeros(2), 1.0, found)
    without_egfr = cell_output(Left(egfr=np.full(2, 0.1)), np.zeros(2), 1.0, found)
    assert without_met.erk[1] < without_met.erk[0] < 1.0
    assert without_egfr.erk[0] < without_egfr.erk[1] < 1.0


@pytest.fixture(scope="module")
def tepotinib(sharp):
    """Tepotinib against placebo in the patients of SHARP."""
    first, placebo = sharp.arms
    arm = replace(first, name="tepotinib", regimens=(Regimen("tepotinib", (DoseLevel(500.0, 1.0),)),))
    return sharp.with_changes(arms=(arm, placebo), size=SIZE)


def with_log_ratio(value):
    return default_parameters().with_values({LOG_RATIO: value})


def test_what_an_arm_does_to_proliferation_differs_between_patients_by_their_met(tepotinib):
    def spread(value):
        arm = planned_engagement(work_of(tepotinib, seed=2, parameters=with_log_ratio(value)), 400)[0]
        return arm.lost[PROLIFERATION][2] - arm.lost[PROLIFERATION][0]

    assert spread(LARGE) > 1.2 * spread(0.0)


def effect_by_status(protocol, value):
    """Log ratio of tumour size at the fourth visit, tepotinib over placebo: MET-high patients, others."""
    work = Work(protocol, with_log_ratio(value), 4, precision="float32", block=SIZE)
    found = follow_patients(work, np.arange(SIZE))
    sizes = [np.asarray(visits.sld_mm)[3].astype(float) for visits in found.visits]
    effect, high = np.log(sizes[0] / sizes[1]), found.patients.met_high
    return effect[high], effect[~high]


def test_a_met_inhibitor_holds_met_high_tumours_back_more_where_the_log_ratio_is_large(tepotinib):
    high, others = effect_by_status(tepotinib, LARGE)
    assert high.mean() < 1.3 * others.mean() < 0.0


def test_met_status_predicts_nothing_at_a_log_ratio_of_0(tepotinib):
    high, others = effect_by_status(tepotinib, 0.0)
    error = np.hypot(high.std() / len(high) ** 0.5, others.std() / len(others) ** 0.5)
    assert abs(high.mean() - others.mean()) < 1.96 * error
