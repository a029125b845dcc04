"""Quasi-steady activity of the tumour cell's signalling network, solved in closed form.

Signalling settles within hours, so that against weeks of growth it is the fixed point of (y relative to untreated, l
the share left by inhibitors, G a receptor's gain, shares w, v, m and feedbacks phi as `strengths` names them)

    R_r    = l_r G_r                                       each receptor
    RAS    = (1 + sum_r w_r (R_r - 1)) g(ERK; phi_ras)
    RAF    = l_raf RAS
    MEK    = l_mek f(RAF; K_mek)
    ERK    = l_erk f(MEK; K_erk)
    C_r    = R_r g(ERK; phi_rec)                           receptor as it couples to PI3K
    PI3K   = l_pi3k (1 + sum_r v_r (C_r - 1) + v_igf1r (C_igf1r g(S6K; phi_irs) - 1) + v_ras (RAS - 1))
    AKT    = l_akt f(PI3K; K_akt)
    mTORC1 = l_mtor (1 + m_akt (AKT - 1) + m_erk (ERK - 1))
    S6K    = l_s6k f(mTORC1; K_s6k)

with saturation f(x; K) = (1 + K) x / (1 + K x) and negative feedback g(y; phi) = (1 + phi) / (1 + phi y). The sum over
r in PI3K is over the receptors but IGF1R, whose signal passes IRS1. All are bounded and positive, also at full
inhibition.

f and g are linear fractional, and so is a chain of them. ERK is therefore the root of a quadratic, and S6K, once ERK is
known, of another: no iteration, two square roots, no other transcendental function. Each quadratic is solved for the
*change* d = y - 1, d = -2C / (B + sqrt(B^2 - 4AC)), where C is exactly 0 in the untreated cell, so that every activity
is then 1 to the bit.

Sources of the edges: `data/network.yaml`. Form: the saturating alternative to Nelander et al. 2008
(10.1038/msb.2008.53), with shares in place of a sigmoid of a sum.
"""

from __future__ import annotations

import numpy as np

from hepatrial.signalling.nodes import (
    NO_GAIN,
    NO_INPUT,
    Activities,
    Inputs,
    Left,
    ReceptorGain,
    Values,
)
from hepatrial.signalling.strengths import Strengths


def activities(
    left: Left, receptor_gain: ReceptorGain, strengths: Strengths, inputs: Inputs = NO_INPUT
) -> Activities:
    """Activity of every node relative to the untreated cell.

    Parameters
    ----------
    left
        Share of each node that is not inhibited, 0 to 1: 1 - occupancy.
    receptor_gain
        Level of each receptor's signal relative to untreated, at least 0; above 1 for receptors that were made in
        response to treatment (rewiring).
    strengths
        Of the edges, relative to the same untreated cell; numbers, or arrays over patients.
    inputs
        Drive from outside the network; none in the treated patient.

    Returns
    -------
    Activities
        Arrays of the broadcast shape; finite and not negative for finite arguments in their ranges.
    """
    s = strengths
    signal = [share * gain for share, gain in zip(left[:4], receptor_gain, strict=True)]
    egfr, met, fgfr4, igf1r = signal
    driven = (
        1.0
        + s.ras_egfr * (egfr - 1.0)
        + s.ras_met * (met - 1.0)
        + s.ras_fgfr4 * (fgfr4 - 1.0)
        + s.ras_igf1r * (igf1r - 1.0)
        + inputs.ras
    )
    erk = _erk(left, driven, s)
    ras = driven * damped(erk, s.erk_to_ras)
    raf = left.raf * ras
    mek = left.mek * saturated(raf, s.mek_saturation)

    coupling = damped(erk, s.erk_to_receptors)
    egfr, met, fgfr4, igf1r = (value * coupling for value in signal)
    besides_irs1 = (
        1.0
        + s.pi3k_egfr * (egfr - 1.0)
        + s.pi3k_met * (met - 1.0)
        + s.pi3k_fgfr4 * (fgfr4 - 1.0)
        + s.pi3k_ras * (ras - 1.0)
        + inputs.pi3k
    )
    erk_and_other = 1.0 + s.mtorc1_erk * (erk - 1.0) + inputs.mtorc1
    s6k = _s6k(left, besides_irs1, igf1r, erk_and_other, s)
    pi3k = left.pi3k * (besides_irs1 + s.pi3k_igf1r * (igf1r * damped(s6k, s.s6k_to_irs1) - 1.0))
    akt = left.akt * saturated(pi3k, s.akt_saturation)
    mtorc1 = left.mtor * (erk_and_other + s.mtorc1_akt * (akt - 1.0))
    return Activities(egfr, met, fgfr4, igf1r, ras, raf, mek, erk, pi3k, akt, mtorc1, s6k)


def saturated(drive: Values, saturation: Values) -> Values:
    """f(x; K) = (1 + K) x / (1 + K x), written so that it is exactly 1 at 1."""
    return 1.0 + (drive - 1.0) / (1.0 + saturation * drive)


def damped(source: Values, feedback: Values) -> Values:
    """g(y; phi) = (1 + phi) / (1 + phi y), written so that it is exactly 1 at 1."""
    return 1.0 + feedback * (1.0 - source) / (1.0 + feedback * source)


