"""Articles on simulated trials: each number beside the trial that it was read from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.calibration.comparisons import (
    Controlled,
    DiedOfToxicity,
    HazardRatio,
    Responders,
    ScannedMedian,
    ScannedShare,
    SpreadContrast,
    Stopped,
    Survival,
    SymptomMedian,
)
from hepatrial.calibration.observed import observed_trials
from hepatrial.calibration.printed import Shifted, printed, printed_evidence
from hepatrial.calibration.reading import read_trial
from hepatrial.calibration.sampling_correlation import sampling_correlation
from hepatrial.calibration.simulated_trials import simulated_trials
from hepatrial.disease.parameters import default_parameters
from hepatrial.simulation.blocks import Work

ARTICLES, PATIENTS = 100, 3072
SHARP = next(each for each in observed_trials() if each.key == "sharp")


@pytest.fixture(scope="module")
def reading():
    """What every trial is drawn from, so that differences are those of sampling alone."""
    return read_trial(Work(SHARP.protocol, default_parameters(), 11, "float32"), PATIENTS)


def number(trial, name, comparison):
    """A number of another kind, for the same trial."""
    return replace(trial.observations[0], quantity=name, comparison=comparison, shared="", discrepancy_sd=0.0)


@pytest.fixture(scope="module")
def whole():
    """SHARP with numbers of the kinds that it does not print; nothing beside sampling."""
    more = (
        number(SHARP, "os_percent", Survival("sorafenib", 400.0, 0.4)),
        number(SHARP, "pfs_median_months", ScannedMedian("placebo", "PFS", 85.0)),
        number(SHARP, "ttp_percent", ScannedShare("sorafenib", "TTP", 168.0, 0.5)),
        number(SHARP, "dcr_percent", Controlled("sorafenib", "RECIST 1.0", 100.0, 299)),
        number(SHARP, "toxic_deaths", DiedOfToxicity("sorafenib", 3.0, 299)),
    )
    plain = tuple(replace(each, discrepancy_sd=0.0) for each in (*SHARP.observations, *more))
    return replace(SHARP, observations=plain)


@pytest.fixture(scope="module")
def differences(reading, whole):
    """Simulated minus printed over the printed error, of articles on trials of that reading, (articles, numbers)."""
    found, random = [], np.random.default_rng(5)
    for article in range(ARTICLES):
        trials = simulated_trials(reading, replace_seed(reading.streams, article), 1)
        found.append(
            [each.comparison.difference(reading) / each.sd for each in printed(whole, trials, random)]
        )
    return np.array(found)


def replace_seed(streams, article):
    return type(streams)(streams.seed + 1 + article)


def blurred(observed):
    return isinstance(observed.comparison, ScannedMedian | ScannedShare)


def test_an_article_differs_from_what_it_was_simulated_from_by_nothing_on_average(differences, whole):
    for place, observed in enumerate(whole.observations):
        if not blurred(observed):
            column = differences[:, place]
            # What the virtual patients drew against what they could expect is common to all articles.
            error = np.sqrt(1.0 / ARTICLES + observed.n / PATIENTS)
            assert abs(column.mean()) < 4.0 * column.std(ddof=1) * error, observed.name


def test_its_errors_are_those_of_its_sampling(differences, whole):
    for observed, sd in zip(whole.observations, differences.std(axis=0, ddof=1), strict=True):
        # Medians of small groups come near the end of follow-up, which they cannot pass: Greenwood's error, right on a
        # given day, is then up to a half too wide.
        least = 0.5 if isinstance(observed.comparison, SpreadContrast) else 0.75
        assert blurred(observed) or least < sd < 1.25, observed.name


def test_what_scans_blur_differs_by_less_than_its_error_and_often_by_nothing(differences, whole):
    for place, observed in enumerate(whole.observations):
        if blurred(observed):
            assert np.mean(differences[:, place] == 0.0) > 0.25, observed.name
            assert np.sqrt(np.mean(differences[:, place] ** 2)) < 1.0, observed.name


def test_every_number_keeps_its_kind_and_its_name(reading, whole):
    found = printed(whole, simulated_trials(reading, reading.streams, 1), np.random.default_rng(1))
    assert [each.name for each in found] == [each.name for each in whole.observations]
    kinds = {type(each.comparison) for each in found} - {Shifted}
    assert kinds == {
        Survival, ScannedMedian, ScannedShare, SymptomMedian, HazardRatio, SpreadContrast, Responders, Controlled,
        Stopped, DiedOfToxicity,
    }  # fmt: skip


def test_a_median_that_is_not_reached_becomes_the_share_on_the_day_of_the_published_one(reading, whole):
    trials = simulated_trials(reading, reading.streams, 1)
    never = trials.seen._replace(
        **{f"{name}_event": np.zeros_like(trials.seen.os_event) for name in ("os", "ttp")}
    )
    found = {
        each.name: each.comparison
        for each in printed(whole, replace(trials, seen=never), np.random.default_rng(1))
        if each is not None
    }
    survival, progression = found["sorafenib: os_median_months"], found["sorafenib: ttp_median_months"]
    n = int(trials.followed("OS", "sorafenib").who.sum())
    assert survival.comparison.day == SHARP.observations[0].comparison.day
    assert survival.by == pytest.approx(np.log(n / 0.5 - 1.0))
    assert progression == ScannedShare("sorafenib", "TTP", progression.day, pytest.approx(1.0 - 0.5 / n))
    # Without an event there is no hazard ratio to print.
    assert "sorafenib v placebo: os_hr" not in found


def test_numbers_that_share_a_discrepancy_move_together(reading):
    progressions = [each for each in SHARP.observations if each.endpoint == "symptomatic progression"]
    assert {each.shared for each in progressions} == {"symptomatic progression"}
    trials = simulated_trials(reading, reading.streams, 1)
    random = np.random.default_rng(8)
    moves = np.array(
        [
            [
                each.comparison.by
                for each in printed(SHARP, trials, random)
                if each.endpoint == "symptomatic progression"
            ]
            for _ in range(400)
        ]
    )
    assert moves[:, 0] == pytest.approx(moves[:, 1])
    assert moves[:, 0].std() == pytest.approx(progressions[0].discrepancy_sd, rel=0.15)


def test_the_covariance_holds_the_printed_errors_and_the_discrepancy(reading):
    names = tuple(each.name for each in SHARP.observations)
    found = printed_evidence(
        SHARP,
        sampling_correlation("sharp", names),
        simulated_trials(reading, reading.streams, 1),
        np.random.default_rng(1),
    )
    covariance = found.cholesky @ found.cholesky.T
    assert np.diag(covariance) == pytest.approx(
        [each.sd**2 + each.discrepancy_sd**2 for each in found.observations]
    )
