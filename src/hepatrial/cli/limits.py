"""Bounds of the commands' options: wide enough for any sensible run, narrow enough to catch a slip."""

MAX_PATIENTS = 5_000_000
MAX_REPLICATES = 100_000
MAX_SEED = 2**63 - 1
MAX_WORKERS = 256
FIGURE_FORMATS = ("png", "svg")
