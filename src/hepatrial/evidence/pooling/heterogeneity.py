"""How far study results differ beyond chance: Q, I2, H2, tau2 with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import chdtrc

from hepatrial.evidence.pooling.tau2 import tau2_interval
from hepatrial.evidence.pooling.variance_component import RotatedModel, residual_q, typical_spread


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Heterogeneity of a pool, a meta-regression (what is left) or a network.

    Attributes
    ----------
    q, df, p
        Cochran's Q at tau2 = 0, its degrees of freedom, and p of homogeneity by chi-squared.
    tau2
        Estimated variance between studies; 0 for a common effect.
    tau2_interval
        Q-profile interval; None without residual degrees of freedom.
    i2_percent
        Share of the variance of an estimate that is between studies, 100 tau2 / (tau2 + v), where v is the typical
        sampling variance df / trace(P R); with DerSimonian and Laird's tau2 it is 100 (Q - df) / Q.
    h2
        (tau2 + v) / v.

    Notes
    -----
    Q has little power with few studies, and with large studies finds differences that do not matter; I2 grows with
    the size of the studies. tau2 alone says how far effects differ.

    References
    ----------
    Higgins & Thompson 2002, 10.1002/sim.1186.
    """

    q: float
    df: int
    p: float
    tau2: float
    tau2_interval: tuple[float, float] | None
    i2_percent: float
    h2: float

    @property
    def tau(self) -> float:
        """Standard deviation between studies, on the log scale."""
        return self.tau2**0.5


def heterogeneity_of(model: RotatedModel, tau2: float | None, confidence: float) -> Heterogeneity:
    """Heterogeneity of a model whose tau2 was estimated, or is None in a common-effect analysis.

    For a common effect tau2 is 0, and I2 and H2 rest on Q alone: 100 (Q - df) / Q and Q / df, not below 0 and 1.
    """
    if model.df == 0:
        return Heterogeneity(0.0, 0, 1.0, 0.0, None, 0.0, 1.0)
    q = residual_q(model, 0.0)
    typical_variance = model.df / typical_spread(model)
    h2 = max(1.0, q / model.df) if tau2 is None else (tau2 + typical_variance) / typical_variance
    return Heterogeneity(
        q=q,
        df=model.df,
        p=float(chdtrc(model.df, q)),
        tau2=tau2 or 0.0,
        tau2_interval=tau2_interval(model, confidence),
        i2_percent=100.0 * (1.0 - 1.0 / h2),
        h2=h2,
    )
