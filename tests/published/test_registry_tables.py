"""Every number that the collected tables mark as confirmed is in the registry, and what they do not confirm is not."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from hepatrial.evidence import collection, independent_comparisons, registry
from hepatrial.evidence.trials import PublishedTrial

TABLES = Path(__file__).parents[3] / "shared" / "evidence"
pytestmark = pytest.mark.skipif(
    not TABLES.is_dir(), reason="the collected tables are not beside the checkout"
)

ARMS = {
    "STRIDE tremelimumab+durvalumab": "STRIDE",
    "lenvatinib+placebo": "lenvatinib",
    "GIDEON Child-Pugh A": "Child-Pugh A",
    "GIDEON Child-Pugh B": "Child-Pugh B",
    "GIDEON Child-Pugh C": "Child-Pugh C",
    "CheckMate 040 sorafenib-naive": "nivolumab, sorafenib-naive",
    "CheckMate 040 sorafenib-experienced": "nivolumab, sorafenib-experienced",
    "Abou-Alfa Child-Pugh A subset": "Child-Pugh A",
    "Abou-Alfa Child-Pugh B subset": "Child-Pugh B",
    "tigatuzumab 6+2 + sorafenib": "tigatuzumab 6/2 + sorafenib",
    "tigatuzumab 6+6 + sorafenib": "tigatuzumab 6/6 + sorafenib",
    "DEB-TACE (150 mg doxorubicin) + sorafenib 400 mg bid": "DEB-TACE+sorafenib",
    "DEB-TACE + sorafenib 400 mg bid continuous": "DEB-TACE+sorafenib",
    "DEB-TACE + placebo": "DEB-TACE+placebo",
    "TACE + sorafenib": "TACE+sorafenib",
    "TACE + brivanib 800 mg qd": "TACE+brivanib",
    "TACE + placebo": "TACE+placebo",
    "SIRT 90Y resin": "SIRT",
    "sorafenib 800 mg/d": "sorafenib",
    "SIRT + sorafenib": "SIRT+sorafenib",
    "local ablation + sorafenib": "ablation+sorafenib",
    "local ablation + placebo": "ablation+placebo",
    "adjuvant sorafenib 400 mg bid": "sorafenib",
    "DC Bead doxorubicin (DEB-TACE)": "DEB-TACE",
    "conventional TACE doxorubicin": "cTACE",
}
"""Arms whose names in the tables hold the dose or the trial."""

SYSTEMIC = {
    "n": "n",
    "os_median_mo": "os_median_months",
    "ttp_median_mo": "ttp_median_months",
    "pfs_median_mo": "pfs_median_months",
    "orr_pct": "orr_percent",
    "dcr_pct": "dcr_percent",
    "pct_child_pugh_A": "child_pugh_a_percent",
    "pct_MVI": "macrovascular_invasion_percent",
    "pct_EHS": "extrahepatic_spread_percent",
    "pct_BCLC_C": "bclc_c_percent",
    "pct_ECOG0": "ecog_0_percent",
    "pct_HBV": "hbv_percent",
    "pct_HCV": "hcv_percent",
    "pct_male": "male_percent",
}
RATIOS = {
    "os_hr": "os_hr",
    "os_hr_lo": "os_hr_low",
    "os_hr_hi": "os_hr_high",
    "ttp_hr": "ttp_hr",
    "ttp_lo": "ttp_hr_low",
    "ttp_hi": "ttp_hr_high",
    "pfs_hr": "pfs_hr",
    "pfs_lo": "pfs_hr_low",
    "pfs_hi": "pfs_hr_high",
}
ADJUVANT = {"pfs": "rfs", "ttp": "ttr"}
"""The adjuvant trial's recurrence-free survival and time to recurrence stand in columns of these names."""


