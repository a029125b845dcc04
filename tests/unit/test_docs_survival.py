"""docs/survival.md is complete, its examples give the numbers that it shows, and R gives the same."""

from __future__ import annotations

import doctest
import inspect
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hepatrial import survival
from hepatrial.survival.many_trials import many_trials

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "survival.md").read_text(encoding="utf-8")
FUNCTIONS = [name for name in survival.__all__ if inspect.isfunction(getattr(survival, name))]
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
DOI = re.compile(r"\b10\.\d{4,9}/[\w.()/-]*\w")

IN_R = """
suppressMessages({library(survival); library(cmprsk)})
d <- read.csv("examples/own-trial.csv", stringsAsFactors = FALSE, na.strings = "")
d$days <- as.numeric(as.Date(d$last_contact) - as.Date(d$randomised))
d$code <- ifelse(is.na(d$cause_of_death), 0, ifelse(d$cause_of_death == "cancer", 1, 2))
d$x <- as.numeric(d$arm == "experimental")
d$time <- Surv(d$days, d$code > 0)
arm <- d[d$x == 1, ]
show <- function(format, ...) cat(sprintf(format, ...), sep = "\\n")
curve <- survfit(time ~ 1, arm, conf.type = "log-log")
m <- quantile(curve, 0.5)
show("estimate=%.1f, lower=%.1f, upper=%.1f", m$quantile, m$lower, m$upper)
s <- summary(curve, times = 365)
show("%.3f (%.3f to %.3f)", s$surv, s$lower, s$upper)
chi2 <- function(f) survdiff(f, d)$chisq
show("chi2 %.3f on 1, p %.4f", chi2(time ~ x), pchisq(chi2(time ~ x), 1, lower.tail = FALSE))
show("stratified by ECOG: p %.4f", pchisq(chi2(time ~ x + strata(ecog)), 1, lower.tail = FALSE))
fit <- coxph(time ~ x + strata(ecog), d)
ci <- summary(fit)$conf.int
show("HR %.3f (%.3f to %.3f), p %.4f", ci[1], ci[3], ci[4], summary(fit)$coefficients[5])
show("ecog %.3f", exp(coef(coxph(time ~ x + ecog, d))[2]))
z <- cox.zph(fit)$table
show("chi2 %.3f, p %.3f", z[1, 1], z[1, 3])
r <- survival:::survmean(survfit(time ~ 1, arm), rmean = 365.25)$matrix
show("%.1f days (SE %.1f)", r["rmean"], r["se(rmean)"])
states <- factor(arm$code, 0:2)
aj <- summary(survfit(Surv(arm$days, states) ~ 1, conf.type = "log-log"), times = 365)
show("cancer %.3f (", aj$pstate[2])
show("liver  %.3f (", aj$pstate[3])
show("%.3f", 1 - summary(survfit(Surv(days, code == 1) ~ 1, arm), times = 365)$surv)
g <- cuminc(d$days, d$code, d$x)$Tests[1, ]
show("chi2 %.3f on 1, p %.4f", g[1], g[2])
f <- summary(crr(d$days, d$code, cbind(d$x)))$conf.int
show("subdistribution HR %.3f (%.3f to %.3f)", f[1], f[3], f[4])
k <- summary(coxph(Surv(days, code == 1) ~ x, d))$conf.int
show("cause-specific HR %.3f (%.3f to %.3f)", k[1], k[3], k[4])
c <- concordance(time ~ ecog, d, reverse = TRUE)
show("C %.3f (SE %.3f)", c$concordance, sqrt(c$var))
"""


def test_every_example_gives_the_numbers_that_stand_below_it(monkeypatch):
    monkeypatch.chdir(ROOT)
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "docs/survival.md", None, 0)
    assert len(examples.examples) > 40
    shown: list[str] = []
    result = doctest.DocTestRunner().run(examples, out=shown.append)
    assert result.failed == 0, "".join(shown)


@pytest.mark.r
def test_r_gives_the_numbers_of_the_examples():
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    done = subprocess.run(["Rscript", "-e", IN_R], cwd=ROOT, capture_output=True, text=True, timeout=120)
    if "there is no package" in done.stderr:
        pytest.skip("R's packages survival and cmprsk are not installed")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 15
    assert [line for line in lines if line not in PAGE] == []


@pytest.mark.parametrize("function", [*FUNCTIONS, "many_trials"])
def test_every_function_has_an_example_and_stands_in_the_list_of_questions(function):
    assert f">>> from hepatrial.survival import {function}" in PAGE or re.search(
        rf">>> from .*\b{function}\b", PAGE
    )
    assert re.search(rf"^\| .+ \| .*`{function}`", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    "section", [name for name in SECTIONS if name not in {"Data", "What was checked, and where"}]
)
def test_every_section_says_what_it_assumes_when_not_to_use_it_and_how_it_was_verified(section):
    text = SECTIONS[section]
    labels = ("**Assumes**", "**Do not use**", "**Verified**")
    assert [label for label in labels if label not in text] == []
    assert "**Source**" in text or section == "Many trials at once"


@pytest.mark.parametrize("function", [*FUNCTIONS, "many_trials"])
def test_every_source_of_a_function_is_named_on_the_page(function):
    source = inspect.getdoc(many_trials if function == "many_trials" else getattr(survival, function))
    assert set(DOI.findall(source)) <= set(DOI.findall(PAGE))


def test_every_source_on_the_page_stands_in_the_code_or_in_the_tests():
    folders = (ROOT / "src" / "hepatrial" / "survival", ROOT / "tests" / "reference")
    known = {
        doi
        for folder in folders
        for file in folder.glob("*.py")
        for doi in DOI.findall(file.read_text("utf-8"))
    }
    assert set(DOI.findall(PAGE)) <= known


def test_every_file_of_tests_that_the_page_names_exists():
    named = re.findall(r"`((?:tests/\w+/)?test_[\w*]+\.py)`", PAGE)
    assert len(named) >= 8
    for name in named:
        assert list(ROOT.glob(name if name.startswith("tests/") else f"tests/reference/{name}")), name
