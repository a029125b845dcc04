"""The log-rank test, stratified or not, of two or more groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.survival.checks import checked_groups, checked_single_cause, checked_strata, invalid
from hepatrial.survival.risk_table import risk_table
from hepatrial.survival.times import SurvivalTimes

# A contrast of groups with less variance than this share of the largest was not observed at all.
NO_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True)
class LogRank:
    """Result of a log-rank test.

    Attributes
    ----------
    groups
        Labels in sorted order; arrays below follow it.
    chi2, df, p
        Statistic, degrees of freedom (one less than the groups, and less again for groups that are never at
        risk beside others at an event) and two-sided p.
    z
        For two groups, the signed statistic of the second group: negative where it had fewer events than
        expected. nan for more groups.
    observed, expected
        Shape (groups,): events, and events expected if all groups shared one hazard.
    """

    groups: np.ndarray
    chi2: float
    df: int
    p: float
    z: float
    observed: np.ndarray
    expected: np.ndarray


def log_rank(
    times: SurvivalTimes, group: Sequence | np.ndarray, strata: Sequence | np.ndarray | None = None
) -> LogRank:
    """Test whether the hazards of groups are equal.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    group
        Shape (n,): any labels; for two arms code 0 control and 1 experimental, then ``z`` is of the
        experimental arm.
    strata
        Shape (n,) labels; groups are compared within strata and the comparisons summed.

    Raises
    ------
    InvalidInput
        No events, one group, lengths that differ, or no event that tells the groups apart.

    Notes
    -----
    Assumes censoring that is independent of the event within groups; p is asymptotic. Ties enter by the
    hypergeometric variance, as in R's ``survdiff``.

    When not to use: where hazards cross it loses power (use `compare_restricted_mean`); for incidence under
    competing causes it compares cause-specific hazards (use `gray_test` for incidence); with a handful of
    events p is rough.

    References
    ----------
    Mantel 1966 (PMID 5910392); Peto & Peto 1972, 10.2307/2344317.
    """
    time, event = checked_single_cause(times, need_events=True)
    levels, codes = checked_groups(group, len(time))
    table = risk_table(time, event, codes, len(levels), checked_strata(strata, len(time))).with_events()
    at_risk = table.at_risk.astype(np.float64)
    n, d = at_risk.sum(axis=1), table.events.sum(axis=1).astype(np.float64)
    share = at_risk / n[:, None]
    observed, expected = table.events.sum(axis=0).astype(np.float64), d @ share
    spread = d * (n - d) / np.maximum(n - 1, 1)
    covariance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    difference = observed - expected
    # Groups that never meet at an event (whole strata of their own) leave the covariance short of rank groups
    # - 1: only the comparisons that were made are counted.
    variance, contrast = np.linalg.eigh(covariance)
    made = variance > NO_VARIANCE * max(variance[-1], 1.0)
    if not made.any():
        raise invalid(
            "group: no event tells the groups apart",
            "at every event one group alone is at risk, or everybody at risk has it",
            "an event while others of two groups are at risk (within a stratum)",
            "use fewer strata or follow the subjects for longer",
        )
    statistic = float(np.sum((difference @ contrast[:, made]) ** 2 / variance[made]))
    df = int(made.sum())
    z = float(difference[1] / np.sqrt(covariance[1, 1])) if len(levels) == 2 else float("nan")
    return LogRank(levels, statistic, df, float(chdtrc(df, statistic)), z, observed, expected)
