"""Which entries of the bibliography are complete, and that no citation a user sees is merely a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hepatrial.cli.evidence_page import described
from hepatrial.cli.indication_lines import indication_lines
from hepatrial.cli.meta_lines import meta_lines
from hepatrial.cli.network_lines import network_lines
from hepatrial.evidence import collection
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.evidence.questions.networks import network_answer
from hepatrial.evidence.reconstruction import Guyot, StepHeights
from hepatrial.evidence.references import bibliography, cite, in_words
from hepatrial.evidence.registry import citation_of

STILL_OPEN = Path(__file__).with_name("references_incomplete.txt")
NO_IDENTIFIER = {
    "cheng2015",
    "lenvatinib-china",
    "lim2014",
    "pawlik2011",
    "qin2014",
    "qin2019",
    "tace-mki-meta-analysis",
    "yau2010",
    "yau2011",
}
"""Of these no DOI, PubMed number or page was read; their notes say so."""


def incomplete() -> set[str]:
    lines = STILL_OPEN.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_every_trial_report_is_complete_but_those_that_are_listed_as_open():
    reports = {trial.source for trial in collection()} & set(bibliography())
    open_now = {key for key in reports if not bibliography()[key].is_complete}
    assert open_now - incomplete() == set(), "complete it: author, year, title, pages, DOI or PubMed number"
    assert incomplete() & reports - open_now == set(), (
        "complete by now: take it off references_incomplete.txt"
    )
    assert len(reports) - len(open_now) >= 30


def test_a_new_entry_without_a_title_or_an_identifier_is_refused():
    for key, entry in bibliography().items():
        assert entry.name, f"{key}: neither authors nor trial nor title"
        assert entry.title or entry.trial or key in incomplete(), f"{key}: no title"
        assert entry.identifier or key in NO_IDENTIFIER, f"{key}: neither DOI nor PubMed number nor address"
    for key in NO_IDENTIFIER:
        assert bibliography()[key].note, f"{key}: a note says why it has none"
    assert incomplete() <= set(bibliography())


CITED_FIRST = [
    "llovet2008",
    "cheng2009",
    "zhu2015",
    "light-2015",
    "sun1170-2013",
    "brisk-fl-2013",
    "reflect-2018",
    "imbrave150-2022",
    "resorce-2017",
    "celestial-2018",
    "reach-2015",
    "reach-2-2019",
    "evolve-1-2014",
    "sarah-2017",
    "storm-2015",
    "tace-2-2017",
]
"""Behind the bundled protocols, the calibration, the networks and the indication map."""


@pytest.mark.parametrize("key", CITED_FIRST)
def test_what_calibration_protocols_and_networks_rest_on_is_complete(key):
    assert bibliography()[key].is_complete


def bare_keys(text: str) -> set[str]:
    """Keys of the bibliography that stand in a text as words of their own; a record of that name is no citation."""
    words = re.findall(r"[A-Za-z0-9][A-Za-z0-9-]*", re.sub(r"https?://\S+", "", text))
    return {word for word in words if word in bibliography()} - {trial.key for trial in collection()}


def test_no_citation_is_merely_a_key():
    assert bare_keys("reach-2015; see llovet2008") == {"reach-2015", "llovet2008"}
    for key, entry in bibliography().items():
        assert not cite(key).startswith(key), key
        assert key not in str(entry).split(". ")[0], key
    assert in_words("reach-2015; https://a.org/llovet2008") == (
        "Zhu AX et al. 2015, 10.1016/S1470-2045(15)00050-9; https://a.org/llovet2008"
    )


def test_no_record_is_shown_with_a_bare_key_for_a_source():
    known = collection()
    for trial in known:
        assert bare_keys(citation_of(trial)) == set(), trial.key
        assert bare_keys("\n".join(described(trial, known))) == set(), trial.key


def test_no_pooled_figure_names_a_source_by_a_bare_key():
    known = collection()
    shown = {
        "sorafenib against placebo": meta_lines(
            pooled_answer(["sorafenib"], "placebo", "OS", "1L", records=known)
        ),
        "ramucirumab": meta_lines(pooled_answer(["ramucirumab"], "placebo", "OS", "2L", records=known)),
        "network": network_lines(network_answer("2L", records=known)),
        **{str(one.pair): indication_lines(one) for one in indication_maps("all", records=known)},
    }
    assert len(shown) > 10
    for name, lines in shown.items():
        assert bare_keys("\n".join(lines)) == set(), name


def test_the_papers_behind_each_method_of_reconstruction_are_whole():
    for method in (Guyot, StepHeights):
        for key in method.citation.split("; "):
            assert bibliography()[key].is_complete, key
