"""``evidence.html``: self-contained, valid, accessible, and every section with what it rests on."""

from __future__ import annotations

import re

import pytest
from test_figures_evidence import LONG, forest, network
from test_report_page import Page

from hepatrial.evidence.network import direct_estimates, fit_common, league_table
from hepatrial.figures.evidence import READING
from hepatrial.report.evidence_page import (
    EvidenceSection,
    PageFigure,
    PageTable,
    evidence_page,
    figure_captions,
    league_page_table,
    write_evidence_page,
)

ODD = "<odd> & 'quoted'"

SOURCES = (
    "llovet2008",
    "10.1016/S1470-2045(08)70285-7",
    "a talk",
    "PMID 19095497; 10.1000/x",
    "cheng2009; llovet2008",
)


def sections() -> tuple[EvidenceSection, ...]:
    fit = fit_common(network(4))
    table = PageTable(
        "Trials", ("trial", "year", "hazard ratio"), (("SHARP", "2008", "0.69"), (ODD, "–", "–"))
    )
    return (
        EvidenceSection(
            "Sorafenib against placebo",
            ("What was pooled.", f"A second paragraph of {ODD}."),
            (
                PageFigure("forest", "Forest plot", "Two trials and their pool, both named here.", forest(2)),
                PageFigure("long", LONG, f"{ODD} and more.", forest(3, long=True)),
            ),
            (table,),
            (
                "llovet2008",
                "10.1016/S1470-2045(08)70285-7",
                "a talk",
                "PMID 19095497; 10.1000/x",
                "cheng2009; llovet2008",
            ),
        ),
        EvidenceSection(
            "The network",
            ("All treatments.",),
            tables=(league_page_table(league_table(fit), direct_estimates(fit), caption="League table"),),
        ),
    )


@pytest.fixture(scope="module")
def text() -> str:
    return evidence_page(f"Evidence {ODD}", "A sentence.", sections(), command="hepatrial evidence meta")


@pytest.fixture(scope="module")
def page(text) -> Page:
    return Page(text)


def test_tags_are_balanced_ids_unique_and_links_have_their_end(text, page):
    assert page.faults == []
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    links = [attrs["href"][1:] for attrs in page.all("a") if attrs["href"].startswith("#")]
    assert links == ["section-1", "section-2"]
    assert set(re.findall(r"url\(#([^)]+)\)", text)) | set(links) <= set(ids)
    for _, attrs in page.tags:
        assert set((attrs.get("aria-labelledby") or "").split()) <= set(ids)


def test_nothing_is_loaded_from_elsewhere(text, page):
    for tag in ("script", "link", "iframe", "img"):
        assert not page.all(tag)
    assert "@import" not in text
    assert "url(http" not in text
    for tag, attrs in page.tags:
        assert not attrs.get("src"), tag
        for key in ("href", "xlink:href"):
            if (attrs.get(key) or "").startswith(("http", "//")):
                assert tag == "a"
        assert not any(name.startswith("on") for name in attrs)


def test_it_has_the_look_and_the_language_of_the_report(text, page):
    assert page.all("html")[0]["lang"] == "en-GB"
    assert text.lstrip().startswith("<!DOCTYPE html>")
    for told in ("prefers-color-scheme: dark", "@media print", "max-width: 62rem"):
        assert told in text


def test_the_notice_stands_at_the_top_and_at_the_bottom(text):
    places = [match.start() for match in re.finditer("not for treating a patient", text)]
    assert len(places) == 2
    assert places[0] < text.index('id="section-1"')
    assert places[1] > text.index('id="made"')


def test_figures_are_numbered_and_have_title_description_and_caption(text, page):
    assert len(page.all("svg")) == len(page.all("figcaption")) == 2
    assert "Figure 1. Forest plot." in page.text
    assert f"Figure 2. {LONG}." in page.text
    for attrs in page.all("svg"):
        assert attrs["role"] == "img"
        for label in attrs["aria-labelledby"].split():
            assert re.search(rf'<(title|desc) id="{label}">[^<]{{8,}}<', text)


