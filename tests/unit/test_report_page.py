"""``report.html``: complete, self-contained, valid, accessible, and true to the analysis."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from report_cases import CASES, LONG, ODD, run

from hepatrial.disease.parameters import default_parameters
from hepatrial.report.analyses import run_analyses
from hepatrial.report.fit_record import FitTarget, fit_record
from hepatrial.report.html import write_report
from hepatrial.report.summary import summary_of
from hepatrial.virtual_trial import simulate

VOID = {"meta", "br", "hr", "img", "input", "link", "col"}
ORDER = [
    "design",
    "result",
    "evidence",
    "trial",
    "replicates",
    "baseline",
    "twins",
    "reserve",
    "model",
    "calibration",
    "run",
    "tables",
    "papers",
]


class Page(HTMLParser):
    """Collects what a page holds, and every tag that is not closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.faults += [f"{tag} is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def page_of(result, folder, formats=()) -> str:
    analyses = run_analyses(result)
    write_report(result, summary_of(result, analyses), analyses, folder, formats)
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    text = page_of(run(request.param), folder)
    return request.param, text, Page(text)


def test_tags_are_balanced_and_ids_are_unique(case):
    _, _, page = case
    assert page.faults == []
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))


def test_every_link_and_reference_within_the_page_has_its_end(case):
    _, text, page = case
    ids = {attrs["id"] for _, attrs in page.tags if attrs.get("id")}
    inside = [
        attrs[key]
        for _, attrs in page.tags
        for key in ("href", "xlink:href")
        if attrs.get(key, "x")[0] == "#"
    ]
    assert {link[1:] for link in inside} <= ids
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= ids
    for _, attrs in page.tags:
        assert set((attrs.get("aria-labelledby") or "").split()) <= ids


def test_nothing_is_loaded_from_elsewhere(case):
    _, text, page = case
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("iframe")
    assert "@import" not in text
    assert "url(http" not in text
    assert "@font-face" not in text
    for tag, attrs in page.tags:
        assert not attrs.get("src"), tag
        for key in ("href", "xlink:href"):
            if (attrs.get(key) or "").startswith(("http", "//")):
                assert tag == "a", f"{tag} {attrs[key]}"
        assert not any(name.startswith("on") for name in attrs)


def test_the_page_is_small_and_names_its_language(case):
    _, text, page = case
    assert len(text.encode()) < 4_000_000
    assert page.all("html")[0]["lang"] == "en-GB"
    assert any(attrs.get("name") == "viewport" for attrs in page.all("meta"))
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_every_figure_has_a_title_a_description_and_a_caption(case):
    _, text, page = case
    pictures = page.all("svg")
    assert len(pictures) == len(page.all("figure")) == len(page.all("figcaption")) > 5
    for attrs in pictures:
        assert attrs["role"] == "img"
        for label in attrs["aria-labelledby"].split():
            assert re.search(rf'<(title|desc) id="{label}">[^<]{{10,}}<', text)


def test_every_table_has_a_caption_and_headers_with_scope(case):
    _, _, page = case
    assert len(page.all("table")) == len(page.all("caption")) > 12
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.all("th"))


def test_every_row_of_a_table_has_as_many_cells_as_its_head(case):
    _, text, _ = case
    for table in re.findall(r"<table.*?</table>", text, flags=re.S):
        widths = set()
        for row in re.findall(r"<tr>.*?</tr>", table, flags=re.S):
            cells = re.findall(r"<t[hd]([^>]*)>", row)
            widths.add(sum(int((re.findall(r'colspan="(\d+)"', cell) or [1])[0]) for cell in cells))
        assert len(widths) == 1, table[:300]


def test_the_notice_stands_at_the_top_and_at_the_bottom(case):
    _, text, _ = case
    places = [match.start() for match in re.finditer("not for treating a patient", text)]
    assert len(places) == 2
    assert places[0] < text.index('id="design"')
    assert places[1] > text.index('id="papers"')


def test_sections_come_in_the_order_in_which_a_trial_is_read(case):
    name, _, page = case
    found = [attrs["id"] for attrs in page.all("section")]
    without = {
        "plain": {"replicates"}, "placebo alone": {"replicates"}, "six patients": {"reserve"},
    }.get(name, set())  # fmt: skip
    assert found == [section for section in ORDER if section not in without]


def test_no_missing_value_shows_through(case):
    _, _, page = case
    assert not re.search(r"\b(None|nan|NaN|inf|Undefined)\b", page.text)


