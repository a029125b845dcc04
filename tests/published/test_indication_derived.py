"""An effect that was not printed follows from the other level and the whole trial: held beside printed ones."""

from __future__ import annotations

import math
from dataclasses import replace

from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.questions.derived_effects import DERIVED_WIDTH
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.level_effect import How
from hepatrial.evidence.questions.subgroup_effects import factor_effects, pairs_with_subgroups
from hepatrial.evidence.questions.subgroup_levels import subgroup_levels

KNOWN = collection()


def both_printed():
    """Every pair, factor and trial for which both levels of a cut were printed."""
    for pair in pairs_with_subgroups("OS", KNOWN):
        for factor in (one for one in subgroup_levels().factors if one.cuts):
            found = factor_effects(factor, pair, "OS", KNOWN)
            printed = [one for one in found.effects if one.how is How.PRINTED]
            for trial in {one.trial for one in printed}:
                if len([one for one in printed if one.trial == trial]) == 2:
                    yield pair, factor, trial


CASES = sorted(both_printed(), key=lambda case: (str(case[0]), case[1].key, case[2]))


def derived_without(level, pair, factor, trial):
    """The effect in a level as it would follow had it not been printed."""
    groups = {(rule.factor, group) for rule in factor.rules if rule.level == level for group in rule.groups}
    record = KNOWN[trial]
    rows = tuple(row for row in record.subgroups if (row.factor, row.group) not in groups)
    records = Collection({**KNOWN.trials, trial: replace(record, subgroups=rows)})
    return next(
        (
            one
            for one in factor_effects(factor, pair, "OS", records).effects
            if one.trial == trial and one.level == level and one.how is How.DERIVED
        ),
        None,
    )


def misses():
    """Derived against printed log hazard ratios, in printed standard errors, wherever one can be derived."""
    for pair, factor, trial in CASES:
        for level in factor.levels:
            (printed,) = (
                one
                for one in factor_effects(factor, pair, "OS", KNOWN).effects
                if one.trial == trial and one.level == level
            )
            derived = derived_without(level, pair, factor, trial)
            if derived is not None:
                miss = (derived.effect.log_hr - printed.effect.log_hr) / printed.effect.std_error
                ratio = derived.effect.std_error / DERIVED_WIDTH / printed.effect.std_error
                yield f"{trial}, {factor.key}, {level}", miss, ratio


FOUND = list(misses())


def test_enough_levels_were_printed_to_tell():
    assert len(FOUND) > 30
    assert {name.split(",")[0] for name, _, _ in FOUND} >= {"reflect", "imbrave150-primary", "celestial"}


def test_derived_levels_lie_half_a_standard_error_from_printed_ones():
    assert math.sqrt(sum(miss**2 for _, miss, _ in FOUND) / len(FOUND)) < 0.6


def test_they_miss_by_more_than_1_2_only_where_the_factor_is_prognostic_and_the_arms_unbalanced():
    # REFLECT: of the prognostic variables in which the arms differed AFP told most, 10.1038/s41416-020-0817-7.
    far = {name for name, miss, _ in FOUND if abs(miss) > 1.2}
    assert far == {"reflect, afp-200, 200 or more", "reflect, afp-200, below 200"}


def test_the_derived_standard_error_is_that_of_the_printed_interval_but_for_its_width():
    ratios = [ratio for _, _, ratio in FOUND]
    assert min(ratios) > 0.8
    assert max(ratios) < 1.2


def test_nothing_is_derived_where_a_reports_levels_do_not_add_up_to_its_whole_trial():
    # Their subgroup ratios centre on 1 and 0.85, their whole trials on 1.15 and 1.10: another population.
    assert {name.split(",")[0] for name, _, _ in FOUND}.isdisjoint({"sarah", "sirvenib"})
    for trial, factor in (("sarah", "afp-400"), ("sirvenib", "bclc")):
        (case,) = [case for case in CASES if case[1].key == factor and case[2] == trial]
        assert derived_without(case[1].levels[0], *case) is None


def test_levels_that_do_not_add_up_are_told():
    (found,) = indication_maps("SIRT")
    assert [text.split(":")[0] for text in found.cautions] == ["SARAH", "SIRveNIB"]
    assert "0.96 together, 1.15 in all" in found.cautions[0]
    (reflect,) = indication_maps("lenvatinib", control="sorafenib")
    assert [text.split(" do not")[0] for text in reflect.cautions] == [
        "REFLECT: its levels of AFP, 200 ng/mL"
    ]
    (ramucirumab,) = indication_maps("ramucirumab")
    assert ramucirumab.cautions == ()
