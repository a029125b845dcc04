"""Mistakes in a protocol: each a name and what is changed in `trial.yaml`, as pairs of old and new text."""

from __future__ import annotations

Edits = tuple[tuple[str, str], ...]


def _one(old: str, new: str) -> Edits:
    return ((old, new),)


def _baseline(section: str, entry: str) -> Edits:
    """Another entry in the trial's own baseline table."""
    old = {"categories": "    categories:\n", "continuous": "    continuous:\n"}[section]
    return _one(old, f"{old}      {entry}\n")


def _eligibility(*entries: str) -> Edits:
    """Other limits than the trial's."""
    old = "    child_pugh_score: {max: 7}\n    ecog: [0, 1]\n"
    return _one(old, "".join(f"    {entry}\n" for entry in entries))


KEYS: dict[str, Edits] = {
    "unknown-key": _one("block_size:", "blok_size:"),
    "unknown-key-of-an-agent": _one("interrupt_for:", "interupt_for:"),
    "key-at-the-wrong-place": _one("size: 300", "size: 300\ndose: 400 mg"),
    "missing-key": _one("horizon: 3 years\n", ""),
    "missing-key-of-an-arm": _one("    agents: []\n", ""),
    "duplicate-key": _one("size: 300", "size: 300\nsize: 400"),
    "key-without-value": _one("size: 300", "size:"),
    "later-version-of-the-format": _one("hepatrial: 1", "hepatrial: 2"),
    "published-record-unknown": _one("published: sharp", "published: shrap"),
}

VALUES: dict[str, Edits] = {
    "name-with-a-slash": _one("name: Trial", "name: ../Trial"),
    "name-too-long": _one("name: Trial", "name: " + "T" * 61),
    "too-many-strata": _one("[region, ecog]", "[region, ecog, mvi, ehs, male, bclc, aetiology]"),
    "no-endpoints": _one("[OS, TTP]", "[]"),
    "endpoint-unknown": _one("[OS, TTP]", "[OS, TPP]"),
    "criteria-unknown": _one("progression: RECIST 1.1,", "progression: RECIST1.1,"),
    "treat-until-unknown": _one(
        "    treat_until: progression\n    next", "    treat_until: progresion\n    next"
    ),
    "size-negative": _one("size: 300", "size: -300"),
    "size-absurd": _one("size: 300", "size: 300000000"),
    "size-in-quotes": _one("size: 300", 'size: "300"'),
    "size-not-whole": _one("size: 300", "size: 300.5"),
    "size-nan": _one("size: 300", "size: .nan"),
    "number-infinite": _one("hazard_ratio: 0.9", "hazard_ratio: 1e999"),
    "share-in-percent": _one("HBV: 0.7", "HBV: 70"),
    "next-line-without-source": _one("source: own registry}\n  - name", 'source: ""}\n  - name'),
    "true-in-words": _one("stratified: true", "stratified: yes"),
    "list-where-keys-belong": _one("accrual: {duration: 12 months}", "accrual: [12 months]"),
}

QUANTITIES: dict[str, Edits] = {
    "dose-without-unit": _one("dose: 400 mg", "dose: 400"),
    "dose-in-another-unit": _one("dose: 400 mg", "dose: 400 mL"),
    "dose-negative": _one("dose: 400 mg", "dose: -400 mg"),
    "dose-infinite": _one("dose: 400 mg", "dose: 1e999 mg"),
    "dose-nan": _one("dose: 400 mg", "dose: nan mg"),
    "dose-with-its-schedule": _one("dose: 400 mg", "dose: 400 mg twice daily"),
    "dose-level-without-unit": _one("[400 mg once daily,", "[400 once daily,"),
    "dose-level-without-schedule": _one("[400 mg once daily,", "[400 mg,"),
    "schedule-abbreviated": _one("schedule: twice daily", "schedule: BID"),
    "schedule-misspelt": _one("schedule: twice daily", "schedule: twice dayly"),
    "schedule-absurd": _one("schedule: twice daily", "schedule: every 900 months"),
    "time-without-unit": _one("horizon: 3 years", "horizon: 36"),
    "time-in-an-unknown-unit": _one("horizon: 3 years", "horizon: 36 m"),
    "time-negative": _one("duration: 12 months", "duration: -12 months"),
    "interruption-absurd": _one("interrupt_for: 2 weeks", "interrupt_for: 20 years"),
}

