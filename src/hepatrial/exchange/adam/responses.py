"""Codes of response criteria and of responses."""

from __future__ import annotations

CRITERIA_CODES = {"RECIST 1.0": "R10", "RECIST 1.1": "R11", "mRECIST": "MRC"}
RESPONSE_NUMBERS = {"CR": 1, "PR": 2, "SD": 3, "PD": 4, "NE": 5}
