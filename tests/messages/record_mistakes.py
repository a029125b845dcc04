"""Mistakes in a record of a trial: what is changed in the good one, and the rule that finds it."""

from __future__ import annotations

MISTAKES = {
    "interval-in-order": (
        ("ci: [0.64, 1.00]", "ci: [1.00, 0.64]"),
        "newtrial.yaml:12:71: OS hazard ratio: the interval is reversed or empty\n"
        "  found:   1 to 0.64\n  allowed: low < high\n"
        "  fix:     swap the limits, or read them again in the source",
    ),
    "interval-holds-estimate": (
        ("hr: 0.80", "hr: 1.20"),
        "newtrial.yaml:12:71: OS hazard ratio: the interval does not hold its estimate\n"
        "  found:   1.2 (0.64 to 1)\n  allowed: low <= estimate <= high\n"
        "  fix:     read the three numbers again in the source; perhaps one is of the inverse ratio",
    ),
    "ratio-is-positive": (
        ("hr: 0.80, ci: [0.64, 1.00], level: 95", "hr: -0.22"),
        "newtrial.yaml:12:61: OS: a hazard ratio is not positive\n"
        "  found:   -0.22\n  allowed: above 0\n  fix:     write the ratio, not its logarithm",
    ),
    "interval-symmetric-on-log-scale": (
        ("hr: 0.80", "hr: 0.70"),
        "newtrial.yaml:12:71: OS hazard ratio: not in the middle of its interval on the log scale\n"
        "  found:   0.7 (0.64 to 1), middle 0.8\n  allowed: the middle within rounding\n"
        "  fix:     read the three numbers again in the source; a standard error from this interval is rough",
    ),
    "level-of-interval": (
        (", level: 95", ""),
        "newtrial.yaml:12:5: OS: the interval has no level\n"
        "  found:   no level\n  allowed: per cent, 80 to 99.9\n"
        "  fix:     write level: 95 if the source says so; where it is silent add level_stated: false",
    ),
    "level as a share": (
        ("level: 95", "level: 0.95"),
        "newtrial.yaml:12:92: OS: this is not a level of confidence\n"
        "  found:   0.95\n  allowed: per cent, 80 to 99.9\n  fix:     write 95, not 0.95",
    ),
    "arms-differ": (
        (
            "  - {arm: sorafenib, agents: [sorafenib], n: 198",
            "  - {arm: lenvatinib, agents: [lenvatinib], n: 9}\n  - {arm: sorafenib, agents: [sorafenib], n: 198",
        ),
        "newtrial.yaml:10:11: the arm lenvatinib stands twice\n"
        "  found:   lenvatinib\n  allowed: each arm once\n"
        "  fix:     delete one, or name them apart, for example by their doses",
    ),
    "arm-has-size": (
        (", n: 198", ""),
        "newtrial.yaml:10:5: the arm sorafenib has no number of patients\n"
        "  found:   no n\n  allowed: a whole number, or null\n"
        "  fix:     add n; write n: null where no source confirms it",
    ),
    "percentage-in-range": (
        ("dose_reduced_percent: 37", "dose_reduced_percent: 370"),
        "newtrial.yaml:14:79: lenvatinib: dose_reduced_percent is no percentage\n"
        "  found:   370\n  allowed: 0 to 100\n  fix:     read it again in the source",
    ),
    "time-is-not-negative": (
        ("os_median_months: 12.5", "ttp_median_months: -3"),
        "newtrial.yaml:10:70: sorafenib: ttp_median_months is negative\n"
        "  found:   -3\n  allowed: 0 or more\n  fix:     read it again in the source",
    ),
    "medians-agree-with-ratio": (
        ("os_median_months: 12.5", "os_median_months: 16.5"),
        "newtrial.yaml:12:61: OS: medians and hazard ratio point in opposite directions\n"
        "  found:   medians 15 against 16.5 months, hazard ratio 0.8\n"
        "  allowed: a ratio below 1 with the longer median, above 1 with the shorter\n"
        "  fix:     see whether arm and control are swapped; crossing curves can do this too",
    ),
    "agent-is-known": (
        ("agents: [sorafenib]", "agents: [sorafinib]"),
        "newtrial.yaml:10:31: the arm sorafenib was given something that is not known: sorafinib\n"
        "  found:   sorafinib\n  allowed: agents, controls and procedures of the registry\n"
        "  fix:     did you mean sorafenib? otherwise name it under new_agents if it is new: new_agents: [sorafinib]",
    ),
    "comparison-of-arms": (
        ("control: sorafenib", "control: sorafenb"),
        "newtrial.yaml:12:32: a comparison names an arm that is not there (control)\n"
        "  found:   sorafenb\n  allowed: lenvatinib, sorafenib\n  fix:     did you mean sorafenib?",
    ),
    "finding-of-something": (
        ("of: lenvatinib, source", "of: lenvatinb, source"),
        "newtrial.yaml:14:10: a finding is of something that is not there\n"
        "  found:   lenvatinb\n  allowed: trial, lenvatinib, sorafenib, or two arms with ' v ' between them\n"
        "  fix:     did you mean lenvatinib?",
    ),
    "source-can-be-followed": (
        ("lenvatinib, source: 10.1000/newtrial", "lenvatinib, source: a colleague"),
        "newtrial.yaml:14:30: the source cannot be followed\n"
        "  found:   a colleague\n"
        "  allowed: a key of the bibliography, a DOI, PMID or NCT number, or the address of a page\n"
        "  fix:     cite the source, or move the numbers to unconfirmed",
    ),
    "unconfirmed-stays-apart": (
        ("os_median_months: 12.5", "orr_percent: 7"),
        "newtrial.yaml:10:64: sorafenib: orr_percent is confirmed here and unconfirmed below\n"
        "  found:   orr_percent\n  allowed: one of the two\n"
        "  fix:     delete it under unconfirmed if a source confirms it, otherwise delete it here",
    ),
    "recalled": (
        ("source: 10.1000/newtrial, values", "source: 10.1000/newtrial, note: recalled, values"),
        "newtrial.yaml:14:5: lenvatinib: these numbers are not confirmed by a source\n"
        "  found:   10.1000/newtrial recalled\n  allowed: numbers that were read in a source\n"
        "  fix:     move the row to unconfirmed",
    ),
    "line-is-known": (
        ("line: 1L", "line: first"),
        "newtrial.yaml:6:7: the line of therapy is not one that is known\n"
        "  found:   first\n"
        "  allowed: 1L, 2L, 3L, any, adjuvant, TACE, ablation, SIRT, not stated, or several with / between them\n"
        "  fix:     choose one of these",
    ),
    "link-leads-to-a-record": (
        ("line: 1L", "line: 1L\npart_of: reflct"),
        "newtrial.yaml:7:10: no such record\n"
        "  found:   reflct\n  allowed: the name of another record's file, without .yaml\n"
        "  fix:     did you mean reflect?",
    ),
    "trial-once": (
        ("NCT09999999", "NCT01761266"),
        "newtrial.yaml:2:15: the same trial has another record: REFLECT (reflect.yaml)\n"
        "  found:   NCT01761266\n"
        "  allowed: one record a trial; part_of where it holds some of the other's patients, separate_from where none\n"
        "  fix:     add part_of or separate_from, or delete one of the two",
    ),
    "report-replaced-once": (
        ("NCT09999999\nuse: evidence", "NCT03298451\nuse: evidence\npart_of: himalaya\nsupersedes: himalaya"),
        "newtrial.yaml:5:13: another report replaces himalaya already: himalaya-4-year\n"
        "  found:   himalaya\n  allowed: the reports of a trial in one row, each replacing the one before\n"
        "  fix:     write supersedes: himalaya-5-year if this report is later, else part_of alone",
    ),
    "replaces-report-of-its-trial": (
        ("line: 1L", "line: 1L\nsupersedes: reflect"),
        "newtrial.yaml:7:13: reflect, which this record replaces in every pool, is another registered trial\n"
        "  found:   NCT09999999, reflect NCT01761266\n  allowed: an earlier report of the same trial\n"
        "  fix:     delete supersedes unless one trial has both numbers",
    ),
    "early-before-late": (
        ("line: 1L", "line: 1L\nphase_3:\n  - {trial: reflect, public_by: 2024, how: published}"),
        "newtrial.yaml:8:33: the early trial came after its phase 3 trial reflect\n"
        "  found:   public by 2024, reflect published 2018\n  allowed: 2018 or before\n"
        "  fix:     delete the link, or give the date of an earlier presentation",
    ),
    "comparison-once": (
        ("findings:", "  - {arm: sorafenib, control: lenvatinib, endpoint: OS, hr: 1.25}\nfindings:"),
        "newtrial.yaml:13:5: the same comparison stands twice\n"
        "  found:   sorafenib v lenvatinib, OS\n  allowed: each once\n"
        "  fix:     keep one; put another reading of the endpoint under findings, an update into a record of its own",
    ),
    "ratio-is-plausible": (
        ("hr: 0.80, ci: [0.64, 1.00]", "hr: 80, ci: [64, 100]"),
        "newtrial.yaml:12:61: OS: no trial has such a hazard ratio\n"
        "  found:   80\n  allowed: 0.05 to 20\n  fix:     write 0.8 for 80 %",
    ),
    "median-is-in-months": (
        ("os_median_months: 15.0, os_median_ci: [13.0, 17.0]", "os_median_months: 456"),
        "newtrial.yaml:9:71: lenvatinib: os_median_months is longer than any trial\n"
        "  found:   456 months\n  allowed: 0 to 240 months\n  fix:     write 15.0 if it is 456 days",
    ),
    "control-holds-response": (
        ("orr_percent: 20", "orr_percent: 20, dcr_percent: 12"),
        "newtrial.yaml:9:135: lenvatinib: fewer patients with disease control than with a response\n"
        "  found:   dcr_percent 12, orr_percent 20\n  allowed: dcr_percent of orr_percent or more\n"
        "  fix:     see whether the two are swapped, or stable disease was taken for disease control",
    ),
    "survival-falls": (
        (
            "findings:",
            "landmarks:\n"
            "  - {of: lenvatinib, endpoint: OS, months: 24, percent: 60, source: 10.1000/newtrial}\n"
            "  - {of: lenvatinib, endpoint: OS, months: 12, percent: 50, source: 10.1000/newtrial}\n"
            "findings:",
        ),
        "newtrial.yaml:14:57: lenvatinib: OS rises from one landmark to the next\n"
        "  found:   50 % at 12 months, 60 % at 24 months\n"
        "  allowed: shares without the event, each time once, that fall or stay\n"
        "  fix:     read them again; where sources differ, keep one and put the other under conflicts",
    ),
    "probability-in-range": (
        ("level: 95}", "level: 95, p_logrank: 5}"),
        "newtrial.yaml:12:107: OS: this is no probability\n"
        "  found:   5\n  allowed: 0 to 1\n  fix:     write 0.05 for 5 %",
    ),
    "interval-agrees-with-p": (
        ("level: 95}", "level: 95, p_logrank: 0.9}"),
        "newtrial.yaml:12:107: OS: interval and p do not tell the same\n"
        "  found:   p 0.9; 0.8 (0.64 to 1) at 95 % gives p 0.05\n"
        "  allowed: the same within what stratification changes\n"
        "  fix:     see whether level is right, and whether p is two-sided and of this endpoint",
    ),
    "text-is-plain": (
        ("name: NEWTRIAL", 'name: "\\e[31mNEW"'),
        "newtrial.yaml:1:7: name holds a character that cannot be shown\n"
        "  found:   U+001B\n  allowed: printable text\n  fix:     delete the character",
    ),
    "registration-is-whole": (
        ("NCT09999999", "NCT0999"),
        "newtrial.yaml:2:15: this is no number of ClinicalTrials.gov\n"
        "  found:   NCT0999\n"
        "  allowed: NCT and eight digits, another register's number, or '' where it is not known\n"
        "  fix:     copy it again: records of one trial are recognised by it",
    ),
    "began-before-published": (
        ("line: 1L", "line: 1L\nconduct: {source: 10.1000/newtrial, began: 2026-01}"),
        "newtrial.yaml:7:44: the trial began after it was published\n"
        "  found:   began 2026-01, published 2024\n  allowed: 2024 or before\n"
        "  fix:     see which of the two is wrong",
    ),
    "a day that is none": (
        ("line: 1L", "line: 1L\nconduct: {source: 10.1000/newtrial, began: 2020-02-31}"),
        "newtrial.yaml:7:44: there is no such day\n"
        "  found:   2020-02-31\n  allowed: a day of the calendar\n"
        "  fix:     read it again; write the year and the month alone where the day is not known",
    ),
    "month and year mixed up": (
        ("line: 1L", "line: 1L\nconduct: {source: 10.1000/newtrial, began: 13/25/2020}"),
        "newtrial.yaml:7:44: began is not what belongs here\n"
        "  found:   13/25/2020\n  allowed: a year, a month or a day: 2019, 2019-04, 2019-04-30\n"
        "  fix:     write the year first",
    ),
    "an agent twice": (
        ("agents: [lenvatinib]", "agents: [lenvatinib, lenvatinib]"),
        "newtrial.yaml:9:31: the arm lenvatinib was given nothing, or something twice\n"
        "  found:   lenvatinib, lenvatinib\n"
        "  allowed: each agent once; placebo or best supportive care where there was no other\n"
        "  fix:     name what the arm was given",
    ),
    "negative size": (
        ("n: 198", "n: -198"),
        "newtrial.yaml:10:46: n is out of range\n"
        "  found:   -198\n  allowed: 0 or more\n  fix:     read it again in the source",
    ),
    "negative age": (
        ("dose_reduced_percent: 37", "age_median_years: -60"),
        "newtrial.yaml:14:75: lenvatinib: age_median_years is negative\n"
        "  found:   -60\n  allowed: 0 or more\n  fix:     read it again in the source",
    ),
    "half an interval": (
        ("ci: [0.64, 1.00]", "ci: [0.64]"),
        "newtrial.yaml:12:71: ci is not what belongs here\n"
        "  found:   a list, 1 entry\n  allowed: [low, high]\n  fix:     write both limits in brackets",
    ),
    "number with its unit": (
        ("os_median_months: 12.5", "os_median_months: 12.5 months"),
        "newtrial.yaml:10:69: os_median_months is not what belongs here\n"
        "  found:   12.5 months\n  allowed: a number\n  fix:     write the number alone: 12.5",
    ),
    "decimal comma": (
        ("hr: 0.80", "hr: '0,80'"),
        "newtrial.yaml:12:61: hr is not what belongs here\n"
        "  found:   0,80\n  allowed: a number\n  fix:     write 0.80, without quotes and with a point",
    ),
    "decimal comma that ends the number": (
        ("hr: 0.80", "hr: 0,80"),
        "newtrial.yaml:12:63: a key that is not known here\n"
        "  found:   80\n"
        "  allowed: arm, control, endpoint, hr, ci, level, level_stated, p_logrank, p_logrank_below, note\n"
        "  fix:     write decimals with a point: a comma ends the number",
    ),
    "unknown key": (
        ("year: 2024", "yaer: 2024"),
        None,
    ),
    "unknown word": (
        ("use: evidence", "use: evidnce"),
        "newtrial.yaml:3:6: use is not one that is known\n"
        "  found:   evidnce\n  allowed: calibration, validation or evidence\n  fix:     did you mean evidence?",
    ),
    "number in quotes": (
        ("hr: 0.80", "hr: '0.80'"),
        "newtrial.yaml:12:61: hr is not what belongs here\n"
        "  found:   0.80\n  allowed: a number\n"
        "  fix:     write 0.80, without quotes and with a point",
    ),
    "missing key": (
        ("name: NEWTRIAL\n", ""),
        "newtrial.yaml:1:1: name is missing\n  found:   nothing\n  allowed: the key name\n  fix:     add it",
    ),
}
