"""A user's own trial or cohort: read from a file or folder into `TrialData`, and checked."""

from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.example import example_data, example_file, example_record
from hepatrial.userdata.reading import read_trial_data

__all__ = ["DataColumns", "example_data", "example_file", "example_record", "read_trial_data"]
