"""The same network as a log-linear model, the sharp rival of the saturating one.

Modular response analysis: ln y = A ln y + b, the edges of `hepatrial.signalling.network` as exponents, every cue as an
addend, solved by (I - A)^-1 for the two feedback loops. It has no inhibitor that a ligand can outdo and none that is
without effect for want of ligand, is not bounded at full inhibition, and its parameters are as many.
"""

from __future__ import annotations

import numpy as np

from hepatrial.signalling.fit.free_parameters import READOUTS, FreeParameters
from hepatrial.signalling.fit.midas import MidasTable

SIGNED = (
    "tgfa", "igf1_ras", "igf1_pi3k", "il6_ras", "il1_ras", "il6_pi3k", "il1_pi3k", "il1_mtorc1",
    "mek_inhibitor", "pi3k_inhibitor", "egfr_inhibitor", "ikk_inhibitor",
)  # fmt: skip
POSITIVE = (
    "ras_egfr", "pi3k_egfr", "pi3k_ras", "mtorc1_akt", "mtorc1_erk", "erk_to_ras", "erk_to_receptors", "s6k_to_irs1",
    "raf_to_mek", "mek_to_erk",
)  # fmt: skip
SIGNED_SD, POSITIVE_MEAN, POSITIVE_SD = 2.5, -1.0, 1.5


def log_linear_parameters(free: FreeParameters) -> FreeParameters:
    """Priors as wide as those of the network; background and scale of the readouts are the same."""
    assay = [place for place, name in enumerate(free.names) if name.startswith(("background", "scale"))]
    signed, positive = len(SIGNED), len(POSITIVE)
    return FreeParameters(
        (*SIGNED, *POSITIVE, *(free.names[place] for place in assay)),
        np.concatenate([np.zeros(signed), np.full(positive, POSITIVE_MEAN), free.mean[assay]]),
        np.concatenate([np.full(signed, SIGNED_SD), np.full(positive, POSITIVE_SD), free.sd[assay]]),
        frozenset(),
    )


def log_linear_signals(theta: np.ndarray, free: FreeParameters, wells: MidasTable) -> np.ndarray:
    """As `prediction.log_signals`."""
    raw = {name: theta[..., [place]] for place, name in enumerate(free.names)}
    size = {name: np.exp(value) for name, value in raw.items()}
    egfr = wells.of("TGFa") * raw["tgfa"] + wells.of("EGFRi") * raw["egfr_inhibitor"]
    igf1, il6, il1 = wells.of("IGF1"), wells.of("IL6"), wells.of("IL1a")

    into_ras = size["ras_egfr"] * egfr + igf1 * raw["igf1_ras"] + il6 * raw["il6_ras"] + il1 * raw["il1_ras"]
    mek_left = wells.of("MEKi") * raw["mek_inhibitor"]
    loop = 1.0 + size["mek_to_erk"] * size["raf_to_mek"] * size["erk_to_ras"]
    erk = size["mek_to_erk"] * (size["raf_to_mek"] * into_ras + mek_left) / loop
    ras = into_ras - size["erk_to_ras"] * erk

    into_pi3k = size["pi3k_egfr"] * egfr + igf1 * raw["igf1_pi3k"] + size["pi3k_ras"] * ras
    into_pi3k = into_pi3k - size["erk_to_receptors"] * erk + il6 * raw["il6_pi3k"] + il1 * raw["il1_pi3k"]
    into_pi3k = (
        into_pi3k + wells.of("PI3Ki") * raw["pi3k_inhibitor"] + wells.of("IKKi") * raw["ikk_inhibitor"]
    )
    s6k = size["mtorc1_akt"] * into_pi3k + size["mtorc1_erk"] * erk + il1 * raw["il1_mtorc1"]
    s6k = s6k / (1.0 + size["mtorc1_akt"] * size["s6k_to_irs1"])
    akt = into_pi3k - size["s6k_to_irs1"] * s6k

    behind = {
        "AKT": akt,
        "ERK": erk,
        "MEK": size["raf_to_mek"] * ras,
        "p90RSK": erk,
        "p70S6": s6k,
        "IRS-1s": s6k,
    }
    signals = [
        np.logaddexp(raw[f"background {name}"], raw[f"scale {name}"] + behind[name]) for name in READOUTS
    ]
    return np.stack(signals, axis=-1)
