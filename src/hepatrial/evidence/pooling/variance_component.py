r"""A linear model with known sampling covariance and one unknown variance between studies.

    y = X beta + e,    Var(e) = S + tau2 R

S is the sampling covariance, R the pattern of heterogeneity (the identity in a pairwise pool; 1 on the diagonal and
1/2 beside it within a trial of several arms). With S = L L' and the eigenvectors U of L^-1 R L^-T, the rotated data
U' L^-1 y are independent with variances 1 + tau2 d_i. So every estimator of tau2, the profile of Q and the integral
over a prior work on a diagonal, and pools, meta-regressions and networks share one set of formulas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class RotatedModel:
    """A model whose errors are independent with variances 1 + tau2 ``spread``.

    Attributes
    ----------
    y
        Shape (n,).
    design
        Shape (n, p), of full column rank, p <= n.
    spread
        Shape (n,), eigenvalues of the heterogeneity pattern in units of the sampling covariance, above 0.
    """

    y: np.ndarray
    design: np.ndarray
    spread: np.ndarray

    @property
    def df(self) -> int:
        """Residual degrees of freedom, n - p."""
        return self.design.shape[0] - self.design.shape[1]


@dataclass(frozen=True, slots=True)
class GlsFit:
    """Generalised least squares at one tau2.

    Attributes
    ----------
    beta, cov
        Shapes (p,) and (p, p); the covariance takes tau2 as known.
    q
        Generalised Q: the weighted sum of squared residuals.
    rows
        Shape (p, n): beta = rows @ y of the rotated model.
    """

    beta: np.ndarray
    cov: np.ndarray
    q: float
    rows: np.ndarray


def independent_model(y: np.ndarray, std_errors: np.ndarray, design: np.ndarray) -> RotatedModel:
    """The rotated model of independent studies: S diagonal, R the identity."""
    return RotatedModel(y / std_errors, design / std_errors[:, None], std_errors**-2)


def rotated_model(
    y: np.ndarray, sampling: np.ndarray, heterogeneity: np.ndarray, design: np.ndarray
) -> RotatedModel:
    """The rotated model for any positive definite sampling covariance, shapes (n,), (n, n), (n, n), (n, p)."""
    # Not scipy's solve_triangular: its threads wait for each other at these sizes when the machine is busy.
    lower = np.linalg.cholesky(sampling)
    half = np.linalg.solve(lower, np.column_stack([heterogeneity, y, design]))
    size = len(y)
    spread, vectors = np.linalg.eigh(np.linalg.solve(lower, half[:, :size].T))
    turned = vectors.T @ half[:, size:]
    return RotatedModel(turned[:, 0], turned[:, 1:], spread)


def fit_at(model: RotatedModel, tau2: float) -> GlsFit:
    """Generalised least squares at ``tau2``, by an orthogonal decomposition."""
    scale = 1.0 / np.sqrt(1.0 + tau2 * model.spread)
    q_factor, r_factor = np.linalg.qr(model.design * scale[:, None])
    y = model.y * scale
    along = q_factor.T @ y
    inverse = np.linalg.inv(r_factor)
    residual = y - q_factor @ along
    return GlsFit(
        beta=inverse @ along,
        cov=inverse @ inverse.T,
        q=float(residual @ residual),
        rows=(inverse @ q_factor.T) * scale,
    )


def residual_q(model: RotatedModel, tau2: float) -> float:
    """Generalised Q at ``tau2``; it falls as tau2 grows."""
    scale = 1.0 / np.sqrt(1.0 + tau2 * model.spread)
    q_factor = np.linalg.qr(model.design * scale[:, None])[0]
    y = model.y * scale
    residual = y - q_factor @ (q_factor.T @ y)
    return float(residual @ residual)


def typical_spread(model: RotatedModel) -> float:
    """trace(P R) at tau2 = 0, where P is the residual projection: E[Q] = df + tau2 trace(P R)."""
    q_factor = np.linalg.qr(model.design)[0]
    return float(np.sum(model.spread * (1.0 - np.sum(q_factor**2, axis=1))))


def log_likelihoods(model: RotatedModel, tau2: np.ndarray, *, restricted: bool) -> np.ndarray:
    """(Restricted) log-likelihood, but for a constant, with beta profiled out, at each tau2 of shape (g,)."""
    weight = 1.0 / (1.0 + tau2[:, None] * model.spread)
    weighted = weight[:, :, None] * model.design
    information = np.einsum("gnp,nq->gpq", weighted, model.design)
    score = np.einsum("gnp,n->gp", weighted, model.y)
    beta = np.linalg.solve(information, score[:, :, None])[:, :, 0]
    residual = model.y - beta @ model.design.T
    value = np.sum(np.log(weight), axis=1) - np.sum(weight * residual**2, axis=1)
    if restricted:
        value = value - np.linalg.slogdet(information)[1]
    return value / 2


def score(model: RotatedModel, tau2: float, *, restricted: bool) -> float:
    """Derivative of the (restricted) log-likelihood in tau2."""
    weight = 1.0 / (1.0 + tau2 * model.spread)
    scale = np.sqrt(weight)
    q_factor = np.linalg.qr(model.design * scale[:, None])[0]
    y = model.y * scale
    residual = y - q_factor @ (q_factor.T @ y)
    change = weight * model.spread
    leverage = np.sum(q_factor**2, axis=1) if restricted else 0.0
    return float(np.sum(change * (residual**2 - (1.0 - leverage))) / 2)


def restricted_information(model: RotatedModel, tau2: float) -> float:
    """Expected information of the restricted likelihood about tau2: trace(P R P R) / 2."""
    weight = 1.0 / (1.0 + tau2 * model.spread)
    scale = np.sqrt(weight)
    q_factor = np.linalg.qr(model.design * scale[:, None])[0]
    projection = (np.eye(len(scale)) - q_factor @ q_factor.T) * np.outer(scale, scale)
    return float(model.spread @ projection**2 @ model.spread) / 2