ARMS: dict[str, Edits] = {
    "arms-with-one-name": _one("  - name: placebo", "  - name: Sorafenib"),
    "control-unknown": _one("control: placebo", "control: plazebo"),
    "ratio-of-an-unknown-arm": _one("placebo: 1}", "plazebo: 1}"),
    "ratio-without-an-arm": _one(", placebo: 1}", "}"),
    "block-not-a-multiple": _one("block_size: 6", "block_size: 4"),
    "stratum-unknown": _one("[region, ecog]", "[region, ecogg]"),
    "stratum-unlike-any": _one("[region, ecog]", "[region, hospital]"),
    "stratum-twice": _one("[region, ecog]", "[region, region]"),
    "trial-of-two-patients": (
        ("size: 300", "size: 2"),
        ("data_cut: {endpoint: OS, events: 200}", "data_cut: {after: 2 years}"),
    ),
    "stratified-without-strata": _one("[region, ecog]", "[]"),
    "agent-unknown": _one("agent: sorafenib", "agent: sorafinib"),
    "agent-by-another-name": _one("agent: sorafenib", "agent: Rivoceranib"),
    "agent-without-a-target-that-acts": _one("agent: sorafenib", "agent: tivantinib"),
    "agent-file-of-another-kind": _one("agent: sorafenib", "agent: ./mine.json"),
    "agent-file-with-a-byte-of-value-0": _one("agent: sorafenib", 'agent: "./mine\\0.yaml"'),
    "agent-with-gaps": _one("agent: sorafenib", "agent: cabozantinib"),
    "agents-together-too-toxic": _one(
        "agents: []",
        "agents: [{agent: sorafenib, dose: 400 mg, schedule: twice daily}, "
        "{agent: everolimus, dose: 5 mg, schedule: once daily}]",
    ),
    "agent-twice": _one(
        "agents: []",
        "agents: [{agent: sorafenib, dose: 400 mg, schedule: twice daily}, "
        "{agent: sorafenib, dose: 200 mg, schedule: twice daily}]",
    ),
    "dose-levels-upwards": _one("[400 mg once daily,", "[400 mg every 3 days,"),
    "dose-levels-in-two-units": _one("[400 mg once daily,", "[4 mg/kg once daily,"),
    "dose-per-kg-absurd": _one("dose: 400 mg", "dose: 200 mg/kg"),
    "lighter-in-pounds": _one(
        "dose: 400 mg", "dose: 400 mg\n        lighter: {below: 130 lb, doses: [200 mg once daily]}"
    ),
    "lighter-upwards": _one(
        "dose: 400 mg",
        "dose: 400 mg\n        lighter: {below: 60 kg, doses: [200 mg once daily, 300 mg once daily]}",
    ),
    "cycle-on-parts-of-days": _one(
        "dose: 400 mg", "dose: 400 mg\n        cycle: {give: 1 month, pause: 1 week}"
    ),
    "dose-absurd": _one("dose: 400 mg", "dose: 4 g"),
    "dose-above-the-usual": _one("dose: 400 mg", "dose: 800 mg"),
    "dose-far-below-the-usual": (
        ("dose: 400 mg", "dose: 400 ug"), ("[400 mg once daily, 400 mg every other day]", "[]"),
    ),
    "start-after-the-horizon": _one("start: 0 days", "start: 4 years"),
}  # fmt: skip

BASELINE: dict[str, Edits] = {
    "baseline-unknown": _one("based_on: sharp", "based_on: shrap"),
    "bclc-given": _one("aetiology: {HBV: 0.7, HCV: 0.1, alcohol: 0.1, other: 0.1}\n", "bclc: {B: 0.2, C: 0.8}\n"),
    "child-pugh-class-given": _baseline("categories", "child_pugh_class: {A: 1, B: 0, C: 0}"),
    "albi-grade-given": _baseline("categories", 'albi_grade: {"1": 0.4, "2": 0.6, "3": 0}'),
    "albi-given": _baseline("continuous", "albi: {mean: -2.5, sd: 0.4}"),
    "covariate-of-the-table-unknown": _baseline("categories", "ecogg: {0: 0.5, 1: 0.5}"),
    "level-of-the-table-unknown": _one("HBV: 0.7", "HBVV: 0.7"),
    "number-of-the-table-unknown": _baseline("continuous", "wheight_kg: {median: 70}"),
    "parameter-of-the-table-unknown": _one("{mean: 60, sd: 10}", "{median: 60}"),
    "source-without-change": _one("sources: {aetiology:", "sources: {region:"),
    "shares-do-not-sum": _one("HBV: 0.7", "HBV: 0.6"),
    "spread-not-positive": _one("sd: 10", "sd: 0"),
    "spread-absurd": _baseline("continuous", "sld_mm: {log_sd: 50}"),
    "centre-absurd": _one("mean: 60", "mean: 6000"),
}  # fmt: skip