def table(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@cache
def numbers(key: str) -> list[tuple[str, str, float, str]]:
    """(of, quantity, value, source) of every confirmed number of a record and of its other reports."""
    trial = collection().trials[key]
    found: list[tuple[str, str, float, str]] = []
    for row in trial.arms:
        for name, value in row.items():
            source = trial.read_in.get(name.replace("_ci", "_months"), trial.source)
            if isinstance(value, (int, float)):
                found.append((row["arm"], name, value, source))
            elif name.endswith("_ci") and value:
                for side, limit in zip(("low", "high"), value, strict=True):
                    if limit is not None:
                        found.append((row["arm"], name.replace("ci", side), limit, source))
    for row in trial.comparisons:
        pair, stem = f"{row['arm']} v {row['control']}", f"{row['endpoint'].lower()}_hr"
        found += _ratio(pair, stem, row["hr"], row.get("ci"), trial.read_in.get("hr", trial.source))
    for effect in trial.subgroups:
        pair, stem = f"{effect.arm} v {effect.control}", f"{effect.endpoint.lower()}_hr"
        found += _ratio(pair, stem, effect.hr, effect.ci, effect.source)
    for mark in trial.landmarks:
        name = f"{mark.endpoint.lower()}_{mark.months:g}_months_percent"
        found.append((mark.of, name, mark.percent, mark.source))
        for limit in mark.ci or ():
            found.append((mark.of, f"{name}_limit", limit, mark.source))
    for finding in (*trial.findings, *trial.baseline):
        found += [(finding.of, name, value, finding.source) for name, value in finding.values.items()]
    for conflict in trial.conflicts:
        found += [(conflict.of, conflict.quantity, value, conflict.note) for value in conflict.others]
    conduct = trial.conduct
    for name in ("scan_interval_weeks", "accrual_months", "follow_up_median_months"):
        if getattr(conduct, name) is not None:
            found.append(("trial", name, getattr(conduct, name), conduct.source))
    return found


def _ratio(pair, stem, hr, ci, source):
    rows = [(pair, stem, hr, source)]
    if ci is not None:
        rows += [(pair, f"{stem}_low", ci[0], source), (pair, f"{stem}_high", ci[1], source)]
    return rows


def reports(trial: PublishedTrial) -> list[str]:
    """Keys of a record and of the other reports of its trial."""
    known = collection()
    return [one.key for one in known if trial.key in (one.key, one.part_of) or one.key in (trial.part_of,)]


def unconfirmed_columns(row: dict[str, str], columns) -> set[str]:
    if row["checked"] == "no":
        return set(columns)
    text = re.sub(r"\([^)]*\)", "", row["unchecked_fields"])
    words = [word.strip() for word in text.split(";") if word.strip()]
    return {
        column
        for column in columns
        for word in words
        if word in ("all", column) or (word.endswith("*") and column.startswith(word[:-1]))
    }


def systemic_cells():
    rows = table("trials_systemic.csv")
    controls = {row["trial"]: row["arm"] for row in rows if row["comparator_flag"] == "1"}
    for row in rows:
        arm = ARMS.get(row["trial"], ARMS.get(row["arm"], row["arm"]))
        if row["trial"] == "METIV-HCC (MET-high)" or row["trial"].startswith("SEARCH"):
            arm = row["arm"]
        if row["trial"] == "LEAP-002" and row["arm"] == "lenvatinib+placebo":
            arm = "lenvatinib"
        away = unconfirmed_columns(row, {**SYSTEMIC, **RATIOS})
        for column, quantity in {**SYSTEMIC, **RATIOS}.items():
            value = number(row[column])
            if value is None:
                continue
            of = arm
            if column in RATIOS:
                if row["trial"] not in controls:
                    continue
                control = controls[row["trial"]]
                of = f"{arm} v {'lenvatinib' if row['trial'] == 'LEAP-002' else ARMS.get(control, control)}"
            if row["trial"] == "STORM":
                quantity = re.sub(r"^(pfs|ttp)", lambda found: ADJUVANT[found[0]], quantity)
            yield row["trial"], of, quantity, value, column not in away


def test_every_confirmed_number_of_the_systemic_trials_is_in_the_registry():
    missing, seen = [], 0
    for trial, of, quantity, value, confirmed in systemic_cells():
        if confirmed:
            seen += 1
            known = numbers(collection()[trial].key)
            if (of, quantity, value) not in {(a, b, c) for a, b, c, _ in known}:
                missing.append((trial, of, quantity, value))
    assert missing == []
    assert seen > 580


def test_what_the_systemic_table_does_not_confirm_is_apart_or_was_confirmed_on_a_page():
    wrong, apart = [], 0
    for trial, of, quantity, value, confirmed in systemic_cells():
        if confirmed:
            continue
        record = collection()[trial]
        held = [row for row in record.unconfirmed if row.of == of and row.values.get(quantity) == value]
        apart += bool(held)
        published = [
            source
            for who, what, shown, source in numbers(record.key)
            if (who, what, shown) == (of, quantity, value)
        ]
        on_page = any(re.search(r"https?://|PMID|confirmed", source) for source in published)
        if bool(held) == bool(published) or (published and not on_page):
            wrong.append((trial, of, quantity, value, published))
    assert wrong == []
    assert apart > 150


def who(trial: PublishedTrial, text: str) -> str:
    """The arm or pair of arms that a text of the tables begins with; "trial" for anything else."""
    arms = [row["arm"] for row in trial.arms]
    pairs = [f"{one} v {other}" for one in arms for other in arms if one != other]
    for name in sorted((*pairs, *arms), key=len, reverse=True):
        if text == name or re.match(re.escape(name) + r"[ ,(]", text):
            return name
    return "trial"


OTHER_WORDS = {
    ("BOOST", "sorafenib"): "sorafenib+BSC",
    ("CheckMate 040", "nivolumab sorafenib-naive"): "nivolumab, sorafenib-naive",
    ("CheckMate 040", "nivolumab sorafenib-experienced"): "nivolumab, sorafenib-experienced",
}
ENDPOINTS = ("OS", "TTP", "PFS")


def long_rows(name: str):
    """(trial, of, endpoint, value) of every confirmed number of a table with a row a number."""
    for row in table(name):
        if row["checked"] != "yes":
            continue
        trial = collection()[row["trial"]]
        text = row.get("arm_or_comparison", row.get("arm", ""))
        of = who(trial, OTHER_WORDS.get((row["trial"], text), text))
        if row["trial"].startswith("GIDEON") and row.get("subgroup", "") in ("Child-Pugh A", "Child-Pugh B"):
            of = row["subgroup"]
        for column in ("value", "lo", "hi"):
            value = number(row.get(column, "").lstrip("<~"))
            if value is not None:
                yield trial, of, row.get("endpoint", ""), value, row


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("trial_outcomes_added.csv", 185),
        ("trial_baseline.csv", 178),
        ("trial_exposure.csv", 120),
        ("landmarks_and_subgroups.csv", 300),
    ],
)
def test_every_confirmed_number_of_the_long_tables_is_in_the_registry(name, at_least):
    missing, seen = [], 0
    for trial, of, endpoint, value, row in long_rows(name):
        seen += 1
        known = [entry for key in reports(trial) for entry in numbers(key)]
        timed = re.match(r"median|hr|lo|hi|HR|survival|pfs", row["quantity"])
        stem = endpoint.lower() + "_" if timed and endpoint in ENDPOINTS else ""
        if not any(a == of and c == value and b.startswith(stem) for a, b, c, _ in known):
            missing.append((row["trial"], of, endpoint, row.get("quantity"), value))
    assert missing == []
    assert seen >= at_least


