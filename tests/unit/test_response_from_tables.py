"""Best overall response read from tables, as a real trial would hold them."""

from __future__ import annotations

import polars as pl
import pytest

from hepatrial.response.from_tables import best_from_tables
from hepatrial.response.rules import AssessmentRules

RULES = AssessmentRules("RECIST 1.1", confirmation_days=28.0, stable_disease_days=42.0)


@pytest.fixture
def tables():
    """Subjects with scans on days of their own: a confirmed response, an early progression, no scan at all."""
    tumour = pl.DataFrame(
        {
            "subject": [1, 1, 1, 2, 2],
            "day": [-10.0, 40.0, 70.0, 0.0, 45.0],
            "sld_mm": [100.0, 65.0, 60.0, 50.0, 70.0],
            "viable_sld_mm": [90.0, 30.0, 20.0, 50.0, 3.0],
        }
    )
    responses = pl.DataFrame(
        {
            "subject": [1, 1, 2, 2],
            "day": [40.0, 70.0, 45.0, 45.0],
            "criteria": ["RECIST 1.1", "RECIST 1.1", "RECIST 1.1", "mRECIST"],
            "response": ["PR", "PR", "PD", "CR"],
        }
    )
    return responses, tumour


def test_best_response_and_change_by_subject_and_criteria(tables):
    found = best_from_tables(pl.Series([1, 2, 3]), ["RECIST 1.1", "mRECIST"], *tables, RULES)
    assert found.select("subject", "criteria", "best").rows() == [
        (1, "RECIST 1.1", "PR"),
        (1, "mRECIST", "NE"),
        (2, "RECIST 1.1", "PD"),
        (2, "mRECIST", "SD"),  # a complete response that nobody confirmed, past the minimum for SD
        (3, "RECIST 1.1", "NE"),
        (3, "mRECIST", "NE"),
    ]
    change = found.filter(pl.col("criteria") == "RECIST 1.1")["best_change_percent"]
    assert change.to_list() == [pytest.approx(-40.0), pytest.approx(40.0), None]


def test_mrecist_looks_at_viable_tumour(tables):
    found = best_from_tables(pl.Series([2]), ["mRECIST"], *tables, RULES)
    assert found["best_change_percent"].to_list() == [pytest.approx(-94.0)]


def test_without_any_assessment_nobody_can_be_evaluated(tables):
    responses, tumour = tables
    found = best_from_tables(pl.Series([1, 2]), ["RECIST 1.1"], responses.clear(), tumour, RULES)
    assert found["best"].to_list() == ["NE", "NE"]
