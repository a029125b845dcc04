"""How large a user's data may be, in one place: far above any trial, and small enough to be read in memory."""

from __future__ import annotations

MAX_BYTES = 500_000_000
"""Of one file; 20,000 patients with 500 markers take about 100 million."""
MAX_ROWS = 2_000_000
MAX_COLUMNS = 20_000
MAX_CELLS = 50_000_000
MAX_CELL_CHARACTERS = 10_000
MAX_ARMS = 20
MOST_ISSUES = 20
"""Problems of one kind that a message lists."""
MOST_EXAMPLES = 5
"""Cells that a message shows of one problem."""
