"""Calls from Python are checked as the command line is: found, allowed, and how to mend it."""

from __future__ import annotations

import numpy as np
import pytest

import hepatrial
from hepatrial.errors import InvalidInput, UsageError

WRONG = {
    "patients": [0, -1, 2.5, "100", True, None, 5_000_001, float("nan")],
    "seed": [-1, 1.0, 2**63, "1"],
    "replicates": [-1, 0.5, 100_001],
    "workers": [0, 257, 1.5],
    "precision": ["float16", None, 64],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_an_argument_that_cannot_be_is_a_usage_error(sharp, name, value):
    with pytest.raises(UsageError, match=rf"^{name} is not .*\n  found:   .*\n  allowed: .*\n  fix:     ."):
        hepatrial.simulate(sharp, **{name: value})


def test_numbers_of_numpy_are_whole_numbers(sharp):
    result = hepatrial.simulate(sharp, patients=np.int64(16), seed=np.uint8(2), replicates=0)
    assert (result.patients, result.seed, result.replicates) == (16, 2, {})
    assert type(result.patients) is int


@pytest.mark.parametrize("what", [None, 5, {}, b"sharp"])
def test_a_protocol_is_a_protocol_a_name_or_a_path(what):
    for call in (hepatrial.load, hepatrial.check, hepatrial.simulate):
        with pytest.raises(
            UsageError, match=r"loaded by its name or path\n  found:   .*\n  allowed: text or a path"
        ):
            call(what)


def test_a_protocol_may_be_simulated_by_its_name(sharp):
    by_name = hepatrial.simulate("sharp", patients=16, replicates=0)
    assert by_name.protocol == sharp
    assert by_name.trial.subjects.equals(hepatrial.simulate(sharp, patients=16, replicates=0).trial.subjects)


@pytest.mark.parametrize("patient", [-1, 1024, 1.0, None])
def test_only_patients_of_the_run_have_twins(sharp_trial, patient):
    with pytest.raises(UsageError, match=r"^patient is not .*\n.*\n  allowed: 0 to 1023\n"):
        sharp_trial.twin(patient)


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        (("sorafenib", "os"), r'did you mean \["sorafenib", "OS"\]\?'),
        (("sorafinib", "TTP"), r'did you mean \["sorafenib", "TTP"\]\?'),
        ("OS", "choose one of these"),
        (7, "choose one of these"),
    ],
)
def test_replicates_of_another_key_name_those_that_there_are(sharp_trial, key, fix):
    with pytest.raises(UsageError, match=rf'allowed: \["sorafenib", "OS"\].*\n  fix:     {fix}'):
        sharp_trial.replicates[key]
    assert key not in sharp_trial.replicates


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (["gif"], "allowed: png, svg"),
        (["pgn"], "did you mean 'png'"),
        (5, "not a list"),
        ("png", r"fix:     for example figures=\['png'\]"),
    ],
)  # fmt: skip
def test_figures_of_a_report_are_formats_in_a_list(sharp_trial, figures, said, tmp_path):
    with pytest.raises(UsageError, match=said):
        sharp_trial.report(tmp_path / "run", figures=figures)
    assert list(tmp_path.iterdir()) == []


def test_advice_on_a_folder_that_exists_is_pythons(sharp_trial, tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(UsageError, match=r"choose another folder, or replace it with force=True") as raised:
        sharp_trial.report(tmp_path)
    assert "--" not in str(raised.value)


@pytest.mark.parametrize("day", ["3 months", True, float("nan"), [365]])
def test_the_day_of_a_cut_is_a_number_of_days(sharp_trial, day):
    with pytest.raises(
        InvalidInput, match=r"number of days\n  found: .*\n  allowed: days .*\n  fix: .*cut\(day=365\)"
    ):
        sharp_trial.trial.cut(day=day)


@pytest.mark.parametrize(
    ("endpoints", "said"), [(["XX"], "allowed: OS, TTP, PFS"), ("OS", "not a list"), (["Os"], "mean 'OS'")]
)
def test_endpoints_of_an_analysis_are_known_ones(sharp_trial, endpoints, said):
    with pytest.raises(UsageError, match=said):
        sharp_trial.trial.analyse(endpoints=endpoints)


def test_times_of_an_unknown_endpoint_are_refused_with_the_near_miss(sharp_trial):
    with pytest.raises(UsageError, match="did you mean 'OS'"):
        sharp_trial.trial.times("os")


def test_the_package_lists_its_public_names():
    assert dir(hepatrial) == hepatrial.__all__
