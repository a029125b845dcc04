"""The share of an agent's gaps in outcomes that they can move, simulated."""

import pytest

from hepatrial.agents import load_agent
from hepatrial.cli.share_lines import share_lines
from hepatrial.errors import UsageError
from hepatrial.gaps import shares_of_agent
from hepatrial.report.definitions import NOTICE
from hepatrial.report.shares_record import shares_record, shares_rows, shares_section

DRAWS = 120


@pytest.fixture(scope="module")
def brivanib():
    return shares_of_agent(load_agent("brivanib"), DRAWS)


def share(found, outcome, name):
    of = next(each for each in found.outcomes if each.outcome.name == outcome)
    places = {each.name: place for place, each in enumerate(found.numbers)}
    return of.by_number[places[name]]


def test_missing_clearance_and_free_fraction_carry_the_exposure(brivanib):
    assert share(brivanib, "exposure", "clearance_l_per_h").value > 0.3
    assert share(brivanib, "exposure", "fraction_unbound").value > 0.3


def test_each_gap_moves_the_outcome_that_it_should(brivanib):
    assert share(brivanib, "exposure_cv", "clearance_cv").value > 0.3
    assert share(brivanib, "exposure_child_pugh_b", "hepatic_ratio B").value > 0.1
    assert share(brivanib, "exposure_child_pugh_c", "hepatic_ratio C").value > 0.1
    assert share(brivanib, "exposure", "drift_final_fraction").value > 0.003
    event = "other grade 3-5 event probability"
    assert share(brivanib, "dose_intensity", event).value > 0.2
    assert share(brivanib, "time_on_treatment", "withdrawal_given_event").value > 0.1
    assert share(brivanib, "ttp", "clearance_l_per_h").value > 0.2


def test_what_cannot_move_an_outcome_has_no_share_in_it(brivanib):
    none = share(brivanib, "exposure_child_pugh_b", "hepatic_ratio C")
    assert abs(none.value) < 0.005
    assert abs(share(brivanib, "exposure", "potency on VEGFR2").value) < 0.01
    assert abs(share(brivanib, "exposure_child_pugh_c", "fatal_given_event").value) < 0.005


def test_the_parts_of_an_outcome_sum_to_one(brivanib):
    for each in brivanib.outcomes:
        total = sum(part.value for part in each.by_standing.values()) + each.rest.value
        assert total == pytest.approx(1.0)
        assert sum(part.value for part in each.by_number) == pytest.approx(
            sum(part.value for part in each.by_standing.values())
        )
        assert each.low < each.median < each.high


def test_the_answer_is_told_in_words_json_and_tables(brivanib):
    text = "\n".join(share_lines(brivanib))
    assert "±" in text
    assert text.endswith(NOTICE)
    assert "mean time to progression within 12 months" in text
    assert "exposure left in the long run" in text.rsplit("convention", 1)[1]
    record = shares_record(brivanib)
    assert record["draws"] + record["left_out"] == DRAWS
    assert {each["outcome"] for each in record["outcomes"]} >= {"exposure", "dose_intensity", "ttp", "os"}
    assert set(record["outcomes"][0]["shares"]) == {each["quantity"] for each in record["numbers"]}
    assert len(shares_rows(brivanib)) == len(brivanib.numbers) * len(brivanib.outcomes)
    assert len(shares_section(brivanib).tables) == 2


def test_too_few_draws_are_refused_with_the_number_that_is_enough():
    with pytest.raises(UsageError, match=r"allowed: \d+ or more"):
        shares_of_agent(load_agent("brivanib"), 40)
