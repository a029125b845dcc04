"""How progression was read is told trial by trial, in the words of the records."""

from __future__ import annotations

import pytest

from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.questions.endpoint_reading import NOT_RECORDED, reading_caution, reading_of
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.evidence.questions.networks import network_answer
from hepatrial.evidence.record_building import record_of

KNOWN = collection()


def record(key, criteria, **more):
    content = {
        "name": key.upper(), "registration": "", "use": "evidence", "year": 2020, "line": "2L", "source": key,
        "arms": [{"arm": "apatinib", "agents": ["apatinib"]}, {"arm": "placebo", "agents": ["placebo"]}],
        "comparisons": [], **more,
    }  # fmt: skip
    if criteria is not None:
        content["conduct"] = {"source": key, "criteria": criteria}
    return record_of(content, key)


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("RECIST 1.1 BICR", "RECIST 1.1, central"),
        ("RECIST 1.1 BIRC", "RECIST 1.1, central"),
        ("RECIST 1.1 IRRC (mRECIST 24 v 8)", "RECIST 1.1, central"),
        ("RECIST 1.1, independent", "RECIST 1.1, central"),
        ("RECIST 1.1 investigator", "RECIST 1.1, investigator"),
        ("mRECIST (investigator); IIR mRECIST and RECIST 1.1 exploratory", "mRECIST, investigator"),
        ("mRECIST and RECIST 1.1", "mRECIST and RECIST 1.1"),
        ("RECICL-based TACE-specific", "RECICL-based TACE-specific"),
        ("not stated in abstract", NOT_RECORDED),
        (None, NOT_RECORDED),
    ],
)
def test_names_of_independent_readers_are_one(words, reading):
    one = record("one", words)
    assert reading_of(one, Collection({"one": one})) == reading


def test_a_later_report_is_read_as_the_earlier_one():
    assert KNOWN["checkmate-459-update"].conduct.criteria is None
    assert reading_of(KNOWN["checkmate-459-update"], KNOWN) == "RECIST 1.1, central"
    assert reading_of(KNOWN["resorce-update"], KNOWN) == "mRECIST and RECIST 1.1"


def test_survival_needs_no_reading():
    reports = [("A", "reflect"), ("B", "celestial")]
    assert not list(reading_caution("OS", reports, KNOWN))
    (told,) = reading_caution("PFS", reports, KNOWN)
    assert "not read alike" in told


def test_networks_and_pools_of_progression_tell_it():
    told = " ".join(network_answer("1L", "PFS").cautions)
    assert "RECIST 1.1, central (CheckMate-459; COSMIC-312; IMbrave150; LEAP-002; ORIENT-32; Ryoo" in told
    assert "mRECIST, investigator (REFLECT); not recorded (Palmer 2018, nintedanib in Europe)" in told
    alike = " ".join(pooled_answer(["sorafenib"], "placebo", "TTP").cautions)
    assert (
        "TTP was read alike in all trials as far as their records say: RECIST 1.0 (SHARP, Asia-Pacific)"
        in alike
    )
    assert "read alike" not in " ".join(pooled_answer(["sorafenib"], "placebo", "OS").cautions)
