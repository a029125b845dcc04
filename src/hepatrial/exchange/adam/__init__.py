"""CDISC ADaM datasets of a trial, in XPT and Dataset-JSON."""

from hepatrial.exchange.adam.dataset import AdamDataset
from hepatrial.exchange.adam.writing import adam_datasets, write_adam

__all__ = ["AdamDataset", "adam_datasets", "write_adam"]
