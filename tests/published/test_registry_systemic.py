"""Of the table of systemic trials: what it confirms is in the registry, what it does not is apart."""

from __future__ import annotations

import re

from collected_tables import ARMS, needs_tables, number, numbers, reports, table, unconfirmed_columns

from hepatrial.evidence import collection

pytestmark = needs_tables


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


OTHER_COLUMNS = {
    "median_age": r"age",
    "discontinuation_AE_pct": r"stopped|discontinu",
    "pct_AFP_ge_400": r"afp",
}
"""Columns whose quantity has several names in the records (mean or median, of related events, another cut)."""


def test_age_discontinuation_and_afp_are_shown_or_apart_as_they_were_read():
    wrong, seen = [], 0
    for row in table("trials_systemic.csv"):
        record = collection()[row["trial"]]
        for column, pattern in OTHER_COLUMNS.items():
            found = re.match(r"[~<]?(\d+(?:\.\d+)?)", row[column])
            if found is None:
                continue
            seen += 1
            value = float(found[1])
            held = [entry for key in reports(record) for entry in numbers(key)]
            sources = [s for _, what, shown, s in held if shown == value and re.search(pattern, what)]
            apart = any(
                shown == value and re.search(pattern, what)
                for one in record.unconfirmed
                for what, shown in one.values.items()
            )
            read = not unconfirmed_columns(row, [column])
            on_page = any(re.search(r"https?://|PMID", source) for source in sources)
            if not (sources if read else apart or on_page):
                wrong.append((row["trial"], row["arm"], column, value, sources, apart))
    assert wrong == []
    assert seen > 70
