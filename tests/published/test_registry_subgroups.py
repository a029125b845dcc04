"""Every collected hazard ratio of a subgroup is in the registry, and with it of which patients it is."""

from __future__ import annotations

import math

import pytest
from collected_tables import needs_tables, table

from hepatrial.evidence import collection, standard_error_of_log_hr
from hepatrial.evidence.questions.indication import indication_maps

FILES = {
    "data_imbrave150.csv": ("imbrave150-primary", 22),
    "data_reflect.csv": ("reflect", 19),
    "data_sarah.csv": ("sarah", 30),
    "data_sirvenib.csv": ("sirvenib", 15),
}


@needs_tables
@pytest.mark.parametrize("name", FILES)
def test_every_collected_subgroup_ratio_is_in_the_registry(name):
    key, count = FILES[name]
    trial = collection().trials[key]
    held = {(row.hr, *row.ci) for row in trial.subgroups if row.ci is not None and row.endpoint == "OS"}
    others = {value for row in trial.conflicts for value in row.others}
    rows = table(f"subgroup_hr/{name}")
    assert len(rows) == count
    for row in rows:
        found = tuple(float(row[column]) for column in ("hr", "low", "high"))
        assert found in held or set(found) <= others, row


def together(trial, factor):
    """The hazard ratio of the levels of a factor together, by inverse variance."""
    rows = [row for row in trial.subgroups if row.factor == factor]
    weights = [standard_error_of_log_hr(*row.ci) ** -2 for row in rows]
    return math.exp(sum(w * math.log(row.hr) for w, row in zip(weights, rows, strict=True)) / sum(weights))


@pytest.mark.parametrize(
    ("key", "factors", "of_these", "of_all"),
    [
        ("sarah", ("Child-Pugh", "ECOG", "age", "sex", "BCLC", "TACE failure"), 0.99, 1.15),
        ("sirvenib", ("Child-Pugh", "ECOG", "BCLC", "ALBI", "portal vein thrombosis"), 0.86, 1.10),
    ],
)
def test_subgroups_that_add_up_to_other_patients_than_all_say_so(key, factors, of_these, of_all):
    trial = collection().trials[key]
    assert next(row["hr"] for row in trial.comparisons if row["endpoint"] == "OS") == pytest.approx(of_all)
    treated = "per protocol" if key == "sarah" else "treated patients"
    assert trial.finding("SIRT v sorafenib", "os_hr", treated) == of_these
    for factor in factors:
        assert together(trial, factor) == pytest.approx(of_these, abs=0.021), factor
    assert f"{of_these}" in trial.subgroup_population
    (conflict,) = trial.conflicts
    assert (conflict.shown, conflict.others) == (of_all, (of_these,))


def test_the_indication_map_says_of_which_patients_they_are():
    (found,) = indication_maps("SIRT", factors=("child-pugh",))
    said = " ".join(found.cautions)
    assert "SARAH: its levels of" in said
    assert "of the patients treated per protocol" in said
    assert "SIRveNIB: its levels of" in said
    assert "of the patients who got their treatment" in said
    for level in found.factors[0].levels[:2]:
        assert all("taken to be of the patients" in one.population for one in level.effects)