def test_special_characters_are_escaped_and_long_names_shown(case):
    name, text, page = case
    if name == "four arms":
        assert "<odd>" not in text
        assert ODD in page.text
        assert LONG in page.text


def test_the_page_shows_the_numbers_of_the_analysis(sharp_trial, tmp_path):
    page = Page(page_of(sharp_trial, tmp_path)).text
    analyses = run_analyses(sharp_trial)
    effect = analyses.trial.effect("sorafenib", "OS")
    assert f"{effect.hr:.2f} ({effect.lower:.2f} to {effect.upper:.2f})" in page
    for arm in analyses.trial.arms:
        assert f"{arm.medians['OS'][0]:.1f} ({arm.medians['OS'][1][0]:.1f} to" in page
    assert f"hepatrial run protocol.yaml --patients {sharp_trial.patients} --replicates 200 --seed 3" in page
    assert summary_of(sharp_trial)["hash"] in page
    for told in (
        "Trials marked for validation entered no fit",
        "10.1056/NEJMoa0708857",
        "Gray's test",
        "reverse Kaplan-Meier",
        "live longer",
    ):
        assert told in page
    for name, quantity in sharp_trial.parameters.quantities.items():
        procedure = name.startswith(("tace.", "ablation."))
        assert (name in page) != (procedure and quantity.grade != "fitted"), name
        assert procedure or quantity.source.split(";")[0][:40] in page


def test_figures_are_written_as_files_only_when_asked_for(tmp_path):
    page_of(run("six patients"), tmp_path)
    assert not (tmp_path / "figures").exists()
    page_of(run("six patients"), tmp_path, ("png", "svg"))
    names = {file.name for file in (tmp_path / "figures").iterdir()}
    assert {"km-os.png", "km-os.svg", "twins.png", "swimmer.svg"} <= names
    assert all((tmp_path / "figures" / name).read_bytes()[:4] in (b"\x89PNG", b"<svg") for name in names)


def test_the_same_run_gives_the_same_page(tmp_path):
    one, other = (page_of(run("six patients"), tmp_path) for _ in range(2))
    assert one == other


def test_other_parameters_than_the_fitted_ones_are_told(tmp_path):
    result = run("six patients")
    changed = replace(result, parameters=result.parameters.with_values({"growth.doubling_time_days": 100.0}))
    assert "This run used other parameter values than the fitted ones" in page_of(changed, tmp_path)
    assert "This run used the fitted values" in page_of(result, tmp_path)


def test_a_cause_of_resistance_that_is_switched_off_is_told(tmp_path):
    result = run("six patients")
    switches = replace(result.work.switches, rewiring=False)
    page = page_of(replace(result, work=replace(result.work, switches=switches)), tmp_path)
    assert "Switched off in this run: rewiring of signalling" in page


def test_where_the_calibration_and_the_run_miss_is_listed(tmp_path, monkeypatch):
    from hepatrial.report import page_content

    missed = FitTarget("sharp", "calibration", "os hr", "0.69 (0.55 to 0.87)", "llovet2008", 2.4)
    with_a_miss = replace(fit_record(default_parameters()), targets=(missed,))
    monkeypatch.setattr(page_content, "fit_record", lambda _: with_a_miss)
    # Dead tissue that stays where it is leaves hardly a response; 2 % are published under sorafenib.
    uncleared = default_parameters().with_values({"growth.necrosis_clearance_per_day": 0.0005})
    result = simulate("sharp", patients=300, seed=5, replicates=0, parameters=uncleared)
    text = Page(page_of(result, tmp_path)).text
    fails = text[text.index("Where it fails") : text.index("The run Seed")]
    assert "misses one of its own numbers, os hr (sharp; published 0.69 (0.55 to 0.87)), by 2.4" in fails
    assert "response rate, %, sorafenib: simulated 0." in fails
    assert "computed from the rounded percentage and n = 299" in fails


def test_the_level_of_the_tests_is_called_nominal_wherever_it_is_used(sharp_trial, tmp_path):
    text = Page(page_of(sharp_trial, tmp_path)).text
    assert text.count("nominal") >= 3
    assert "one-sided level 0.025, nominal: no interim boundary" in text
    assert "no boundary of an interim analysis and no correction for several endpoints" in text
    assert "More replicates shrink the first part alone, more virtual patients the second." in text
    assert "More replicates alone do not take the error of power below the second part." in text


