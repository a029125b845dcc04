"""The same analysis in R (packages survival and cmprsk), and the data both sides analyse.

Numbers cross as text with 17 significant digits, so that nothing is lost on the way. Fits in R are run to
full convergence, and with ``timefix = FALSE``: by default R joins times that nearly agree, which is another
analysis.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from hepatrial.survival import SurvivalTimes

Table = dict[str, np.ndarray]

PRELUDE = """
suppressWarnings(suppressPackageStartupMessages({library(survival); library(cmprsk)}))
folder <- commandArgs(TRUE)[1]
table_of <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
give <- function(name, x) cat(name, sprintf("%.17g", as.numeric(x)), "\\n", file = stdout())
exactly <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100, timefix = FALSE)
"""


@cache
def missing_in_r() -> str:
    """Why R can't be asked, or nothing."""
    if shutil.which("Rscript") is None:
        return "Rscript is not installed (tests/install_peers.sh installs it)"
    ask = "cat(all(c('survival', 'cmprsk') %in% rownames(installed.packages())))"
    said = subprocess.run(["Rscript", "--vanilla", "-e", ask], capture_output=True, text=True).stdout
    return "" if said == "TRUE" else "R lacks its packages survival and cmprsk (tests/install_peers.sh)"


def in_r(script: str, **tables: Table) -> Table:
    """Run a script that reads ``table_of("name")`` and hands back numbers with ``give("name", x)``."""
    if missing_in_r():
        pytest.skip(f"no parity with R: {missing_in_r()}")
    with TemporaryDirectory() as folder:
        for name, table in tables.items():
            rows = zip(*(column.tolist() for column in table.values()), strict=True)
            lines = [",".join(table), *(",".join(repr(value) for value in row) for row in rows)]
            Path(folder, f"{name}.csv").write_text("\n".join(lines) + "\n")
        file = Path(folder, "script.R")
        file.write_text(PRELUDE + script)
        done = subprocess.run(["Rscript", "--vanilla", str(file), folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    given = (line.split() for line in done.stdout.splitlines())
    return {words[0]: np.array([_number(word) for word in words[1:]]) for words in given}


def _number(word: str) -> float:
    return float("nan") if word == "NA" else float(word)


def trial(seed: int, n: int = 240, *, ties: bool = True, causes: int = 2) -> Table:
    """A made trial: three arms, six centres, two covariates, competing causes, censoring, ties if asked."""
    rng = np.random.default_rng(seed)
    arm, centre = rng.integers(0, 3, n), rng.integers(0, 6, n)
    age, marker = rng.normal(60, 10, n), rng.binomial(1, 0.3, n)
    rate = np.exp(0.02 * (age - 60) + 0.5 * marker - 0.3 * (arm == 2)) * (1 + centre / 6)
    cause_times = rng.exponential(300, (n, causes)) / np.column_stack([rate, *[1 + 0 * rate] * (causes - 1)])
    censored = rng.uniform(50, 900, n)
    time = np.minimum(cause_times.min(axis=1), censored)
    event = np.where(censored < cause_times.min(axis=1), 0, 1 + cause_times.argmin(axis=1))
    if ties:
        time = np.ceil(time / 15) * 15
    return {"time": time, "event": event, "arm": arm, "centre": centre, "age": age, "marker": marker}


def times_of(table: Table, causes: tuple[str, ...] = ("censored", "cancer", "liver")) -> SurvivalTimes:
    """The times and events of a table as the product takes them."""
    return SurvivalTimes(table["time"], table["event"].astype(np.int8), causes)
