"""The pages are true: links lead somewhere, commands and targets exist, examples run, the citation file is sound."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from typer.main import get_command

from hepatrial.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "examples" / "README.md"])
README = (ROOT / "README.md").read_text(encoding="utf-8")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def name_of(page):
    return str(page.relative_to(ROOT))


def text_of(page):
    return page.read_text(encoding="utf-8")


def anchors(page):
    """The anchors that headings of a page get where it is shown."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands_of(page):
    """Lines of shell blocks, without comments."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)
    blocks = [block for language, block in fences if language in ("", "sh")]
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_files_and_headings_that_exist(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_the_index_names_every_page():
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", text_of(ROOT / "docs" / "README.md")))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_their_options_exist(page):
    group = get_command(app)
    for line in commands_of(page):
        words = line.split()
        if not words or not words[0].endswith("hepatrial") or len(words) == 1:
            continue
        command = group.commands.get(words[1])
        command = getattr(command, "commands", {}).get(words[2] if len(words) > 2 else "", command)
        assert command is not None, line
        allowed = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= allowed, line


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_targets_of_make_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z-]+)", "\n".join([*commands_of(page), text_of(page)]), re.MULTILINE)
    assert set(named) <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_sessions_shown_give_what_they_show(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", text_of(page), re.DOTALL)
    code = "\n".join(block for block in blocks if ">>>" in block)
    session = doctest.DocTestParser().get_doctest(code, {}, name_of(page), None, 0)
    shown: list[str] = []
    assert doctest.DocTestRunner().run(session, out=shown.append).failed == 0, "".join(shown)


def test_the_readmes_python_runs_and_writes_the_files_that_it_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert "patients=2000" in code
    names: dict[str, object] = {}
    exec(code.replace("patients=2000", "patients=300"), names)
    assert len(names["result"].replicates["sorafenib", "OS"].log_hr) == 1000
    folder = tmp_path / "runs" / "from-python"
    written = {path.relative_to(folder).parts[0] for path in folder.rglob("*")}
    table = README.split("## What a run leaves")[1].split("##")[0]
    cells = " ".join(re.findall(r"^\| (`.+?) \|", table, re.MULTILINE))
    assert {name.split("/")[0] for name in re.findall(r"`([\w./*]+)`", cells)} == written
    datasets = re.search(r"\((ADSL[\w, ]+)\)", table)[1].lower().split(", ")
    assert {path.stem for path in (folder / "adam").iterdir()} == set(datasets)


def test_the_picture_of_the_readme_is_there():
    (picture,) = re.findall(r"!\[.+?\]\((.+?)\)", README)
    assert ElementTree.parse(ROOT / picture).getroot().tag.endswith("svg")


def test_the_changelog_has_its_sections():
    text = text_of(ROOT / "CHANGELOG.md")
    unreleased = text.split("## Unreleased")[1].split("\n## ")[0]
    sections = [line for line in unreleased.splitlines() if line.startswith("###")]
    assert sections == ["### Added", "### Numbers that changed"]


def test_the_citation_file_has_what_its_format_requires_and_agrees_with_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION)
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    assert CITATION["version"] == project["version"]
    assert CITATION["license"] == project["license"]
    assert {author["name"] for author in CITATION["authors"]} == {
        author["name"] for author in project["authors"]
    }
    assert CITATION["keywords"] == project["keywords"]
    # Keys that version 1.2.0 of the format knows and this file uses; a misspelt key is not among them.
    known = {
        "abstract",
        "authors",
        "cff-version",
        "keywords",
        "license",
        "message",
        "title",
        "type",
        "version",
    }
    assert set(CITATION) <= known
    assert all(isinstance(CITATION[key], str) for key in known - {"authors", "keywords"})
