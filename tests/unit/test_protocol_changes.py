"""A protocol changed in Python is the trial that is simulated, written, hashed and repeated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.protocol.deriving import settled
from hepatrial.protocol.design import DataCut, Eligibility, Randomisation
from hepatrial.protocol.loading import load, load_text

TRIAL = load_text((Path(__file__).parents[1] / "messages" / "trial.yaml").read_text(encoding="utf-8"))
SMALL = {"size": 60, "data_cut": DataCut("OS", 30, None)}


def test_a_protocol_that_is_what_its_text_says_stays_itself(sharp):
    assert settled(sharp) is sharp
    assert settled(TRIAL) is TRIAL


def test_a_changed_protocol_gets_a_text_and_a_hash_of_its_own(sharp):
    small = sharp.with_changes(**SMALL)
    assert (small.size, small.data_cut) == (60, SMALL["data_cut"])
    assert load_text(small.text) == small
    assert small.text.startswith("# Written from a protocol that was changed in Python")
    assert small.hash != sharp.hash
    assert replace(small, **{name: getattr(sharp, name) for name in ("text", "hash", *SMALL)}) == sharp


def test_the_verb_and_the_dataclass_way_give_the_same(sharp):
    assert settled(replace(sharp, **SMALL)) == sharp.with_changes(**SMALL)


def test_a_change_that_is_taken_back_gives_the_first_hash(sharp):
    back = sharp.with_changes(**SMALL).with_changes(size=sharp.size, data_cut=sharp.data_cut)
    assert back.hash == sharp.hash


@pytest.mark.parametrize("stale", [{"text": ""}, {"text": TRIAL.text}, {"hash": "0" * 64}])
def test_a_text_or_hash_that_is_not_the_designs_is_made_anew(sharp, stale):
    made = settled(replace(sharp, **stale))
    assert (made.name, made.hash) == ("SHARP", sharp.hash)
    assert load_text(made.text) == made


def test_what_the_rules_forbid_is_refused_with_every_problem_and_its_key(sharp):
    with pytest.raises(InvalidInput) as raised:
        sharp.with_changes(
            size=300,
            control="plazebo",
            accrual=replace(sharp.accrual, duration_days="6 months"),
            visits=replace(sharp.visits, scan_interval_days=50.0),
        )
    assert str(raised.value) == (
        "4 problems\n"
        "SHARP, changed in Python, control: unknown arm: plazebo\n"
        "  found:   plazebo\n  allowed: sorafenib, placebo\n  fix:     did you mean `placebo`?\n"
        "SHARP, changed in Python: accrual.duration: not a time\n"
        "  found:   6 months days\n  allowed: a number with a unit: days, weeks, months or years\n"
        '  fix:     write it as "6 weeks"\n'
        "SHARP, changed in Python, visits.scan: scans do not fall on clinic visits\n"
        "  found:   every 50 days, with visits every 21 days\n  allowed: a multiple of 21 days\n"
        '  fix:     write "42 days", or change `clinic`\n'
        "SHARP, changed in Python, data_cut.events: more events than patients\n"
        "  found:   321\n  allowed: at most 300\n  fix:     lower the events, or raise `size`"
    )


NOT_SAID = {
    "a share for an arm that is not there": (
        lambda p: {"randomisation": replace(p.randomisation, ratio=(1, 1, 1))},
        "SHARP, changed in Python, randomisation.ratio: a protocol file cannot say this\n  found:   (1, 1, 1)",
    ),
    "a covariate with a range and levels": (
        lambda p: {"eligibility": Eligibility({"ecog": (None, 2.0)}, {"ecog": ("0", "1")})},
        "SHARP, changed in Python, eligibility.ranges.ecog: a protocol file cannot say this",
    ),
    "a table without a covariate": (
        lambda p: {"baseline": replace(p.baseline, continuous={})},
        "SHARP, changed in Python, baseline.continuous.age_years: a protocol file cannot say this\n  found:   nothing",
    ),
    "an interval that no schedule has": (
        lambda p: {"arms": (with_interval(p.arms[0], 2.3), p.arms[1])},
        "SHARP, changed in Python: arms[0].agents[0].schedule: not a dosing schedule\n  found:   every 2.3 days",
    ),
    "a regimen without a dose": (
        lambda p: {"arms": (with_levels(p.arms[0], ()), p.arms[1])},
        "missing key: dose in arms[0].agents[0]",
    ),
    "an array for a number": (
        lambda p: {"size": [1, 2]},
        "SHARP, changed in Python: size: not a whole number",
    ),
}


def with_levels(arm, levels):
    return replace(arm, regimens=(replace(arm.regimens[0], levels=levels),))


def with_interval(arm, interval):
    first, *lower = arm.regimens[0].levels
    return with_levels(arm, (replace(first, interval_days=interval), *lower))


@pytest.mark.parametrize("case", NOT_SAID)
def test_what_no_file_can_say_is_refused_not_changed_in_silence(sharp, case):
    change, message = NOT_SAID[case]
    with pytest.raises(InvalidInput) as raised:
        sharp.with_changes(**change(sharp))
    assert message in str(raised.value)
    assert all(issue.fix for issue in raised.value.issues)


def test_a_field_that_is_not_there_gives_the_near_miss(sharp):
    with pytest.raises(UsageError, match="did you mean size"):
        sharp.with_changes(sise=300)
    with pytest.raises(UsageError, match="no field hash that can be changed"):
        sharp.with_changes(hash="mine")


def test_a_changed_table_says_so_and_carries_no_source_that_is_not_its_own(sharp):
    table = sharp.baseline
    ecog = {"0": 0.6, "1": 0.4, "2": 0.0}
    age = {**table.continuous["age_years"], "mean": 61.5}
    changed = sharp.with_changes(
        baseline=replace(
            table,
            categories={**table.categories, "ecog": ecog},
            continuous={**table.continuous, "age_years": age},
            sources={**table.sources, "age_years": "own registry"},
        )
    ).baseline
    assert changed.name == "sharp, changed by this protocol"
    assert (changed.categories["ecog"], changed.continuous["age_years"]) == (ecog, age)
    assert (changed.sources["ecog"], changed.sources["age_years"]) == ("changed in Python", "own registry")
    assert changed.sources["region"] == table.sources["region"]


def test_a_table_of_another_name_is_told_from_the_nearest_that_ships(sharp):
    table = load("asia-pacific").baseline
    mine = replace(table, name="mine", categories={**table.categories, "male": {"no": 0.2, "yes": 0.8}})
    made = sharp.with_changes(baseline=mine).baseline
    assert made.name == "asia-pacific, changed by this protocol"
    assert (made.categories, made.continuous) == (mine.categories, mine.continuous)


def test_numbers_of_other_kinds_are_the_same_trial():
    import numpy as np

    changes = {"size": np.int64(300), "horizon_days": np.float64(TRIAL.horizon_days)}
    made = settled(replace(TRIAL, **changes, randomisation=Randomisation([2, 1], 6, ["region", "ecog"])))
    assert made.hash == TRIAL.hash


@pytest.fixture(scope="module")
def small_run(sharp, tmp_path_factory):
    from hepatrial.virtual_trial import simulate

    table = sharp.baseline
    own = replace(table, categories={**table.categories, "ecog": {"0": 0.6, "1": 0.4, "2": 0.0}})
    result = simulate(replace(sharp, **SMALL, baseline=own), patients=64, seed=2, replicates=2, workers=1)
    folder = tmp_path_factory.mktemp("runs") / "small"
    return result, result.report(folder), folder


def test_the_simulated_protocol_is_the_changed_one(small_run, sharp):
    result, summary, folder = small_run
    assert len(result.trial) == 60
    assert result.protocol == result.work.protocol == load(folder / "protocol.yaml")
    assert (result.protocol.size, result.protocol.hash) == (60, summary["hash"])
    assert summary["hash"] != sharp.hash


def test_the_run_of_a_changed_protocol_is_repeated_to_the_byte(small_run):
    from hepatrial.report.reproduce import reproduce

    _, _, folder = small_run
    assert reproduce(folder, workers=1) == len([file for file in folder.rglob("*") if file.is_file()]) - 1
