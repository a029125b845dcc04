"""Virtual patients: covariates, their dependence, baseline tables, eligibility."""

from hepatrial.patients.patients import LEVELS, Patients, child_pugh_class

__all__ = ["LEVELS", "Patients", "child_pugh_class"]
