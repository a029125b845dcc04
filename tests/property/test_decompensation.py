"""Decompensation: what must be true of it, whatever its parameters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hepatrial.disease.constants import constants
from hepatrial.disease.decompensation import decompensation_constants, decompensation_rate
from hepatrial.disease.parameters import default_parameters
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.events import LIVER_FAILS, NEVER

N = 512
NO_EFFECT = {"hazards.decompensation_log_hazard_ratio": 0.0, "liver.decompensation_stop_share": 1e-9}
STILL = {
    "liver.cirrhosis_albi_per_month": 1e-12,
    "liver.tumour_albi_per_month": 1e-12,
    "liver.decompensation_albi_log_hazard_ratio": 0.0,
}


def followed(protocol, **values):
    parameters = default_parameters().with_values({k.replace("__", "."): v for k, v in values.items()})
    return follow_patients(Work(protocol, parameters, 11, block=N), np.arange(N))


def changed(protocol, values):
    return followed(protocol, **values)


def test_it_comes_at_its_constant_hazard_where_albi_stands_still(sharp):
    rate = 0.05
    events = changed(sharp, STILL | {"liver.decompensation_rate_per_month": rate}).events[1]
    for months in (6.0, 18.0):
        share = np.mean(events.decompensation <= months * 30.4375)
        expected = 1.0 - math.exp(-rate * months)
        assert share == pytest.approx(expected, abs=4.0 * math.sqrt(expected * (1 - expected) / N))


def test_it_lasts_as_long_as_its_recovery_says(sharp):
    events = changed(sharp, {"liver.decompensation_recovery_per_month": 0.5}).events[0]
    had = events.decompensation < NEVER
    assert had.sum() > 100
    lasts = (events.recovered - events.decompensation)[had] / 30.4375
    assert lasts.min() > 0.0
    assert lasts.mean() == pytest.approx(2.0, abs=4.0 * 2.0 / math.sqrt(had.sum()))


def test_without_an_effect_on_death_or_treatment_its_rate_changes_nothing(sharp):
    rare, often = (
        changed(sharp, NO_EFFECT | {"liver.decompensation_rate_per_month": rate}) for rate in (1e-9, 0.1)
    )
    for before, after in zip(rare.events, often.events, strict=True):
        assert (after.decompensation < NEVER).sum() > (before.decompensation < NEVER).sum()
        for name in ("cancer_death", "liver_death", "progression", "stop", "symptoms"):
            np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


def test_it_brings_liver_death_nearer_and_leaves_cancer_death(sharp):
    weak, strong = (
        changed(
            sharp,
            {
                "hazards.decompensation_log_hazard_ratio": size,
                "liver.decompensation_stop_share": 1e-9,
                # Keeps the hazard of compensated patients the same: the parameter is the mean of all.
                "hazards.liver_rate_per_month": mean_rate(size),
                "hazards.albi_log_hazard_ratio": whole_effect(size),
            },
        ).events[1]
        for size in (0.0, 3.0)
    )
    # The two are reckoned from parameters that differ by rounding.
    assert np.all(strong.liver_death <= weak.liver_death + 1e-6)
    assert (strong.liver_death < weak.liver_death).sum() > 20
    np.testing.assert_array_equal(strong.cancer_death, weak.cancer_death)


def with_size(size):
    return decompensation_constants(
        default_parameters().with_values({"hazards.decompensation_log_hazard_ratio": size})
    )


def mean_rate(size):
    c = with_size(size)
    return 0.004 * (1.0 + math.expm1(size) * c.rate / (c.rate + c.recovery))


def whole_effect(size):
    c, excess = with_size(size), math.expm1(size)
    share = c.rate / (c.rate + c.recovery)
    return 1.5 + excess * share * (1.0 - share) * c.per_albi_unit / (1.0 + excess * share)


@pytest.mark.parametrize("albi", [-2.5, -2.5 + 1e-4])
def test_parameters_of_liver_death_are_means_over_all_patients(albi):
    """In the long run of unchanging ALBI, mean over compensated and decompensated; and its slope at the reference."""
    p = default_parameters()
    c = constants(p)
    rate = float(decompensation_rate(c.decompensation, albi))
    share = rate / (rate + c.decompensation.recovery)
    compensated = c.liver_rate * math.exp(c.albi_log_hazard_ratio * (albi - c.reference_albi))
    mean = compensated * (1.0 + math.expm1(c.decompensation.liver_death_log_hazard_ratio) * share)
    whole = (
        p["hazards.liver_rate_per_month"]
        / 30.4375
        * math.exp(p["hazards.albi_log_hazard_ratio"] * (albi + 2.5))
    )
    assert math.log(mean / whole) == pytest.approx(0.0, abs=2e-7)


def test_it_ends_treatment_in_the_share_that_is_stated(sharp):
    never, always = (changed(sharp, {"liver.decompensation_stop_share": share}) for share in (1e-9, 1 - 1e-9))
    assert not (never.events[0].stop_for_adverse_event == LIVER_FAILS).any()
    for events in always.events:
        came = np.ceil(events.decompensation) < events.stop
        assert not came.any(), "treatment went on after a decompensation"
        ended = (events.stop < NEVER) & (np.ceil(events.decompensation) == events.stop)
        assert ended.sum() > 50
        assert (events.stop_for_adverse_event[ended] == LIVER_FAILS).all()


def test_twins_share_the_chance_of_decompensation(sharp):
    """Within weeks, before arms have grown apart in tumour and ALBI, it comes on the same day under both."""
    found = followed(sharp)
    treated, control = found.events
    early = np.minimum(treated.decompensation, control.decompensation) < 21.0
    assert early.any()
    np.testing.assert_allclose(treated.decompensation[early], control.decompensation[early], atol=2.0)
    assert set(np.unique(found.inputs.person.decompensated)) == {0.0, 1.0}
