"""Priors of tau from 14,886 meta-analyses: how far effects differed between trials of such a kind."""

from __future__ import annotations

from hepatrial.evidence.network.priors import LogNormalTau2
from hepatrial.evidence.pooling.refusals import misuse

SOURCE = "10.1002/sim.6381"

TABLE_IV = {
    ("mortality", "drug-v-placebo"): (-3.95, 1.34),
    ("mortality", "drug-v-drug"): (-4.18, 1.41),
    ("mortality", "procedure-v-placebo"): (-4.17, 1.55),
    ("mortality", "procedure-v-drug"): (-2.92, 1.02),
    ("mortality", "procedure-v-procedure"): (-3.50, 1.26),
    ("composite", "drug-v-placebo"): (-3.71, 1.74),
    ("composite", "drug-v-drug"): (-3.95, 1.79),
    ("composite", "procedure-v-placebo"): (-3.93, 1.91),
    ("composite", "procedure-v-drug"): (-2.68, 1.51),
    ("composite", "procedure-v-procedure"): (-3.27, 1.68),
}
"""Mean and standard deviation of log tau2. *Placebo* is placebo or control; *composite* is the row of cause-specific
death, major morbid events and composites of death and morbidity."""


def empirical_prior(outcome: str, comparison: str) -> LogNormalTau2:
    """The predictive distribution of tau2 for a further meta-analysis of an outcome and comparison.

    Parameters
    ----------
    outcome
        ``mortality`` (death of any cause) or ``composite`` (progression or death, and the like).
    comparison
        ``drug-v-placebo``, ``drug-v-drug``, ``procedure-v-placebo``, ``procedure-v-drug`` or
        ``procedure-v-procedure``; placebo stands for any inactive control, also beside a treatment of both arms.

    Raises
    ------
    UsageError
        Another outcome or comparison.

    Notes
    -----
    Median tau of death is 0.14 for a drug against placebo, 0.12 for drugs against each other, 0.23 for a procedure
    against a drug; of composites 0.16, 0.14 and 0.26.

    They are of log *odds* ratios; on hazard ratios they are a choice, cautious if anything, as an odds ratio of a
    frequent event is further from 1 than the hazard ratio. Trials of all fields of medicine are behind them.

    When not to use: beside such priors show `weakly_informative`, to see how much they decide.

    References
    ----------
    Turner et al. 2015 (table IV), 10.1002/sim.6381.
    """
    if (outcome, comparison) not in TABLE_IV:
        raise misuse(
            "no such prior",
            f"{outcome}, {comparison}",
            "; ".join(", ".join(pair) for pair in TABLE_IV),
            "choose one of these",
        )
    return LogNormalTau2(*TABLE_IV[outcome, comparison], SOURCE)
