"""CDISC ADaM datasets of a trial, in XPT and Dataset-JSON."""

from hepatrial.exchange.adam.datasets import AdamDataset, adam_datasets
from hepatrial.exchange.adam.writing import write_adam

__all__ = ["AdamDataset", "adam_datasets", "write_adam"]
