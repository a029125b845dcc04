"""Log-rank and hazard ratio of many trials at once, against a loop over lifelines and over R's coxph.fit."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.row import Row, seconds
from hepatrial.survival.many_trials import many_trials

TRIALS, SUBJECTS, LIFELINES_TRIALS, R_TRIALS = 1000, 600, 5, 100

R_SCRIPT = """
suppressMessages(library(survival))
d <- read.csv(commandArgs(TRUE)[1]); n <- {n}; k <- {k}
x <- matrix(rep(c(0, 1), n / 2), ncol = 1); control <- coxph.control()
run <- function() for (i in seq_len(k)) {{
  rows <- ((i - 1) * n + 1):(i * n); y <- Surv(d$time[rows], d$event[rows])
  coxph.fit(x, y, NULL, NULL, NULL, control, NULL, "efron", as.character(seq_len(n)))
  survdiff(y ~ x[, 1])
}}
run(); cat(median(replicate(3, system.time(run())[["elapsed"]])))
"""


def rows() -> Iterator[Row]:
    """Trials a second of ours and of each peer."""
    generator = np.random.default_rng(1)
    time = np.ceil(generator.exponential(300.0, (TRIALS, SUBJECTS)))
    event = generator.random((TRIALS, SUBJECTS)) < 0.7
    group = np.tile([0, 1], SUBJECTS // 2)
    ours = TRIALS / seconds(lambda: many_trials(time, event, group), 5)
    yield Row(
        "log-rank and HR of 1,000 trials of 600: lifelines",
        ours,
        _lifelines(time, event, group),
        "trials/s",
        1000,
    )
    if shutil.which("Rscript"):
        yield Row(
            "log-rank and HR of 1,000 trials of 600: R coxph.fit", ours, _r(time, event), "trials/s", 10
        )


def _lifelines(time: np.ndarray, event: np.ndarray, group: np.ndarray) -> float:
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.statistics import logrank_test

    def loop() -> None:
        for trial in range(LIFELINES_TRIALS):
            table = pd.DataFrame({"time": time[trial], "event": event[trial], "group": group})
            CoxPHFitter().fit(table, "time", "event")
            first, second = table[group == 0], table[group == 1]
            logrank_test(first.time, second.time, first.event, second.event)

    return LIFELINES_TRIALS / seconds(loop)


def _r(time: np.ndarray, event: np.ndarray) -> float:
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "data.csv", Path(folder) / "run.R"
        pairs = np.column_stack([time[:R_TRIALS].ravel(), event[:R_TRIALS].ravel()])
        np.savetxt(data, pairs, delimiter=",", header="time,event", comments="", fmt="%g")
        script.write_text(R_SCRIPT.format(n=SUBJECTS, k=R_TRIALS))
        done = subprocess.run(["Rscript", str(script), str(data)], capture_output=True, text=True, check=True)
    return R_TRIALS / float(done.stdout)