def test_the_simulated_day_of_the_data_cut_is_shown(sharp_trial, tmp_path):
    text = Page(page_of(sharp_trial, tmp_path)).text
    for day in (sharp_trial.trial.cut_day, sharp_trial.population.cut_day):
        assert f"day {day:.0f}, {day / 30.4375:.1f} months" in text
    # What the comment of the bundled protocol tells of the simulation.
    assert "# 16 to 17 months after enrolment opened" in sharp_trial.protocol.text
    assert 15.5 < sharp_trial.population.cut_day / 30.4375 < 17.5


def test_each_number_says_whether_it_is_stratified(sharp_trial, tmp_path):
    text = Page(page_of(sharp_trial, tmp_path)).text
    for told in (
        "HR (95 %), stratified",
        "log-rank p, stratified",
        "months gained within 12 (95 %), not stratified",
        "Gray's test, p, not stratified",
        "Fine-Gray (95 %), not stratified",
        "cause-specific HR, Cox (95 %), not stratified",
    ):
        assert told in text
    plan = replace(sharp_trial.protocol.analysis, stratified=False)
    plain = replace(sharp_trial, protocol=replace(sharp_trial.protocol, analysis=plan))
    text = Page(page_of(plain, tmp_path)).text
    section = text[text.index("One trial, analysed as its plan says") : text.index("Replicate trials: what")]
    assert "HR (95 %), not stratified" in section
    assert ", stratified" not in section


def test_a_published_share_of_table_one_says_whose_it_is(tmp_path):
    text = page_of(run("plain"), tmp_path)
    assert "54.0 (sorafenib arm)" in text  # ECOG 0
    assert "82.4 (whole trial)" in text  # BCLC C


def test_computed_intervals_do_not_stand_under_a_heading_that_calls_them_published(case):
    _, text, _ = case
    assert "published (95 %)" not in text
    for row in re.findall(r"<tr>.*?</tr>", text, flags=re.S):
        assert not ("computed from" in row and ", published" in row)


def test_a_cause_of_death_with_too_few_events_has_no_numbers(tmp_path):
    few = Page(page_of(run("six patients"), tmp_path)).text
    causes = few[few.index("Competing causes of death") : few.index("Causes of death in one")]
    assert causes.count("too few events") == 1
    assert "fewer than 10 deaths of a cause in both arms together" in causes
    assert not re.search(r"\d\.\d", causes)
    assert "Gray's test p" not in few


def test_curves_and_comparisons_come_in_the_order_of_the_plan(tmp_path):
    text = page_of(run("progression first"), tmp_path)
    assert re.findall(r'id="figure-(km-[a-z]+)"', text) == ["km-pfs", "km-os"]
    assert re.findall(r'id="figure-(km-[a-z]+-twins)"', text) == ["km-pfs-twins", "km-os-twins"]
    comparisons = text[text.index("Comparisons: Cox model") : text.index("Are hazards proportional")]
    assert re.findall(r'class="text">(OS|TTP|PFS)<', comparisons) == ["PFS", "OS", "TTP"]
    assert "Not an endpoint of the plan: TTP." in comparisons
    agreement = text[text.index("Simulated and published") : text.index("Definitions")]
    assert list(dict.fromkeys(re.findall(r"(OS|TTP|PFS) median, months", agreement))) == ["PFS", "OS", "TTP"]
    assert [row["endpoint"] for row in summary_of(run("progression first"))["comparisons"]] == [
        "PFS",
        "OS",
        "TTP",
    ]


def test_every_endpoint_of_the_plan_has_a_curve(tmp_path):
    text = page_of(run("plain"), tmp_path)
    assert re.findall(r'id="figure-(km-[a-z]+)"', text) == ["km-os", "km-ttp", "km-pfs"]


@pytest.mark.parametrize(
    ("title", "begins"),
    [
        ("", "300 virtual patients"),
        ("Which?", "Which? 300 virtual"),
        ("Half a dose", "Half a dose. 300 virtual"),
    ],
)
def test_the_page_opens_with_the_title_if_there_is_one(title, begins, tmp_path):
    plain = run("plain")
    protocol = replace(plain.protocol, title=title, registration=None)
    text = page_of(replace(plain, protocol=protocol), tmp_path)
    design = text[text.index('id="design-title"') :]
    assert re.search(r"<p>(.*)", design)[1].startswith(begins)
    header = text[text.index("<header>") : text.index("</header>")]
    assert (f"<p>{title}</p>" in header) == bool(title)
    assert "<p></p>" not in header
