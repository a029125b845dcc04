"""Sorafenib in the catalogue against published exposure, toxicity and dose changes."""

import numpy as np
import pytest

from hepatrial.agents import load_agent, reference_concentration_mg_l
from hepatrial.agents.dose_change_fit import (
    BUNDLE,
    NAMED_EVENTS,
    bundled_share,
    dose_change_shares,
    event_counts,
    reduced_share,
    share_at_reference,
    withdrawn_share,
)
from hepatrial.agents.drift_fit import fit_drift, remaining

SORAFENIB = load_agent("sorafenib")
PK = SORAFENIB.pharmacokinetics


def auc_12h(day):
    start = 12.0 * reference_concentration_mg_l(SORAFENIB)
    return start * remaining(np.asarray(day), PK.drift_final_fraction.value, PK.drift_time_days.value)


def test_the_file_holds_what_the_fit_of_the_drift_gives():
    fit = fit_drift()
    assert PK.drift_final_fraction.value == pytest.approx(fit.final_fraction, abs=5e-4)
    assert PK.drift_time_days.value == pytest.approx(fit.time_days, abs=0.05)
    assert PK.clearance_l_per_h.value == pytest.approx(400 / fit.start_auc_mg_h_l, abs=0.006)
    assert PK.drift_time_days.spread == pytest.approx(fit.log_sd_time, abs=0.05)


def test_exposure_falls_as_in_fifteen_patients_with_hcc():
    """Arrondeau 2012: 60.3, 43.0 and 33.2 mg.h/L; the standard error of such medians is about 13%."""
    published = np.array([60.3, 43.0, 33.2])
    predicted = auc_12h(np.array([30.4, 76.1, 167.4]))
    assert np.all(np.abs(np.log(predicted / published)) < 0.13)


def test_exposure_early_on_lies_among_the_phase_1_trials():
    """400 mg twice daily: 71.7 (Strumberg 2005), 76.5 (Awada 2005), 38 to 89 over all trials found."""
    assert 38.0 < auc_12h(21.0) < 89.0
    assert auc_12h(21.0) == pytest.approx(71.7, rel=0.30)  # the spread that the file gives the clearance


def test_half_life_is_the_labels():
    half_life = np.log(2) * PK.volume_l.value / PK.clearance_l_per_h.value
    assert 25.0 < half_life < 48.0


def test_day_120_against_day_15_is_as_measured():
    """Boudou-Rouquette 2012: 63 against 102 mg.h/L."""
    assert auc_12h(120.0) / auc_12h(15.0) == pytest.approx(63 / 102, abs=0.08)


def test_the_file_holds_what_the_derivation_of_events_gives():
    observed = {**NAMED_EVENTS, BUNDLE: bundled_share()}
    assert {event.name for event in SORAFENIB.adverse_events} == set(observed)
    for event in SORAFENIB.adverse_events:
        share = share_at_reference(
            observed[event.name],
            event.onset_days.value,
            PK.drift_final_fraction.value,
            PK.drift_time_days.value,
        )
        assert event.probability.value == pytest.approx(share, abs=6e-4), event.name
    reduction, withdrawal = dose_change_shares()
    assert SORAFENIB.reduction_given_event.value == pytest.approx(reduction, abs=6e-4)
    assert SORAFENIB.withdrawal_given_event.value == pytest.approx(withdrawal, abs=6e-4)


def test_dose_changes_give_sharps_percentages():
    """SHARP: 45% with an event of grade 3-5, 44% interrupted, 26% reduced, 11% withdrawn."""
    counts = event_counts([*NAMED_EVENTS.values(), bundled_share()])
    withdrawal, reduction = SORAFENIB.withdrawal_given_event.value, SORAFENIB.reduction_given_event.value
    assert sum(counts) == pytest.approx(1.0)
    assert 1 - counts[0] == pytest.approx(0.44, abs=0.02)
    assert withdrawn_share(counts, withdrawal) == pytest.approx(0.11, abs=0.002)
    assert reduced_share(counts, withdrawal, reduction) == pytest.approx(0.26, abs=0.002)


def test_the_formulas_of_dose_changes_agree_with_playing_them_out():
    rng = np.random.default_rng(3)
    n, (reduction, withdrawal) = 100_000, dose_change_shares()
    shares = np.array([*NAMED_EVENTS.values(), bundled_share()])
    happens, luck = rng.random((n, 4)) < shares, rng.random((n, 4))
    on, reduced = np.ones(n, bool), np.zeros(n, bool)
    for kind in range(4):
        event = happens[:, kind] & on
        reduced |= event & (luck[:, kind] >= withdrawal) & (luck[:, kind] < withdrawal + reduction)
        on &= ~(event & (luck[:, kind] < withdrawal))
    # Standard error 0.0014 at most; four of them.
    assert reduced.mean() == pytest.approx(0.26, abs=0.006)
    assert 1 - on.mean() == pytest.approx(0.11, abs=0.004)


def test_child_pugh_b_has_the_published_ratio():
    """Abou-Alfa 2006: AUC of 8 h 30.3 against 25.4 mg.h/L."""
    assert PK.hepatic_ratio["B"].value == pytest.approx(30.3 / 25.4, abs=0.005)
