"""New lesions by vessel supply: untreated they come at their rate, and a steeper dependence spares more of them."""

import numpy as np
import pytest

from hepatrial.disease.hazards import supply_of_new_lesions
from hepatrial.disease.parameters import default_parameters
from hepatrial.virtual_trial import simulate

NAME = "hazards.new_lesion_vessel_exponent"


def test_full_supply_leaves_the_untreated_rate_whatever_the_exponent():
    assert np.array_equal(supply_of_new_lesions(np.zeros(3), 2.5), np.ones(3))
    assert supply_of_new_lesions(np.log(0.5), 3.0) == pytest.approx(0.125)


def test_a_steeper_dependence_spares_treated_patients_more_and_untreated_ones_nothing():
    protocol = "sharp"
    low, high = (
        simulate(
            protocol,
            patients=400,
            seed=1,
            replicates=0,
            parameters=default_parameters().with_values({NAME: q}),
        )
        for q in (0.5, 3.0)
    )
    placebo = [trial.outcomes[1].progression for trial in (low, high)]
    treated = [trial.outcomes[0].progression for trial in (low, high)]
    assert np.array_equal(*placebo)
    assert (treated[1] >= treated[0]).all()
    assert (treated[1] > treated[0]).sum() > 40