ELIGIBILITY: dict[str, Edits] = {
    "covariate-unknown": _eligibility("child_pugh: {max: 7}"),
    "limit-of-the-wrong-kind": _eligibility("age_years: [18, 80]", "region: {min: 1}"),
    "level-unknown": _eligibility("region: [Asia, Europa]"),
    "range-without-limit": _eligibility("age_years: {}"),
    "range-upside-down": _eligibility("ecog: {min: 2, max: 1}"),
    "limit-that-cannot-occur": _eligibility("age_years: {min: 180}"),
    "no-level-left": _eligibility("ecog: []"),
    "level-twice": _eligibility("ecog: [0, 0]"),
    "nobody-in-the-table": _eligibility("region: [Asia]"),
    "class-against-score": _eligibility("child_pugh_class: [B]", "child_pugh_score: {max: 6}"),
    "grade-against-score": _eligibility('albi_grade: ["1"]', "albi: {min: -2}"),
    "stage-b-against-invasion": _eligibility("bclc: [B]", "mvi: [yes]"),
    "stage-b-against-ecog": _eligibility("bclc: [B]", "ecog: {min: 1}"),
    "stage-c-against-all-signs": _eligibility("bclc: [C]", "ecog: [0]", "mvi: [no]", "ehs: [no]"),
    "limits-that-leave-nobody-together": _eligibility("albumin_g_l: {min: 45}", "albi: {min: -1.5}"),
}

SCHEDULE: dict[str, Edits] = {
    "visits-on-parts-of-days": _one("clinic: 3 weeks", "clinic: 1 month"),
    "scan-not-a-multiple": _one("scan: 6 weeks", "scan: 8 weeks"),
    "scan-beyond-the-horizon": (("scan: 6 weeks", "scan: 48 weeks"), ("horizon: 3 years", "horizon: 6 months"),
                                (", survival_at: [6 months], rmst: 12 months", "")),
    "cut-in-two-ways": _one("events: 200}", "events: 200, after: 2 years}"),
    "cut-in-no-way": _one("{endpoint: OS, events: 200}", "{}"),
    "cut-without-endpoint": _one("{endpoint: OS, events: 200}", "{events: 200}"),
    "cut-by-an-endpoint-not-analysed": _one("{endpoint: OS,", "{endpoint: PFS,"),
    "more-events-than-patients": _one("events: 200", "events: 301"),
    "cut-before-accrual-ends": _one("{endpoint: OS, events: 200}", "{after: 6 months}"),
    "cut-beyond-the-horizon": _one("{endpoint: OS, events: 200}", "{after: 4 years}"),
    "survival-beyond-the-horizon": _one("survival_at: [6 months]", "survival_at: [6 months, 60 months]"),
    "rmst-beyond-the-horizon": _one("rmst: 12 months", "rmst: 37 months"),
    "endpoint-twice": _one("[OS, TTP]", "[OS, OS]"),
    "progression-not-reported": _one("reported: [RECIST 1.1, mRECIST]", "reported: [mRECIST]"),
}  # fmt: skip


def _procedure(text: str, *others: tuple[str, str]) -> Edits:
    """A procedure in the first arm."""
    old = "    treat_until: progression\n    next"
    return ((old, f"    {text}\n{old}"), *others)


PROCEDURES: dict[str, Edits] = {
    "session-on-part-of-a-day": _procedure(
        "tace: {kind: conventional, planned: [36 hours], max_sessions: 4}"
    ),
    "sessions-out-of-order": _procedure(
        "tace: {kind: conventional, planned: [8 weeks, 2 weeks], max_sessions: 4}"
    ),
    "session-beyond-the-horizon": _procedure(
        "tace: {kind: conventional, planned: [2 weeks, 4 years], max_sessions: 4}"
    ),
    "more-sessions-than-allowed": _procedure(
        "tace: {kind: conventional, planned: [0 days, 8 weeks], max_sessions: 1}"
    ),
    "repeat-misspelt": _procedure("tace: {kind: conventional, repeat: on demnd, max_sessions: 4}"),
    "kind-of-session-unknown": _procedure("tace: {kind: lipiodol, max_sessions: 4}"),
    "pause-longer-than-the-wait": _procedure(
        "tace: {kind: conventional, max_sessions: 4, pause_before: 2 days}"
    ),
    "ablation-read-on-dead-tissue": _procedure("ablation: {kind: thermal}"),
    "ablation-beyond-the-horizon": _procedure(
        "ablation: {kind: thermal, at: 4 years}", ("progression: RECIST 1.1,", "progression: mRECIST,")
    ),
    "endpoint-without-its-procedure": _one("[OS, TTP]", "[OS, TTP, TTUP]"),
    "untreatable-without-sessions": _one(
        "    treat_until: progression\n    next", "    treat_until: untreatable progression\n    next"
    ),
}


