"""Agents' files that break rules: each a name and its text, most of them one change of `agent.yaml`."""

from __future__ import annotations

from pathlib import Path

GOOD = (Path(__file__).parent / "agent.yaml").read_text(encoding="utf-8")


def _with(*edits: tuple[str, str]) -> str:
    text = GOOD
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in agent.yaml"
        text = text.replace(old, new)
    return text


NUMBERS: dict[str, str] = {
    "unit-of-another-size": _with(("unit: L/h", "unit: mL/min")),
    "value-negative": _with(("value: 5,", "value: -5,")),
    "value-in-quotes": _with(("value: 5,", 'value: "5",')),
    "value-true": _with(("value: 5,", "value: true,")),
    "value-not-a-number": _with(("value: 5,", "value: .nan,")),
    "value-missing": _with(("value: 5, ", "")),
    "spread-without-distribution": _with(("source: jain2011", "source: jain2011, spread: 0.2")),
    "spread-infinite": _with(("source: jain2011", "source: jain2011, distribution: lognormal, spread: .inf")),
    "dose-in-two-ways": _with(("{mg: 100,", "{mg: 100, mg_per_kg: 2,")),
    "dose-in-no-way": _with(("{mg: 100, interval_days: 1}", "{interval_days: 1}")),
    "kind-of-potency-unknown": _with(("kind: Kd", "kind: EC50")),
    "dose-negative": _with(("mg: 100", "mg: -100")),
    "clearance-of-another-unit": _with(("value: 5,", "value: 5e7,")),
    "dose-every-second": _with(("interval_days: 1}", "interval_days: 0.00001}")),
    "drift-told-in-part": _with(
        (
            "source: jain2011}",
            'source: jain2011}\n  drift_final_fraction: {value: 0.5, unit: "1", grade: assumed, source: an example}',
        )
    ),
    "grade-of-an-event-not-whole": _with(("grade: 3,", "grade: 3.5,")),
}

WORDS: dict[str, str] = {
    "target-with-a-hyphen": _with(("target: MET", "target: VEGFR-2")),
    "target-by-the-name-of-its-gene": _with(("target: MET", "target: KDR")),
    "target-misspelt": _with(("target: MET", "target: VEGRF2")),
    "event-twice": _with(("adverse_events:\n", "adverse_events:\n  - {name: hypertension, grade: 3}\n")),
    "source-missing": _with((", source: jain2011", "")),
    "source-that-cannot-be-followed": _with(("source: jain2011", "source: everyone knows")),
    "grade-misspelt": _with(("grade: measured, source: jain2011", "grade: mesured, source: jain2011")),
    "key-misspelt": _with(("clearance_l_per_h", "clearence_l_per_h")),
    "key-twice": _with(
        ("drug_class: kinase inhibitor", "drug_class: antibody\ndrug_class: kinase inhibitor")
    ),
    "name-with-capitals": _with(("name: newkinib", "name: NewKinib")),
    "name-empty": _with(("drug_class: kinase inhibitor", 'drug_class: ""')),
    "number-where-keys-belong": _with(("{mg: 100, interval_days: 1}", "100")),
    "text-where-a-list-belongs": _with(("synonyms: [NK-1]", "synonyms: NK-1")),
    "many-at-once": _with(
        ("unit: L/h", "unit: L"), ("drug_class:", "drug_clas:"), ("mg: 100", "mg: -1"), ("NK-1]", "NK-1, 1]")
    ),
}

TEXTS: dict[str, str] = {
    "empty": "",
    "comments-only": "# later\n",
    "list": "- name: newkinib\n",
    "sentence": "Dear all",
    "tag": _with(("name: newkinib", "name: !!python/object/apply:os.system [true]")),
    "anchor": GOOD + "notes: &a [x]\n",
    "alias": GOOD + "notes: *a\n",
    "nested-too-deep": GOOD + f"notes: {'[' * 5000}\n",
    "too-many-entries": GOOD + f"notes: [{'a,' * 20_000}]\n",
    "bracket-that-stays-open": GOOD + "notes: [open\n",
    "second-document": GOOD + "---\nname: other\n",
    "control-character": GOOD + "notes: [\x07]\n",
}

MISTAKES = {**NUMBERS, **WORDS, **TEXTS}
