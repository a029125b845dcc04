"""Transarterial chemoembolisation (TACE): what a session does to tumour, growth factor and liver.

**Kill.** Every lesion of diameter d responds completely, as imaging tells it, with the probability

    c(d) = expit(a - b ln(d / 30 mm) + patient + session),

given the patient and the session independently of the others: a tumour that is fed by one accessible artery
responds as a whole. Where all n do (probability c^n), what is left is nothing, or a residue below what
imaging shows. Where not all do, the lesions that respond completely are on average the share f of them, and of
the others the session kills the share k, with the same deviations of patient and session:

    f = c (1 - c^(n-1)) / (1 - c^n)
    logit k = m - b ln(d / 30 mm) + patient + session
    killed = 1 - (1 - f)(1 - k)

Sensitive and resistant cells die alike, and the dead are necrotic: a session moves volume and loses none, so
that RECIST, which reads the whole, and mRECIST, which reads the viable, differ for the right reason.

**Surge.** Ischaemia releases VEGF: the excess u over baseline jumps by the session's rise and decays, du/dt =
-k_u u. The ligand acts through what is free of VEGFR2, with its weight a in the angiogenic signal
(`angiogenesis`):

    A_surged = A + a G u (1 - theta_VEGFR2)

so that a complete block of VEGFR2 leaves nothing of it. Supply above the untreated one feeds growth; it does
not bring the dead back (`tumour`).

**Liver.** ALBI rises at the session by an amount that is log-normal between sessions; a share of it stays, the
rest recovers at the rate of drug injury (`liver`).
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.over_day import EARLY, LATE, AtNodes
from hepatrial.disease.tumour import Tumour

REFERENCE_DIAMETER_MM = 30.0
SMALLEST_DIAMETER_MM = 1.0
"""Keeps the logarithm finite when no viable tumour is left."""


def log_diameter(viable_sld_mm: Array, lesions: Array) -> Array:
    """ln(d / 30 mm) of lesions whose viable diameters sum to ``viable_sld_mm``."""
    return xp.log(xp.maximum(viable_sld_mm / lesions, SMALLEST_DIAMETER_MM) / REFERENCE_DIAMETER_MM)


def complete_share(logit_at_30_mm: Array, slope: float, log_diameter_30: Array) -> Array:
    """Probability c that one lesion responds completely; the logit holds the deviation, if any."""
    return _expit(logit_at_30_mm - slope * log_diameter_30)


def killed_where_not_all(complete: Array, lesions: Array, partial: Array) -> Array:
    """Share of viable tumour that a session kills where not every lesion responds completely."""
    others = complete ** (lesions - 1.0)
    cleared = complete * (1.0 - others) / xp.maximum(1.0 - complete * others, 1e-12)
    return 1.0 - (1.0 - cleared) * (1.0 - partial)


def partial_share(logit: Array) -> Array:
    """Share k that a session kills of lesions that do not respond completely."""
    return _expit(logit)


def left_viable(all_complete: Array, residue_ml: Array, viable_ml: Array, killed: Array) -> Array:
    """Share of viable tumour that is left: a residue of at most its own size after a complete response."""
    residue = xp.minimum(residue_ml / xp.maximum(viable_ml, 1e-30), 1.0)
    return xp.where(all_complete, residue, 1.0 - killed)


def embolised(tumour: Tumour, left: Array) -> Tumour:
    """The tumour after a session that leaves the share ``left`` of it viable; the volume is the same as before."""
    dead = (1.0 - left) * tumour.sensitive + (1.0 - left) * tumour.resistant
    return Tumour(left * tumour.sensitive, left * tumour.resistant, tumour.necrotic + dead)


def surge_over_day(surge: Array, decay_per_day: float) -> AtNodes[Array]:
    """Excess VEGF u over the day."""
    return AtNodes(surge, *(surge * xp.exp(-time * decay_per_day) for time in (EARLY, LATE, 1.0)))


def surged_signal(
    signal: AtNodes[Array], surge: AtNodes[Array], vegfr2: AtNodes[Array], strength: float
) -> AtNodes[Array]:
    """Angiogenic signal with the surge; ``strength`` is a G."""
    return AtNodes(
        *(
            left + strength * excess * (1.0 - occupied)
            for left, excess, occupied in zip(signal, surge, vegfr2, strict=True)
        )
    )


def _expit(logit: Array) -> Array:
    return 1.0 / (1.0 + xp.exp(-logit))