def _sequence(stages: str, *others: tuple[str, str]) -> Edits:
    """A sequence in the first arm."""
    return _procedure(f"sequence: {stages}", *others)


_ONLY = "        interrupt_for: 2 weeks\n"

SEQUENCES: dict[str, Edits] = {
    "stage-with-a-stranger": _sequence("[{give: [sorafenip], until: progression}, {give: [sorafenib]}]"),
    "stage-with-an-agent-twice": _sequence("[{give: [sorafenib, sorafenib]}]"),
    "agent-in-no-stage": _sequence(
        "[{give: [regorafenib]}]",
        (_ONLY, f"{_ONLY}      - {{agent: regorafenib, dose: 160 mg, schedule: once daily}}\n"),
    ),
    "rest-without-length": _sequence(
        "[{give: [sorafenib], until: progression}, {give: []}, {give: [sorafenib]}]"
    ),
    "stage-without-end": _sequence("[{give: [sorafenib]}, {give: [sorafenib]}]"),
    "stage-until-unknown": _sequence("[{give: [sorafenib], until: progresion}, {give: [sorafenib]}]"),
    "last-stage-is-a-rest": _sequence("[{give: [sorafenib], for: 8 weeks}, {give: []}]"),
    "last-stage-with-an-end": _sequence("[{give: [sorafenib], for: 8 weeks}]"),
    "stage-of-part-of-a-day": _sequence("[{give: [sorafenib], for: 36 hours}, {give: [sorafenib]}]"),
    "stages-too-many": _sequence("[" + "{give: [sorafenib], for: 8 weeks}, " * 5 + "{give: [sorafenib]}]"),
    "sequence-with-a-session": _sequence(
        "[{give: [sorafenib]}]\n    tace: {kind: conventional, max_sessions: 4}"
    ),
    "sequence-with-a-start": _sequence("[{give: [sorafenib]}]", ("start: 0 days", "start: 3 weeks")),
    "raised-dose-not-above": _one(
        _ONLY, f"{_ONLY}        raise_to: {{dose: 800 mg, schedule: once daily, after: 8 weeks}}\n"
    ),
    "raised-dose-in-another-unit": _one(
        _ONLY, f"{_ONLY}        raise_to: {{dose: 9 mg/kg, schedule: twice daily, after: 8 weeks}}\n"
    ),
    "raised-dose-beside-lighter": _one(
        _ONLY,
        f"{_ONLY}        raise_to: {{dose: 500 mg, schedule: twice daily, after: 8 weeks}}\n"
        "        lighter: {below: 60 kg, doses: [300 mg twice daily]}\n",
    ),
    "raised-dose-absurd": _one(
        _ONLY, f"{_ONLY}        raise_to: {{dose: 6 g, schedule: twice daily, after: 8 weeks}}\n"
    ),
    "stage-after-the-horizon": _sequence("[{give: [sorafenib], for: 4 years}, {give: [sorafenib]}]"),
    "stage-of-nothing": _sequence("[null, {give: [sorafenib]}]"),
    "raised-after-the-horizon": (
        (_ONLY, f"{_ONLY}        raise_to: {{dose: 600 mg, schedule: twice daily, after: 100 weeks}}\n"),
        ("horizon: 3 years", "horizon: 18 months"),
    ),
    "endpoint-without-its-sequence": _one("[OS, TTP]", "[OS, TTP, TTTP]"),
}

MISTAKES: dict[str, Edits] = {
    **KEYS, **VALUES, **QUANTITIES, **ARMS, **BASELINE, **ELIGIBILITY, **SCHEDULE, **PROCEDURES,
    **SEQUENCES,
    "many-at-once": (
        ("hepatrial: 1", "hepatrial: 2"),
        ("agent: sorafenib", "agent: sorafinib"),
        ("dose: 400 mg", "dose: 400"),
        ("control: placebo", "control: plazebo"),
        ("horizon: 3 years", "horizons: 3 years"),
    ),
}  # fmt: skip