def test_tables_have_captions_scopes_and_even_rows(text, page):
    assert len(page.all("table")) == len(page.all("caption")) == 2
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th"))
    for table in re.findall(r"<table.*?</table>", text, flags=re.S):
        widths = {len(re.findall(r"<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", table, flags=re.S)}
        assert len(widths) == 1


def test_citations_are_written_out_once_each_with_their_link(text, page):
    assert page.text.count("Llovet JM") == 1
    assert 'href="https://doi.org/10.1056/NEJMoa0708857"' in text
    assert 'href="https://doi.org/10.1016/S1470-2045(08)70285-7"' in text
    assert "a talk" in page.text
    assert page.text.count("Cheng AL") == 1
    assert 'PMID 19095497 <a href="https://doi.org/10.1000/x">10.1000/x</a>' in text


def test_a_reference_of_which_only_an_identifier_is_known_is_named_by_its_trial_and_linked():
    section = EvidenceSection("x", ("y",), citations=("imbrave150-2022", "start-2013", "resorce-update"))
    made = evidence_page("x", "y", (section,))
    words = " ".join(Page(made).text.split())
    assert "Cheng AL et al. (2022). Updated efficacy and safety data from IMbrave150" in words
    assert "START (2013). 10.1002/ijc.27925" in words
    assert 'href="https://doi.org/10.1002/ijc.27925">10.1002/ijc.27925</a>' in made
    assert "RESORCE, update of overall survival (no date). https://onclive.com/" in words


def test_texts_are_escaped(text, page):
    assert "<odd>" not in text
    assert ODD in page.text


def test_no_missing_value_shows_through(page):
    assert not re.search(r"\b(None|nan|NaN|inf|Undefined)\b", page.text)


def test_the_league_table_says_how_it_is_read_and_sets_off_what_excludes_one(text):
    fit = fit_common(network(4))
    found = league_page_table(league_table(fit), direct_estimates(fit), caption="x")
    strong = sum(cell.strong for row in found.rows for cell in row[1:])
    assert READING in text
    assert text.count("<strong>") == strong + 2  # and the titles of two figures
    assert [row[0] for row in found.rows] == list(found.head[1:])
    assert all(found.rows[place][place + 1].text == "" for place in range(4))


def test_a_table_of_uneven_rows_is_refused():
    with pytest.raises(ValueError, match="2 columns, but a row of 1"):
        PageTable("x", ("a", "b"), (("1",),))


def test_the_same_evidence_gives_the_same_page():
    one, other = (evidence_page("x", "y", sections()) for _ in range(2))
    assert one == other


def test_figures_are_written_as_files_only_when_asked_for(tmp_path):
    write_evidence_page(tmp_path, "x", "y", sections())
    assert {file.name for file in tmp_path.iterdir()} == {"evidence.html"}
    found = write_evidence_page(tmp_path, "x", "y", sections(), figure_formats=("svg", "png"))
    assert found.read_text(encoding="utf-8").lstrip().startswith("<!DOCTYPE html>")
    files = {file.name: file.read_bytes()[:4] for file in (tmp_path / "figures").iterdir()}
    assert set(files) == {"forest.png", "forest.svg", "long.png", "long.svg", "captions.txt"}
    del files["captions.txt"]
    assert set(files.values()) == {b"\x89PNG", b"<svg"}


def test_captions_go_with_the_figures_with_sources_and_what_must_be_known():
    own, other = (
        EvidenceSection(heading, (), (PageFigure(name, "Title", "Caption.", forest(2)),), citations=citations)
        for heading, name, citations in (
            ("A", "one", ("llovet2008", "https://example.org/x")),
            ("B", "two", ()),
        )
    )
    told = figure_captions("Page", [own, other], notice="For research.")
    assert told.startswith("Page\n\nFor research.\n\none: Title. Caption.\n  1. Llovet JM et al. (2008)")
    assert told.count("10.1056/NEJMoa0708857") == 2
    assert told.count("  2. https://example.org/x") == 2


def test_a_figure_for_a_file_alone_has_no_number_on_the_page(tmp_path):
    figures = (
        PageFigure("file", "In a file", "x", forest(2), on_page=False),
        PageFigure("page", "On the page", "x", forest(2)),
    )
    page = write_evidence_page(
        tmp_path, "x", "y", [EvidenceSection("A", (), figures)], figure_formats=("svg",)
    )
    text = page.read_text(encoding="utf-8")
    assert "Figure 1. On the page" in text
    assert "In a file" not in text
    assert (tmp_path / "figures" / "file.svg").is_file()
    assert "file: In a file" in (tmp_path / "figures" / "captions.txt").read_text(encoding="utf-8")