def test_what_the_long_tables_do_not_confirm_is_apart():
    wrong, seen = [], 0
    for name in ("landmarks_and_subgroups.csv", "trial_exposure.csv"):
        for row in table(name):
            if row["checked"] == "yes" or number(row["value"]) is None:
                continue
            seen += 1
            trial = collection()[row["trial"]]
            values = {
                value for key in reports(trial) for one in collection().trials[key].unconfirmed
                for value in one.values.values()
            }  # fmt: skip
            collected = {
                effect.hr for effect in trial.subgroups if "hcc-nma-public" in effect.source
            }  # confirmed meanwhile by another collection
            if number(row["value"]) not in values | collected:
                wrong.append((row["trial"], row["quantity"], row["value"]))
    assert wrong == []
    assert seen > 40


FILES = {
    "data_imbrave150.csv": ("imbrave150-primary", 22),
    "data_reflect.csv": ("reflect", 19),
    "data_sarah.csv": ("sarah", 30),
    "data_sirvenib.csv": ("sirvenib", 15),
}


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


def test_every_trial_of_the_design_table_has_its_use_and_its_conduct():
    for row in table("trial_design.csv"):
        trial = collection()[row["trial"]]
        assert trial.use == row["use"].split()[0], row["trial"]
        for column, field in (
            ("scan_interval_weeks", "scan_interval_weeks"),
            ("accrual_months", "accrual_months"),
            ("followup_months_median", "follow_up_median_months"),
        ):
            assert getattr(trial.conduct, field) == number(row[column]), (row["trial"], column)
        for column, field in (
            ("randomisation_ratio", "ratio"),
            ("data_cut", "data_cut"),
            ("eligibility", "eligibility"),
        ):
            assert (getattr(trial.conduct, field) or "") == row[column].strip(), (row["trial"], column)
    named = {row["trial"] for row in table("trial_design.csv")}
    used = {trial.key for trial in collection() if trial.use != "evidence"}
    assert used == {collection()[name].key for name in named}


