"""What the fit is compared with: confirmed numbers of trials that it may see, each beside its simulated counterpart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import load_agent
from hepatrial.calibration.comparisons import SubgroupHazardRatio, counted_difference, counted_sd
from hepatrial.calibration.data_files import data_file
from hepatrial.calibration.discrepancy import discrepancies
from hepatrial.calibration.evidence import fit_evidence
from hepatrial.calibration.observing import observation
from hepatrial.calibration.population import patients_of_block
from hepatrial.calibration.published_numbers import Row
from hepatrial.calibration.reading import read_trial
from hepatrial.disease.parameters import default_parameters
from hepatrial.errors import InvalidInput, Location
from hepatrial.evidence.collection import shipped
from hepatrial.evidence.intervals import standard_error_of_log_hr
from hepatrial.evidence.published import use_of
from hepatrial.quantities import Quantity
from hepatrial.simulation.blocks import Work, filled_block

EVIDENCE = fit_evidence()
OBSERVATIONS = [(each.key, observed) for each in EVIDENCE for observed in each.observations]
BY_KEY = {each.key: each for each in EVIDENCE}


def named(key, name):
    return next(each for each in BY_KEY[key].observations if each.name == name)


@pytest.fixture(scope="module")
def reading():
    work = Work(BY_KEY["sharp"].protocol, default_parameters(), 3, "float32", balanced_over=512)
    return read_trial(work, 512)


def test_no_outcome_of_a_validation_trial_is_fitted_to():
    assert {use_of(observed.record) for _, observed in OBSERVATIONS} <= {"calibration", "evidence"}


def test_the_calibration_trials_are_those_that_the_records_say():
    named_so = {trial.key for trial in shipped().values() if trial.use == "calibration"}
    assert {each.protocol.published for each in EVIDENCE if each.kind == "calibration"} == named_so


def numbers_of(trial, arm):
    """All confirmed numbers of an arm or comparison by quantity, read another way than the product does."""
    found = [value for row in trial.arms if row["arm"] == arm for value in row.values()]
    found += [value for row in trial.findings if row.of == arm for value in row.values.values()]
    return found + [row.percent for row in trial.landmarks if row.of == arm]


def test_each_observation_is_a_confirmed_number_of_its_record():
    for key, observed in OBSERVATIONS:
        trial = shipped()[observed.record]
        if " in " in observed.quantity:
            group = observed.quantity.split(" in ")[1]
            known = [(row.hr, row.ci) for row in trial.subgroups if row.group == group]
            assert (observed.published, observed.interval) in known, (key, observed.name)
        elif observed.control is not None:
            known = [
                (row["hr"], tuple(row["ci"]) if row.get("ci") else None)
                for row in trial.comparisons
                if (row["arm"], row["control"], row["endpoint"])
                == (observed.arm, observed.control, observed.endpoint)
            ] or [(value, None) for value in numbers_of(trial, f"{observed.arm} v {observed.control}")]
            assert (observed.published, observed.interval) in known, (key, observed.name)
        else:
            assert observed.published in numbers_of(trial, observed.arm), (key, observed.name)
        assert observed.source


def test_nothing_unconfirmed_is_among_them():
    for key, observed in OBSERVATIONS:
        trial = shipped()[observed.record]
        of = observed.arm if observed.control is None else f"{observed.arm} v {observed.control}"
        quantity = observed.quantity.split(" ")[0]
        values = {
            row.values[quantity]
            for row in trial.unconfirmed
            if (row.of, row.subgroup) == (of, "") and quantity in row.values
        }
        assert observed.published not in values, (key, observed.name)


def test_names_of_observations_are_unique_within_a_trial():
    for each in EVIDENCE:
        names = [observed.name for observed in each.observations]
        assert len(set(names)) == len(names)


def test_the_error_of_a_hazard_ratio_is_that_of_its_interval():
    observed = named("sharp", "sorafenib v placebo: os_hr")
    assert observed.sd == pytest.approx(standard_error_of_log_hr(0.55, 0.87))
    assert observed.sd == pytest.approx((np.log(0.87) - np.log(0.55)) / 3.92, rel=1e-3)


def row_of(**content):
    return Row("sharp", content, Location("rows.yaml", 7))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"arm": "sorafenib", "quantity": "dcr_percent", "criteria": "RECIST 1.0"}, "43, which no source confirmed"),
        ({"arm": "sorafenib", "quantity": "os_percent", "months": 12}, "OS at 12 months"),
        ({"arm": "sorafenib", "control": "placebo", "quantity": "pfs_hr"}, "sorafenib v placebo, PFS"),
        ({"arm": "sorafenab", "quantity": "os_median_months"}, "sorafenab"),
        ({"arm": "sorafenib", "control": "placebo", "quantity": "os_hr", "subgroup": "lefties", "among": ["ecog 0"]},
         "OS in lefties"),
    ],
)  # fmt: skip
def test_a_number_that_no_source_confirmed_cannot_be_used(content, found):
    with pytest.raises(InvalidInput) as raised:
        observation(row_of(**content), "calibration")
    (issue,) = raised.value.issues
    assert issue.found == found
    assert "sharp" in issue.what
    assert content["quantity"] in issue.what
    assert (issue.where.file, issue.where.line) == ("rows.yaml", 7)
    assert issue.allowed
    assert issue.fix


def test_the_ratio_of_a_subgroup_is_that_of_the_twins_who_are_in_it(reading):
    half = SubgroupHazardRatio("sorafenib", "placebo", "OS", 0.7, ("afp_ng_ml >=400",))
    whole = SubgroupHazardRatio("sorafenib", "placebo", "OS", 0.7, ())
    everybody = SubgroupHazardRatio("sorafenib", "placebo", "OS", 0.7, ("ecog 0|1|2",))
    log_hr = reading.log_hazard_ratio("OS")
    assert whole.difference(reading) == pytest.approx(log_hr - np.log(0.7))
    assert everybody.difference(reading) == whole.difference(reading)
    assert half.difference(reading) != whole.difference(reading)


def test_a_median_is_no_misfit_where_the_curve_crosses_one_half_at_its_scan():
    class Curve:
        protocol = BY_KEY["sharp"].protocol

        def __init__(self, before, after):
            self.shares = {83.0: before, 84.0: after}

        def event_free(self, endpoint, arm, day):
            return self.shares[day]

    scan = named(
        "sharp", "placebo: ttp_median_months"
    ).comparison  # 2.8 months is 85 days, the scan of day 84
    assert scan.difference(Curve(0.6, 0.4)) == 0.0
    assert scan.difference(Curve(0.7, 0.6)) == pytest.approx(np.log(0.6 / 0.4))
    assert scan.difference(Curve(0.4, 0.3)) == pytest.approx(np.log(0.4 / 0.6))


@pytest.mark.parametrize(("patients", "n"), [(0, 19), (1, 76), (7, 299), (115, 478)])
def test_a_number_of_patients_is_compared_by_the_likelihood_of_the_binomial(patients, n):
    from scipy.stats import binom

    for share in (0.005, 0.02, 0.3):
        z = counted_difference(share, patients, n) / counted_sd(patients, n)
        best = binom.logpmf(patients, n, patients / n)
        assert z**2 == pytest.approx(2 * (best - binom.logpmf(patients, n, share)), abs=1e-7)
        assert np.sign(z) == np.sign(share - patients / n)


def test_whitening_uses_sampling_and_discrepancy(reading):
    sharp = BY_KEY["sharp"]
    covariance = sharp.cholesky @ sharp.cholesky.T
    total = [observed.sd**2 + observed.discrepancy_sd**2 for observed in sharp.observations]
    assert np.diag(covariance) == pytest.approx(total)
    difference = sharp.differences(reading)
    by_inverse = difference @ np.linalg.inv(covariance) @ difference
    assert np.sum(sharp.residuals(reading) ** 2) == pytest.approx(by_inverse)


def logs(rows, quantity):
    arms = [next(a for a in shipped()[trial].arms if a["arm"] == arm) for trial, arm, *_ in rows]
    return np.log([arm[quantity] for arm in arms])


def test_derived_discrepancies_are_computed_again_from_the_records():
    held = discrepancies()
    entry = held["survival"]
    medians = logs(entry["arms"], "os_median_months")
    region = np.array([row[2] for row in entry["arms"]])
    within = sum(np.sum((medians[region == r] - medians[region == r].mean()) ** 2) for r in set(region))
    assert entry["early"] == pytest.approx(np.std(medians, ddof=1), abs=0.006)
    assert entry["calibration"] == pytest.approx(np.sqrt(within / (len(medians) - 2)), abs=0.006)
    entry = held["progression"]
    assert entry["calibration"] == pytest.approx(
        np.std(logs(entry["pfs_arms"], "pfs_median_months"), ddof=1), abs=0.006
    )
    assert entry["early"] == pytest.approx(
        np.std(logs(entry["ttp_arms"], "ttp_median_months"), ddof=1), abs=0.006
    )
    ratios = np.log([a / b for a, b in held["survival by Child-Pugh class"]["log_ratios"]])
    assert held["survival by Child-Pugh class"]["calibration"] == pytest.approx(
        np.std(ratios, ddof=1) / np.sqrt(2), abs=0.01
    )
    stops = [
        shipped()[trial].finding(arm, "stopped_for_related_adverse_events_percent") / 100
        for trial, arm in held["stop"]["arms"]
    ]
    odds = np.log(stops) - np.log1p(-np.array(stops))
    assert held["stop"]["calibration"] == pytest.approx(np.std(odds, ddof=1), abs=0.006)


def test_no_discrepancy_is_derived_from_a_validation_trial():
    arms = [
        row[0]
        for entry in discrepancies().values()
        for key in ("arms", "pfs_arms", "ttp_arms")
        for row in entry.get(key, [])
    ]
    assert arms
    assert "validation" not in {use_of(trial) for trial in arms}


def test_what_is_left_out_says_why():
    rows = data_file("trial_rows.yaml").content
    assert all(entry["why"] for trial in rows.values() for entry in trial["left_out"])


def test_a_reading_has_the_shares_that_observations_ask_for(reading):
    criteria = reading.protocol.response.progression
    for arm in ("sorafenib", "placebo"):
        assert 0.0 <= reading.responding(arm, criteria) <= reading.controlled(arm, criteria) < 1.0
    assert reading.stopped_for_adverse_event("placebo") == 0.0
    assert 0.0 < reading.stopped_for_adverse_event("sorafenib") < 0.5
    assert reading.died_of_toxicity("placebo") == 0.0


def test_patients_are_drawn_once_for_all_parameters_and_anew_for_another_population():
    protocol = BY_KEY["sharp"].protocol
    work = Work(protocol, default_parameters(), 3, "float32", block=64)
    numbers = np.arange(50)
    once = patients_of_block(work, numbers)
    other = default_parameters().with_values({"hazards.cancer_rate_per_month": 0.2})
    assert patients_of_block(replace(work, parameters=other), numbers) is once
    assert np.array_equal(once.afp_ng_ml, filled_block(work, numbers).afp_ng_ml)
    stricter = replace(protocol, eligibility=replace(protocol.eligibility, levels={"mvi": ("yes",)}))
    assert patients_of_block(replace(work, protocol=stricter), numbers).mvi.all()
    assert not once.mvi.all()


def test_toxic_deaths_are_read_as_the_expectation_of_what_is_drawn():
    fatal = Quantity(0.1, "1", "assumed", "of this test")
    agent = replace(load_agent("sorafenib"), fatal_given_event=fatal)
    work = Work(BY_KEY["sharp"].protocol, default_parameters(), 5, "float32", own_agents=(agent,))
    found = read_trial(work, 3072)
    outcomes, seen = found.outcomes["sorafenib"], found.end_days >= 0.0
    drawn = (outcomes.toxic_death <= found.end_days) & (outcomes.toxic_death <= outcomes.death)
    share = drawn[seen].mean()
    assert share > 0.02
    # Four binomial standard errors.
    error = np.sqrt(share * (1.0 - share) / seen.sum())
    assert found.died_of_toxicity("sorafenib") == pytest.approx(share, abs=4.0 * error)
    assert found.died_of_toxicity("placebo") == 0.0
