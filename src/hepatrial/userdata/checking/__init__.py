"""What a user's data hold, what is wrong with them, and which analyses they allow."""

from hepatrial.userdata.checking.check import DataCheck, check_data
from hepatrial.userdata.checking.choice import ColumnChoice

__all__ = ["ColumnChoice", "DataCheck", "check_data"]