def test_every_early_trial_is_there_with_its_confirmed_numbers():
    columns = {
        "n": "n",
        "orr_pct": "orr_percent",
        "dcr_pct": "dcr_percent",
        "ttp_median_mo": "ttp_median_months",
        "pfs_median_mo": "pfs_median_months",
        "os_median_mo": "os_median_months",
        "discontinuation_ae_pct": "stopped_for_adverse_events_percent",
        "dose_reduction_pct": "dose_reduced_percent",
        "toxic_deaths": "toxic_deaths",
    }
    words = {
        "pfs": "pfs_median_mo",
        "disc": "discontinuation_ae_pct",
        "red": "dose_reduction_pct",
        "n (arm)": "n",
    }
    missing, seen = [], 0
    for row in table("phase2_evidence.csv"):
        trial = early_trial(row)
        away = {words.get(word, word) for word in unconfirmed_columns(row, {*columns, *words})}
        if row["unchecked_fields"].startswith("all except orr_pct"):
            away = set(columns) - {"orr_pct"}
        elif row["unchecked_fields"].startswith("all"):
            away = set(columns)
        known = {(what, value) for _, what, value, _ in numbers(trial.key)}
        for column, quantity in columns.items():
            value = number(row[column])
            if value is None or column in away:
                continue
            seen += 1
            if trial.key == "tactics-primary" and column == "pfs_median_mo":
                quantity = "tace_specific_pfs_median_months"
            if (quantity, value) not in known:
                missing.append((trial.key, quantity, value))
    assert missing == []
    assert seen > 220


def early_trial(row: dict[str, str]) -> PublishedTrial:
    wanted = f"{row['agents']} {row['trial_or_first_author']}"
    names = {name: trial for trial in collection() for name in trial.also}
    fitting = [name for name in names if wanted.startswith(name) or name == row["trial_or_first_author"]]
    assert fitting, wanted
    return names[max(fitting, key=len)]


def test_the_locoregional_trials_hold_what_was_confirmed():
    for trial, of, quantity, value in (
        ("SPACE", "DEB-TACE+sorafenib v DEB-TACE+placebo", "ttup_hr", 1.586),
        ("SPACE", "DEB-TACE+sorafenib v DEB-TACE+placebo", "ttup_hr_low", 1.2),
        ("SPACE", "DEB-TACE+sorafenib v DEB-TACE+placebo", "os_hr", 0.898),
        ("TACE 2", "DEB-TACE+sorafenib", "os_median_months", 20.7),
        ("TACE 2", "DEB-TACE+placebo", "orr_mrecist_percent", 52),
        ("TACTICS", "TACE+sorafenib v TACE alone", "os_hr_high", 1.223),
        ("BRISK-TA", "TACE+brivanib v TACE+placebo", "ttp_hr", 0.61),
        ("BRISK-TA", "TACE+placebo", "os_median_high", 30.9),
        ("SARAH", "SIRT v sorafenib", "os_hr", 1.15),
        ("SIRveNIB", "SIRT v sorafenib", "os_hr_high", 1.4),
        ("SORAMIC local ablation", "ablation+sorafenib v ablation+placebo", "ttr_hr", 1.1),
        ("SORAMIC palliative", "SIRT+sorafenib v sorafenib", "os_hr", 1.01),
        ("TACE+MKI meta-analysis (10 RCT, 2837 pts)", "trial", "ttp_hr", 0.74),
        ("lipiodol TACE systematic review (Lencioni 2016)", "trial", "os_36_months_percent", 40.4),
        ("Yang 2016 RFA first-line cohort", "ablation", "n", 316),
    ):
        known = {(a, b, c) for a, b, c, _ in numbers(collection()[trial].key)}
        assert (of, quantity, value) in known, (trial, of, quantity)
    for row in table("trials_locoregional.csv"):
        assert collection()[row["trial"]]


def test_what_the_locoregional_table_does_not_confirm_is_apart():
    for trial, of, quantity, value in (
        ("SPACE", "DEB-TACE+sorafenib v DEB-TACE+placebo", "os_hr_low", 0.606),
        ("TACE 2", "DEB-TACE+sorafenib v DEB-TACE+placebo", "pfs_hr_high", 1.27),
        ("TACTICS", "TACE+sorafenib v TACE alone", "tace_specific_pfs_hr", 0.661),
        ("BRISK-TA", "TACE+brivanib", "ttp_median_months", 8.4),
        ("SARAH", "SIRT", "n", 237),
        ("SIRveNIB", "SIRT", "orr_percent", 16.5),
        ("PRECISION V", "cTACE", "dcr_percent", 51.9),
        ("PRECISION ITALIA", "DEB-TACE", "n", 89),
    ):
        record = collection()[trial]
        assert record.unconfirmed_value(of, quantity) == value, (trial, of, quantity)
        assert (of, quantity) not in {(a, b) for a, b, _, _ in numbers(record.key)}


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
    assert found.left_out["sharp-and-asia-pacific"] == "it pools patients of sharp, asia-pacific"
    assert set(found.left_out) | {"sharp", "asia-pacific"} == {trial.key for trial in collection()}
