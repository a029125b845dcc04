"""Sentences for a reader name trials as the field does; keys stand only where they are to be typed, in brackets."""

from __future__ import annotations

import re

import pytest

from hepatrial.cli.indication_lines import indication_lines
from hepatrial.cli.meta_lines import meta_lines
from hepatrial.cli.network_lines import network_lines
from hepatrial.cli.surrogates_lines import surrogates_lines
from hepatrial.evidence import collection
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.evidence.questions.networks import network_answer
from hepatrial.evidence.questions.surrogates import SURROGATES, surrogate_answer

NAMES = collection().names
# Keys that are English words or names of agents ("search", "light", "start", "vandetanib") say nothing in a sentence.
TELLING = [
    key
    for key in NAMES
    if re.search(r"\d|-", key) or key in ("sharp", "resorce", "reflect", "himalaya", "celestial")
]
KEY = re.compile(r"(?<![\w/.\[-])(" + "|".join(sorted(TELLING, key=len, reverse=True)) + r")(?![\w/.-])")

ASKED = {
    "indication, sorafenib": lambda: (indication_lines(one) for one in indication_maps("sorafenib")),
    "indication, ramucirumab": lambda: (indication_lines(one) for one in indication_maps("ramucirumab")),
    "indication, lenvatinib": lambda: (indication_lines(one) for one in indication_maps("lenvatinib")),
    "indication, nivolumab": lambda: (indication_lines(one) for one in indication_maps("nivolumab")),
    "surrogates": lambda: (surrogates_lines(surrogate_answer(name)) for name in SURROGATES),
    "meta": lambda: [meta_lines(pooled_answer(["all"], "placebo", line="2L", by=["year", "hbv"]))],
    "network": lambda: [network_lines(network_answer("2L"))],
}


@pytest.mark.parametrize("asked", ASKED)
def test_no_answer_speaks_of_a_trial_by_its_key(asked):
    text = [line for lines in ASKED[asked]() for line in lines]
    assert len(text) > 20
    assert [line for line in text if KEY.search(line)] == []


def test_a_key_would_be_seen():
    assert KEY.search("(common effect of asia-pacific, sharp)")
    assert KEY.search("replaced by the later report resorce-update")
    assert not KEY.search("RESORCE, two-year update [resorce-update]: it gives no PFS hazard ratio")
