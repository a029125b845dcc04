"""The indication map on records made for it: nothing twice, nothing guessed, ratios within trials, verdicts."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hepatrial.errors import UsageError
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.pooling import events_for_hazard_ratio, events_for_interaction, holm
from hepatrial.evidence.questions.closing_trial import ClosingAssumptions, closing_trial
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.indication_verdict import Finding, factor_verdict
from hepatrial.evidence.questions.level_effect import How, Pair
from hepatrial.evidence.questions.patients_seen import patients_seen
from hepatrial.evidence.questions.subgroup_effects import factor_effects
from hepatrial.evidence.questions.subgroup_levels import WholeTrial, subgroup_levels
from hepatrial.evidence.record_building import record_of

LEVELS = subgroup_levels()
KNOWN = collection()


def subgroup(group, hr, low, high, factor="ECOG", endpoint="OS"):
    return {
        "arm": "apatinib", "control": "placebo", "endpoint": endpoint, "factor": factor, "group": group, "hr": hr,
        "ci": [low, high], "level": 95, "source": f"source of {factor} {group}",
    }  # fmt: skip


def trial(key, subgroups=(), hr=None, **more):
    """A record of apatinib against placebo."""
    content = {
        "name": key.upper(), "registration": "", "use": "evidence", "year": 2020, "line": "2L", "source": key,
        "arms": [
            {"arm": "apatinib", "agents": ["apatinib"], "n": 200},
            {"arm": "placebo", "agents": ["placebo"], "n": 100},
        ],
        "comparisons": [],
        "subgroups": list(subgroups),
        **more,
    }  # fmt: skip
    if hr is not None:
        content["comparisons"] = [
            {
                "arm": "apatinib",
                "control": "placebo",
                "endpoint": "OS",
                "hr": hr[0],
                "ci": [*hr[1:]],
                "level": 95,
            }
        ]
    return record_of(content, key)


def replaced_group(row, names):
    return {**row, "group": names[row["group"]]}


def map_of(*trials, **options):
    records = Collection({one.key: one for one in trials})
    (found,) = indication_maps("apatinib", records=records, **options)
    return found


def answer_of(found, key):
    return next(answer for answer in found.factors if answer.factor.key == key)


def verdict_of(found, key):
    return factor_verdict(answer_of(found, key), found.assumed)


class TestTheFileOfLevels:
    def test_every_rule_leads_to_a_level_and_gives_a_reason(self):
        for factor in LEVELS.factors:
            for rule in factor.rules:
                assert rule.level in factor.levels, (factor.key, rule)
                assert rule.reason
            assert {level for pair in factor.contrasts for level in pair} <= set(factor.levels)
            assert set(factor.counts) <= set(factor.levels)
            assert not factor.cuts or len(factor.levels) == 2

    def test_every_printed_subgroup_of_the_registry_is_mapped_or_has_a_reason(self):
        mapped = {
            (rule.factor, group)
            for factor in LEVELS.factors
            for rule in factor.rules
            for group in rule.groups
        }
        unknown = {
            (row.factor, row.group)
            for record in KNOWN
            for row in record.subgroups
            if (row.factor, row.group) not in mapped
            and LEVELS.reason(row.factor, row.group) == LEVELS.reason("nothing", "known")
        }
        assert unknown == set()

    def test_nothing_is_both_mapped_and_not_mapped(self):
        mapped = {
            (rule.factor, group)
            for factor in LEVELS.factors
            for rule in factor.rules
            for group in rule.groups
        }
        assert not {(row.factor, row.group) for row in LEVELS.not_mapped} & mapped

    def test_every_trial_arm_and_quantity_that_it_names_is_in_the_registry(self):
        quantities = {
            name for record in KNOWN for row in (*record.baseline, *record.findings) for name in row.values
        }
        for factor in LEVELS.factors:
            trials = {one.trial for one in factor.whole_trials} | {
                name for names in factor.nobody.values() for name in names
            }
            assert trials <= set(KNOWN.trials)
            for where in factor.counts.values():
                assert {*where.patients, *where.percent, *where.beside} <= quantities
        for row in LEVELS.descriptive:
            assert KNOWN[row.trial].arm(row.arm)

    def test_trials_that_nobody_of_class_c_could_enter_say_so_in_their_eligibility(self):
        (factor,) = (one for one in LEVELS.factors if one.key == "child-pugh")
        for name in factor.nobody["C"]:
            assert "Child-Pugh A" in KNOWN[name].conduct.eligibility


def turned(row):
    """The same hazard ratio, printed of placebo to apatinib."""
    low, high = row["ci"]
    return {**row, "arm": "placebo", "control": "apatinib", "hr": 1 / row["hr"], "ci": [1 / high, 1 / low]}


class TestDirection:
    levels = (subgroup("0", 0.6, 0.45, 0.8), subgroup("1", 0.9, 0.7, 1.157))

    def both(self, hr):
        straight = trial("straight", self.levels, hr=hr)
        other = trial("other", [turned(row) for row in self.levels])
        rows = trial("comparison", hr=hr).comparisons
        return straight, replace(other, comparisons=tuple(turned(row) for row in rows))

    def test_a_ratio_that_was_printed_the_other_way_round_is_turned_and_counts(self):
        found = map_of(*self.both((0.75, 0.6, 0.9375)))
        assert [one.trial for one in found.whole.comparisons] == ["other", "straight"]
        assert found.overall.ratio[0] == pytest.approx(0.75)
        answer = answer_of(found, "ecog")
        for level, printed in zip(("0", "1"), self.levels, strict=True):
            assert [one.trial for one in answer.level(level).effects] == ["other", "straight"]
            assert answer.level(level).estimate.ratio[0] == pytest.approx(printed["hr"])
        (contrast,) = (one for one in answer.contrasts if (one.first, one.second) == ("0", "1"))
        assert [study for study, _ in contrast.trials] == ["other", "straight"]
        assert contrast.within.ratio[0] == pytest.approx(0.6 / 0.9)

    def test_a_pair_that_was_printed_both_ways_is_one_map(self):
        records = Collection({one.key: one for one in self.both((0.75, 0.6, 0.9375))})
        (found,) = indication_maps("all", records=records)
        assert found.pair == Pair("apatinib", "placebo")


def test_trials_of_different_lines_are_told():
    levels = [subgroup("0", 0.8, 0.6, 1.067)]
    found = map_of(trial("early", levels, line="1L"), trial("late", levels, line="2L/3L"))
    told = (
        "Subgroups of trials of different lines are pooled, whose patients differ: EARLY (1L), LATE (2L/3L)."
    )
    assert told in found.cautions
    alike = map_of(trial("early", levels, line="1L/2L"), trial("late", levels, line="2L/3L"))
    assert not any("different lines" in one for one in alike.cautions)


class TestNeverTwice:
    def test_of_two_reports_of_a_trial_one_counts_and_the_other_is_told(self):
        first = trial("first", [subgroup("0", 0.8, 0.6, 1.067), subgroup("1", 0.9, 0.7, 1.157)])
        later = trial("later", [subgroup("0", 0.7, 0.5, 0.98)], part_of="first", year=2022)
        answer = answer_of(map_of(first, later), "ecog")
        assert [one.trial for one in answer.level("0").effects] == ["first"]
        (row,) = answer.left_out
        assert (row.trial, row.reason) == ("later", "another report of the same patients counts: FIRST")

    def test_a_later_report_with_as_much_counts_instead(self):
        first = trial("first", [subgroup("0", 0.8, 0.6, 1.067)])
        later = trial("later", [subgroup("0", 0.7, 0.5, 0.98)], part_of="first", year=2022)
        answer = answer_of(map_of(first, later), "ecog")
        assert [one.trial for one in answer.level("0").effects] == ["later"]

    def test_of_pooled_analyses_that_share_a_trial_one_counts_and_the_other_is_told(self):
        levels = [subgroup("0", 0.7, 0.5, 0.98), subgroup("1", 0.9, 0.7, 1.157)]
        first = trial("first", levels, pooled_from=["a", "b"], year=2018)
        later = trial("later", levels, pooled_from=["b", "c"], year=2022)
        answer = answer_of(map_of(first, later), "ecog")
        assert [one.trial for one in answer.level("0").effects] == ["later"]
        assert {(row.trial, row.reason) for row in answer.left_out} == {
            ("first", "it pools patients of b, which count in LATER")
        }

    def test_a_trial_of_one_level_does_not_count_beside_a_pooled_analysis_of_it(self):
        (factor,) = (one for one in LEVELS.factors if one.key == "ecog")
        factor = replace(factor, whole_trials=(WholeTrial("fit", "0", "only such could enter"),))
        both = trial("both", [subgroup("0", 0.7, 0.5, 0.98)], pooled_from=["fit", "other"])
        records = Collection({one.key: one for one in (trial("fit", hr=(0.7, 0.5, 0.98)), both)})
        found = factor_effects(factor, Pair("apatinib", "placebo"), "OS", records)
        assert [one.trial for one in found.at("0")] == ["both"]

    def test_only_randomised_trials_count_and_others_are_told(self):
        levels = [subgroup("0", 0.8, 0.6, 1.067), subgroup("1", 0.9, 0.7, 1.157)]
        found = map_of(trial("randomised", levels), trial("watched", levels, design="cohort"))
        answer = answer_of(found, "ecog")
        assert {one.trial for level in answer.levels for one in level.effects} == {"randomised"}
        assert {(row.trial, row.reason) for row in answer.left_out} == {
            ("watched", "it is not a randomised trial but a cohort")
        }

    def test_a_pooled_analysis_counts_only_where_its_trials_say_nothing(self):
        own = trial("own", [subgroup("0", 0.8, 0.6, 1.067)])
        both = trial(
            "both",
            [subgroup("0", 0.7, 0.5, 0.98), subgroup("A", 0.6, 0.4, 0.9, factor="Child-Pugh")],
            pooled_from=["own", "other"],
            design="pooled analysis",
        )
        found = map_of(own, trial("other"), both)
        assert [one.trial for one in answer_of(found, "ecog").level("0").effects] == ["own"]
        assert "it pools patients of OWN" in answer_of(found, "ecog").left_out[0].reason
        assert [one.trial for one in answer_of(found, "child-pugh").level("A").effects] == ["both"]

    def test_levels_are_pooled_over_trials_by_inverse_variance(self):
        one = trial("one", [subgroup("0", 0.8, 0.6, 1.067), subgroup("1", 1.0, 0.8, 1.25)])
        two = trial("two", [subgroup("0", 0.6, 0.4, 0.9), subgroup("1", 0.9, 0.6, 1.35)])
        answer = answer_of(map_of(one, two), "ecog")
        effects = [each.effect for each in answer.level("0").effects]
        weights = [each.std_error**-2 for each in effects]
        mean = sum(w * each.log_hr for w, each in zip(weights, effects, strict=True)) / sum(weights)
        assert answer.level("0").estimate.value == pytest.approx(mean)
        (contrast, _) = answer.contrasts
        ratios = [(estimate.value, estimate.std_error**-2) for _, estimate in contrast.trials]
        pooled = sum(value * w for value, w in ratios) / sum(w for _, w in ratios)
        assert contrast.within.value == pytest.approx(pooled)
        assert contrast.across is None


class TestWithinAndAcross:
    def test_levels_from_different_trials_are_compared_across_trials_only(self):
        one = trial("one", [subgroup("A", 0.5, 0.4, 0.625, factor="Child-Pugh")])
        two = trial("two", [subgroup("B", 1.0, 0.8, 1.25, factor="Child-Pugh")])
        answer = answer_of(map_of(one, two), "child-pugh")
        assert answer.contrasts[0].within is None
        assert answer.contrasts[0].p_adjusted is None
        assert answer.contrasts[0].across.ratio[0] == pytest.approx(0.5)
        assert verdict_of(map_of(one, two), "child-pugh").finding is Finding.NOT_KNOWN

    def test_p_values_are_adjusted_by_holm_over_all_that_were_tested(self):
        found = map_of(
            trial(
                "one",
                [
                    subgroup("0", 0.5, 0.4, 0.625), subgroup("1", 0.9, 0.7, 1.157),
                    subgroup("A", 0.6, 0.5, 0.72, factor="Child-Pugh"),
                    subgroup("B", 0.8, 0.5, 1.28, factor="Child-Pugh"),
                    subgroup("HBV", 0.6, 0.5, 0.72, factor="aetiology"),
                    subgroup("HCV", 0.8, 0.6, 1.067, factor="aetiology"),
                ],
            )
        )  # fmt: skip
        tested = [c for answer in found.factors for c in answer.contrasts if c.within is not None]
        assert found.tested == len(tested) == 3
        assert [c.p_adjusted for c in tested] == pytest.approx(list(holm([c.within.p for c in tested])))

    def test_groups_made_after_randomisation_are_never_used(self):
        found = map_of(
            trial(
                "one",
                [subgroup("0", 0.8, 0.6, 1.067), subgroup("yes", 0.5, 0.4, 0.625, "subsequent medication")],
            )
        )
        (row,) = found.not_mapped
        assert "after randomisation" in row.reason

    def test_a_group_that_nobody_has_mapped_is_listed(self):
        found = map_of(
            trial("one", [subgroup("0", 0.8, 0.6, 1.067), subgroup("blue", 0.5, 0.4, 0.625, "eyes")])
        )
        (row,) = found.not_mapped
        assert row.reason == "nobody has decided which common level it is"


class TestDerived:
    def factor(self):
        return next(one for one in LEVELS.factors if one.key == "region")

    def effects(self, *subgroups, hr):
        records = Collection({"one": trial("one", subgroups, hr=hr)})
        found = factor_effects(self.factor(), Pair("apatinib", "placebo"), "OS", records)
        return {one.level: one for one in found.effects}

    def test_the_other_level_follows_from_the_whole_trial(self):
        part = subgroup("Asia", 0.5, 0.5 * math.exp(-0.4), 0.5 * math.exp(0.4), factor="region")
        whole = (0.7, 0.7 * math.exp(-0.2), 0.7 * math.exp(0.2))
        found = self.effects(part, hr=whole)
        # Informations are as 1 to 4, so 3 of 4 parts are left: log 0.7 = (log 0.5 + 3 x) / 4.
        assert found["not Asia"].how is How.DERIVED
        assert found["not Asia"].effect.log_hr == pytest.approx((4 * math.log(0.7) - math.log(0.5)) / 3)
        error = found["Asia"].effect.std_error
        assert found["not Asia"].effect.std_error == pytest.approx(1.6 * error / math.sqrt(3))

    def test_nothing_is_derived_from_a_part_that_is_nearly_the_whole(self):
        part = subgroup("Asia", 0.5, 0.5 * math.exp(-0.205), 0.5 * math.exp(0.205), factor="region")
        whole = (0.7, 0.7 * math.exp(-0.2), 0.7 * math.exp(0.2))
        assert set(self.effects(part, hr=whole)) == {"Asia"}

    def test_nothing_is_derived_without_the_whole_trial(self):
        part = subgroup("Asia", 0.5, 0.3, 0.83, factor="region")
        assert set(self.effects(part, hr=None)) == {"Asia"}


class TestVerdicts:
    def found(self, first, second, **options):
        return map_of(
            trial("one", [subgroup("0", *first), subgroup("1", *second)]), factors=["ecog"], **options
        )

    def test_a_clear_ratio_of_printed_levels_is_predictive(self):
        found = self.found((0.5, 0.4, 0.625), (1.0, 0.8, 1.25))
        assert verdict_of(found, "ecog").finding is Finding.PREDICTIVE

    def test_a_narrow_ratio_at_1_is_no_large_difference(self):
        found = self.found((0.7, 0.6, 0.817), (0.7, 0.6, 0.817))
        assert verdict_of(found, "ecog").finding is Finding.ALIKE

    def test_a_wide_ratio_is_open_and_not_alike(self):
        found = self.found((0.7, 0.5, 0.98), (0.8, 0.5, 1.28))
        verdict = verdict_of(found, "ecog")
        assert verdict.finding is Finding.OPEN
        assert "nothing is shown either way" in verdict.sentence

    def test_what_counts_as_large_is_the_users(self):
        levels = (0.7, 0.6, 0.817), (0.7, 0.6, 0.817)
        found = self.found(*levels, assumed=ClosingAssumptions(ratio=1.1))
        assert verdict_of(found, "ecog").finding is Finding.OPEN

    def test_a_further_trial_confirms_an_effect_in_the_level_that_gains_more_alone(self, monkeypatch):
        # A trial of one level alone, as REACH-2 is; here its level is "no".
        factor = next(one for one in LEVELS.factors if one.key == "invasion-or-spread")
        listed = replace(factor, whole_trials=(WholeTrial("two", "no", "made"),))
        within = [
            subgroup("no", 0.8, 0.64, 1.0, factor="invasion or spread"),
            subgroup("yes", 0.4, 0.32, 0.5, factor="invasion or spread"),
        ]
        turned = [replaced_group(one, {"no": "yes", "yes": "no"}) for one in within]
        monkeypatch.setattr(
            "hepatrial.evidence.questions.indication.chosen_factors", lambda factors: (listed,)
        )
        for groups, finding in ((within, Finding.PREDICTIVE), (turned, Finding.CONFIRMED)):
            found = map_of(trial("one", groups), trial("two", hr=(0.7, 0.56, 0.875)))
            assert verdict_of(found, "invasion-or-spread").finding is finding

    def test_a_striking_group_whose_opposite_is_derived_is_a_lead(self):
        part = subgroup("Asia", 0.3, 0.2, 0.45, factor="region")
        found = map_of(trial("one", [part], hr=(0.8, 0.65, 0.985)), factors=["region"])
        verdict = verdict_of(found, "region")
        assert verdict.finding is Finding.LEAD
        assert "authors print the subgroups that strike them" in verdict.sentence


class TestPatientsSeen:
    def test_sizes_percentages_and_rests(self):
        record = trial(
            "one",
            [{**subgroup("HBV", 0.8, 0.6, 1.067, factor="aetiology"), "n": "90/40"}],
            baseline=[
                {"of": "apatinib", "source": "s", "values": {"macrovascular_invasion_percent": 30}},
                {"of": "trial", "source": "s", "values": {"child_pugh_a_percent": 100}},
            ],
        )
        records, pair = Collection({"one": record}), Pair("apatinib", "placebo")

        def seen(key):
            (factor,) = (one for one in LEVELS.factors if one.key == key)
            return {
                one.level: (one.patients, one.of) for one in patients_seen(factor, pair, ["one"], records)
            }

        assert seen("aetiology")["HBV"] == (130, 300)
        # One arm's table alone speaks for that arm alone.
        assert seen("macrovascular-invasion") == {"yes": (60, 200), "no": (140, 200)}
        assert seen("child-pugh") == {"A": (300, 300), "B": (0, 300), "C": (0, 300)}
        assert seen("ecog")["0"] == (None, 0)


class TestClosingTrial:
    def test_sizes_are_schoenfelds(self):
        size = closing_trial(ClosingAssumptions(), natural_share=0.2)
        assert size.interaction_events == math.ceil(events_for_interaction(1.5, 0.5)) == 1023
        assert size.level_events == math.ceil(events_for_hazard_ratio(0.7)) == 331
        assert size.level_patients == math.ceil(331 / 0.7)
        assert size.natural_patients == math.ceil(math.ceil(events_for_interaction(1.5, 0.2)) / 0.7)

    def test_more_patients_where_fewer_have_the_event(self):
        few, many = (closing_trial(ClosingAssumptions(event_share=share)) for share in (0.9, 0.45))
        assert many.level_patients == pytest.approx(2 * few.level_patients, abs=2)

    @pytest.mark.parametrize("share", [0.0, -0.1, 1.2, float("nan")])
    def test_a_share_that_is_none_is_refused(self, share):
        with pytest.raises(UsageError, match="not a share"):
            ClosingAssumptions(event_share=share)


class TestRefusals:
    def test_an_agent_without_subgroups_is_told_which_have_some(self):
        with pytest.raises(UsageError, match="did you mean ramucirumab"):
            indication_maps("ramucirumba")
        with pytest.raises(UsageError, match="sorafenib v placebo"):
            indication_maps("brivanib")

    @pytest.mark.parametrize(
        ("agent", "fix"),
        [
            ("soraphenib", "did you mean sorafenib?"),
            ("donafenib", "another endpoint"),
            ("temsirolimus", "another"),
        ],
    )
    def test_only_a_misspelt_agent_is_guessed(self, agent, fix):
        with pytest.raises(UsageError, match=fix):
            indication_maps(agent)

    def test_a_combination_and_any_case_are_understood(self):
        (found,) = indication_maps("Durvalumab + tremelimumab", factors=["aetiology"])
        assert (found.pair.treatment, found.pair.control) == ("durvalumab + tremelimumab", "sorafenib")

    def test_an_agent_in_both_arms_is_not_its_own_effect(self):
        pairs = [str(one.pair) for one in indication_maps("lenvatinib")]
        assert pairs == ["lenvatinib v sorafenib"]

    def test_an_unknown_factor_or_model_has_its_near_miss(self):
        with pytest.raises(UsageError, match="did you mean ecog"):
            indication_maps("sorafenib", factors=["ecgo"])
        with pytest.raises(UsageError, match="common, random"):
            indication_maps("sorafenib", model="bayes")

    def test_an_endpoint_without_subgroups_says_none(self):
        with pytest.raises(UsageError, match="no RFS hazard ratio"):
            indication_maps("sorafenib", endpoint="RFS")


def test_all_agents_are_mapped():
    maps = indication_maps("all")
    assert len(maps) >= 14
    assert all(math.isfinite(m.overall.value) for m in maps if m.overall is not None)


def test_an_interval_at_another_level_gets_its_own_standard_error():
    wide = trial("one", [subgroup("0", 0.8, 0.6, 1.067)])
    narrow = replace(wide, subgroups=tuple(replace(row, level=90) for row in wide.subgroups))
    errors = [answer_of(map_of(one), "ecog").level("0").effects[0].effect.std_error for one in (wide, narrow)]
    assert errors[1] / errors[0] == pytest.approx(1.959964 / 1.644854, rel=1e-5)