def at_reference(
    strengths: Strengths, receptor_gain: ReceptorGain = NO_GAIN, inputs: Inputs = NO_INPUT
) -> Strengths:
    """Strengths relative to the state that ``receptor_gain`` and ``inputs`` bring about, taken as untreated.

    Exact: what `activities` gives with them is the ratio of two activities with ``strengths``. A cell line without
    serum and a tumour with its growth factors are thus the same network around two states.
    """
    s = strengths
    there = activities(Left(), receptor_gain, s, inputs)
    ras_drive = there.ras / damped(there.erk, s.erk_to_ras)
    through_irs1 = there.igf1r * damped(there.s6k, s.s6k_to_irs1)
    return Strengths(
        ras_egfr=s.ras_egfr * receptor_gain.egfr / ras_drive,
        ras_met=s.ras_met * receptor_gain.met / ras_drive,
        ras_fgfr4=s.ras_fgfr4 * receptor_gain.fgfr4 / ras_drive,
        ras_igf1r=s.ras_igf1r * receptor_gain.igf1r / ras_drive,
        pi3k_egfr=s.pi3k_egfr * there.egfr / there.pi3k,
        pi3k_met=s.pi3k_met * there.met / there.pi3k,
        pi3k_fgfr4=s.pi3k_fgfr4 * there.fgfr4 / there.pi3k,
        pi3k_igf1r=s.pi3k_igf1r * through_irs1 / there.pi3k,
        pi3k_ras=s.pi3k_ras * there.ras / there.pi3k,
        mtorc1_akt=s.mtorc1_akt * there.akt / there.mtorc1,
        mtorc1_erk=s.mtorc1_erk * there.erk / there.mtorc1,
        erk_to_ras=s.erk_to_ras * there.erk,
        erk_to_receptors=s.erk_to_receptors * there.erk,
        s6k_to_irs1=s.s6k_to_irs1 * there.s6k,
        mek_saturation=s.mek_saturation * there.raf,
        erk_saturation=s.erk_saturation * there.mek,
        akt_saturation=s.akt_saturation * there.pi3k,
        s6k_saturation=s.s6k_saturation * there.mtorc1,
    )


def _erk(left: Left, driven: Values, s: Strengths) -> Values:
    """ERK: the positive root e of phi e^2 + (1 + Q Z) e - P Z = 0.

    Z is RAF without feedback, times 1 + phi; ERK = P RAF / (1 + Q RAF) is the chain RAF-MEK-ERK.
    """
    phi = s.erk_to_ras
    into_raf = left.raf * driven
    q = s.mek_saturation + s.erk_saturation * left.mek * (1.0 + s.mek_saturation)
    # P - Q, exactly 1 where MEK and ERK are left alone.
    at_erk = left.mek * (left.erk + s.erk_saturation * (left.erk - 1.0))
    p_less_q = at_erk + s.mek_saturation * (at_erk - 1.0)
    b = 1.0 + q * into_raf * (1.0 + phi) + 2.0 * phi
    c = (1.0 + phi) * (1.0 - p_less_q * into_raf)
    return _one_plus_root(phi, b, c)


def _s6k(left: Left, besides_irs1: Values, igf1r: Values, erk_and_other: Values, s: Strengths) -> Values:
    """S6K: the positive root of a quadratic, ERK and what it does being known.

    With x = 1 + phi S6K: PI3K = N/x; AKT = l (1 + K) N / (x + K N); mTORC1 = W / (x + K N); N and W linear in S6K.
    """
    phi, k_akt, k_s6k = s.s6k_to_irs1, s.akt_saturation, s.s6k_saturation
    other = left.pi3k * (besides_irs1 - s.pi3k_igf1r)
    without_akt = left.mtor * (erk_and_other - s.mtorc1_akt)
    per_n = without_akt * k_akt + left.mtor * s.mtorc1_akt * left.akt * (1.0 + k_akt)

    # At S6K = 1, all over 1 + phi: PI3K, x + K N, and mTORC1.
    pi3k = left.pi3k * (besides_irs1 + s.pi3k_igf1r * (igf1r - 1.0))
    h = 1.0 + k_akt * pi3k
    akt = left.akt * saturated(pi3k, k_akt)
    mtorc1 = left.mtor * (erk_and_other + s.mtorc1_akt * (akt - 1.0))
    w = h * mtorc1
    # Slopes on S6K over 1 + phi.
    damping = phi / (1.0 + phi)
    h_slope = damping * (1.0 + k_akt * other)
    w_slope = damping * (without_akt + per_n * other)

    full = left.s6k + k_s6k * left.s6k
    a = h_slope + k_s6k * w_slope
    b = h + k_s6k * w + a - full * w_slope
    c = h * (1.0 - (left.s6k + k_s6k * (left.s6k - 1.0)) * mtorc1)
    return _one_plus_root(a, b, c)


def _one_plus_root(a: Values, b: Values, c: Values) -> Values:
    """1 + d for the root d of a d^2 + b d + c = 0 that is 0 with c; never below 0 by rounding."""
    return _not_negative(1.0 - 2.0 * c / (b + _root(b * b - 4.0 * a * c)))


def _root(x: Values) -> Values:
    return _module(x).sqrt(x)


def _not_negative(x: Values) -> Values:
    return _module(x).maximum(x, 0.0)


def _module(x: Values):
    return x.__array_namespace__() if hasattr(x, "__array_namespace__") else np
