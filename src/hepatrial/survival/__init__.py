"""Survival analysis: estimators, tests, models, competing risks, and fast kernels for many trials at once."""
