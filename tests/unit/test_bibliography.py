"""Every source key of the product resolves in the bibliography."""

import re
from dataclasses import replace
from importlib import resources

import pytest

from hepatrial.agents import agent_names, load_agent
from hepatrial.disease.parameters import prior_parameters
from hepatrial.errors import UsageError
from hepatrial.evidence.references import bibliography, cite, is_citation, keys_in, reference, references


@pytest.mark.parametrize("name", agent_names())
def test_sources_of_agents_resolve(name):
    for label, quantity in load_agent(name).quantities():
        if quantity.grade not in ("assumed", "fitted"):
            assert all(is_citation(part.strip()) for part in quantity.source.split(";")), label
        for key in keys_in(f"{quantity.source} {quantity.note}"):
            assert key in bibliography(), f"{label}: {key}"


def test_sources_of_disease_parameters_resolve():
    parameters = prior_parameters()
    for name in parameters:
        quantity = parameters.quantities[name]
        for key in keys_in(f"{quantity.source} {quantity.note}"):
            assert key in bibliography(), f"{name}: {key}"


def shipped_data():
    folders = [resources.files("hepatrial")]
    while folders:
        for entry in folders.pop().iterdir():
            if entry.is_dir():
                folders.append(entry)
            elif entry.name.endswith((".yaml", ".json")) and entry.name != "references.yaml":
                yield entry


def baseline_names():
    """Names of baseline tables, which may end in a year as keys do."""
    folder = resources.files("hepatrial.patients") / "data"
    return {entry.name[9:-5] for entry in folder.iterdir() if entry.name.startswith("baseline_")}


def test_every_key_in_shipped_data_resolves():
    read = 0
    for entry in shipped_data():
        text = re.sub(r"https?://\S+", "", entry.read_text(encoding="utf-8"))
        words = re.findall(r"(?<![\w-])[a-z][a-z-]{2,}(?:19|20)\d{2}[a-z]?(?![\w-])", text)
        read += len(words)
        unknown = {word for word in words if word not in bibliography() and word not in baseline_names()}
        assert not unknown, f"{entry.name}: {sorted(unknown)}"
    assert read > 20


def test_keys_are_found_in_running_text_known_or_not():
    assert keys_in("hansson2013 (GIST), variance 0.252; llovet2008") == ("hansson2013", "llovet2008")
    assert keys_in("as nobody1999 says") == ("nobody1999",)


def test_every_entry_can_be_reached_and_is_named_after_its_author_or_its_trial():
    for key, entry in bibliography().items():
        assert re.fullmatch(r"10\.\d{4,9}/\S+", entry.doi) or entry.link.startswith("http") or entry.note, key
        surname = entry.authors.split()[0].rstrip(",").lower() if entry.authors else ""
        named_after_author = surname and key.startswith(
            (surname, surname.replace("-", ""), surname.replace("'", ""))
        )
        assert named_after_author or entry.trial or entry.title, key
        if re.search(r"(?:19|20)\d{2}[a-z]*$", key):
            assert str(entry.year) in key, key
            assert named_after_author or entry.trial, key


def test_references_are_given_once_in_order():
    found = references(["llovet2008", "cheng2009", "llovet2008"])
    assert [entry.key for entry in found] == ["cheng2009", "llovet2008"]


def test_a_citation_names_author_year_and_doi():
    assert cite("llovet2008") == "Llovet JM et al. 2008, 10.1056/NEJMoa0708857"


def test_a_citation_without_an_author_names_the_trial_or_the_title():
    assert cite("boost-2021") == "BOOST 2021, 10.20517/2394-5079.2021.58"
    assert str(reference("boost-2021")) == "BOOST (2021). 10.20517/2394-5079.2021.58"
    assert cite("sorafenib-nancy").startswith("Sorafenib in BCLC stage C, Nancy (no date), https://")


def test_an_entry_is_complete_with_initials_year_title_pages_and_an_identifier():
    whole = reference("reach-2015")
    assert whole.is_complete
    for gap in (
        {"authors": "Zhu"},
        {"year": None},
        {"title": ""},
        {"journal": "Lancet Oncol"},
        {"doi": "", "pmid": ""},
    ):
        assert not replace(whole, **gap).is_complete, gap


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(UsageError, match="did you mean llovet2008"):
        reference("lovet2008")
