"""What no source confirmed stands in no table but its own, and no patients are counted twice."""

from __future__ import annotations

from hepatrial.evidence import collection, independent_comparisons, registry


def test_no_table_but_its_own_holds_an_unconfirmed_number():
    tables = registry()
    for trial in collection():
        for row in trial.unconfirmed:
            for quantity in row.values:
                assert (row.of, row.subgroup, quantity) not in {
                    (f.of, f.subgroup, name) for f in (*trial.findings, *trial.baseline) for name in f.values
                }
    assert tables.unconfirmed.height == sum(len(r.values) for t in collection() for r in t.unconfirmed)
    asia = tables.arms.filter(tables.arms["trial"] == "asia-pacific")
    # Confirmed in a source of its own; what stays unconfirmed, as the interval of the placebo arm, is not there.
    assert asia["n"].to_list() == [150, 76]
    assert asia["os_median_low_months"].to_list()[1] is None


def test_the_pooled_set_of_sorafenib_against_placebo_holds_each_trial_once():
    found = independent_comparisons("OS", "1L", treatment="sorafenib", control="placebo")
    assert [(one.study, one.hr) for one in found.comparisons] == [("asia-pacific", 0.68), ("sharp", 0.69)]
    assert found.left_out["sharp-and-asia-pacific"] == "it pools patients of SHARP, Asia-Pacific"
    assert set(found.left_out) | {"sharp", "asia-pacific"} == {trial.key for trial in collection()}
