"""TCGA-LIHC: the mRNA of CXCL17 does not replicate the protein, and mutated TP53 does what is known of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app

FILE = Path(__file__).parents[3] / "shared" / "data" / "tcga_lihc" / "tcga_lihc.csv"

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is not here")


def test_cxcl17_does_not_replicate_and_the_page_says_so(tmp_path):
    asked = (
        "biomarker", str(FILE), "--time", "survival_months", "--event", "censorship", "--event-values", "0=1,1=0",
        "--time-unit", "months", "--subject", "case_id", "--markers", "CXCL17_rnaseq,TP53_mut", "--json",
        "--out", str(tmp_path / "answer"),
    )  # fmt: skip
    result = CliRunner().invoke(app, asked, catch_exceptions=False)
    cxcl17, tp53 = json.loads(result.stdout)["markers"]
    assert (cxcl17["n"], cxcl17["events"]) == (333, 115)
    assert cxcl17["ci"][0] < 1 < cxcl17["ci"][1]
    assert cxcl17["verdict"] == "neither"
    assert tp53["hr"] == pytest.approx(1.52, abs=0.005)
    page = (tmp_path / "answer" / "biomarker.html").read_text(encoding="utf-8")
    assert "it does not replicate here" in page
