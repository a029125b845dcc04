"""Of the table of locoregional trials, cell by cell: what it confirms is in the registry, what it does not is apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from collected_tables import needs_tables, numbers, reports, table

from hepatrial.evidence import collection

pytestmark = needs_tables

STEMS = {
    "n": ("n", "patients"),
    "os_median_mo": ("os",),
    "os_ci": ("os",),
    "os_hr": ("os_hr",),
    "os_hr_lo": ("os_hr",),
    "os_hr_hi": ("os_hr",),
    "pfs_median_mo": ("pfs", "tace_specific_pfs"),
    "pfs_hr": ("pfs", "tace_specific_pfs"),
    "pfs_lo": ("pfs", "tace_specific_pfs"),
    "pfs_hi": ("pfs", "tace_specific_pfs"),
    "ttp_median_mo": ("ttp",),
    "ttp_hr": ("ttp",),
    "ttp_lo": ("ttp",),
    "ttp_hi": ("ttp",),
    "ttup_or_ttf_median_mo": ("ttup",),
    "ttup_hr": ("ttup",),
    "ttup_lo": ("ttup",),
    "ttup_hi": ("ttup",),
    "rfs_ttr_median_mo": ("rfs", "ttr"),
    "rfs_hr": ("rfs", "ttr"),
    "rfs_lo": ("rfs", "ttr"),
    "rfs_hi": ("rfs", "ttr"),
    "orr_pct": ("orr", "complete", "response", "objective"),
    "dcr_pct": ("dcr", "disease"),
}
"""What the name of a quantity begins with, by column."""

NOT_READ = {
    "nct; os_hr CI; ttp CI": {"os_hr_lo", "os_hr_hi", "ttp_lo", "ttp_hi"},
    "nct; HR CIs": {"os_hr_lo", "os_hr_hi", "pfs_lo", "pfs_hi"},
    "pfs, ttp, ttup": {"pfs_median_mo", "ttp_median_mo", "ttup_or_ttf_median_mo"},
    "nct; ttp medians; orr": {"ttp_median_mo", "orr_pct"},
    "nct; ttp median; orr": {"ttp_median_mo", "orr_pct"},
    "rfs, ttr, os HR and CI, dose, HFSR": {name for name in STEMS if name.startswith(("rfs", "os_hr"))},
    "rfs, ttr": {"rfs_ttr_median_mo"},
    "arm n; pfs_hr CI": {"n", "pfs_lo", "pfs_hi"},
    "arm n": {"n"},
    "ttp; orr": {"ttp_median_mo", "orr_pct"},
    "arm n; CR/ORR/DCR; nct": {"n", "orr_pct", "dcr_pct"},
    "PMID 31801872; primary PFS 25.2/13.5 HR 0.59 CI; final PFS HR+CI; TTP and TTUP rows": {
        name for name in STEMS if name.startswith(("pfs", "ttp", "ttup"))
    },
    "all": set(STEMS),
    "all numbers": set(STEMS),
    "nct": set(),
    "nct; year": set(),
    "": set(),
}  # fmt: skip
"""The columns that the table's own words call unread."""
CONFIRMED_ELSEWHERE = {"STORM": "its row in the table of systemic trials is confirmed"}
NO_NUMBER = {
    "CheckMate 74W": "about 26 of 765 patients were enrolled, in words",
    "Thermal ablation + sorafenib meta-analysis (Jin 2021)": "direction and p only",
}


def cells() -> Iterator[tuple[str, str, float, bool]]:
    """(trial, column, value, whether it is confirmed) of every number of the table."""
    for row in table("trials_locoregional.csv"):
        for column in STEMS:
            if row["trial"] in NO_NUMBER and (column != "n" or not row["n"].isdigit()):
                continue
            text = re.sub(r"RECIST1\.1", "", row[column])
            for found in re.findall(r"\d+(?:\.\d+)?", text):
                yield row["trial"], column, float(found), column not in NOT_READ[row["unchecked_fields"]]


def places(trial: str, column: str, value: float) -> tuple[list[str], bool]:
    """The sources with which the registry shows a number of a column of a trial, and whether it holds it apart."""
    record = collection()[trial]
    keys = reports(record)
    shown = [
        source
        for key in keys
        for _, what, number, source in numbers(key)
        if what.startswith(STEMS[column]) and number == value
    ]
    apart = any(
        name.startswith(STEMS[column]) and number == value
        for key in keys
        for row in collection().trials[key].unconfirmed
        for name, number in row.values.items()
    )
    return shown, apart


def test_every_number_that_the_table_confirms_is_shown():
    missing, seen = [], 0
    for trial, column, value, confirmed in cells():
        if confirmed:
            seen += 1
            if not places(trial, column, value)[0]:
                missing.append((trial, column, value))
    assert missing == []
    assert seen > 90


def test_what_the_table_does_not_confirm_is_apart_or_was_confirmed_on_a_page():
    wrong, apart_of_all = [], 0
    for trial, column, value, confirmed in cells():
        if confirmed:
            continue
        shown, apart = places(trial, column, value)
        apart_of_all += apart
        page = any(re.search(r"https?://|PMID", source) for source in shown)
        if not apart and not (shown and (page or trial in CONFIRMED_ELSEWHERE)):
            wrong.append((trial, column, value, shown))
    assert wrong == []
    assert apart_of_all > 45


def test_every_trial_of_the_table_has_a_record():
    for row in table("trials_locoregional.csv"):
        assert collection()[row["trial"]]
