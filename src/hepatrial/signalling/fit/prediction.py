"""What the network predicts for the wells of an experiment.

A ligand raises its receptor's signal, a cytokine adds to the drive of RAS, PI3K and mTORC1, an inhibitor leaves a share
of its target. The assay reads background + scale * activity. Phosphorylated MEK is what RAF makes of it, whether MEK is
inhibited or not; p90RSK is read as ERK's activity, IRS1 at its serines as that of S6K, both as published network and
data have it.
"""

from __future__ import annotations

import numpy as np

from hepatrial.signalling.fit.free_parameters import READOUTS, FreeParameters
from hepatrial.signalling.fit.midas import MidasTable
from hepatrial.signalling.network import activities, saturated
from hepatrial.signalling.nodes import Activities, Inputs, Left, ReceptorGain
from hepatrial.signalling.parameters import RELATIVE, cell_line_strengths
from hepatrial.signalling.strengths import Strengths


def log_signals(theta: np.ndarray, free: FreeParameters, wells: MidasTable) -> np.ndarray:
    """Log of each readout of `READOUTS`; ``theta`` of shape (..., p) gives (..., wells, readouts)."""
    values = free.values(np.asarray(theta))
    reached, strengths = reached_activities(values, wells)
    behind = {
        "AKT": reached.akt,
        "ERK": reached.erk,
        "MEK": saturated(reached.raf, strengths.mek_saturation),
        "p90RSK": reached.erk,
        "p70S6": reached.s6k,
        "IRS-1s": reached.s6k,
    }
    signals = [
        values[f"background {name}"] + values[f"scale {name}"] * behind[name] + 0.0 * wells.minutes
        for name in READOUTS
    ]
    return np.log(np.stack(signals, axis=-1))


def reached_activities(values: dict[str, np.ndarray], wells: MidasTable) -> tuple[Activities, Strengths]:
    """Activities relative to cells without ligand and inhibitor, and the strengths behind them."""
    strengths = cell_line_strengths(values | dict.fromkeys(RELATIVE, 0.0))

    def left(inhibitor: str, name: str) -> np.ndarray:
        return 1.0 - wells.of(inhibitor) * (1.0 - values[name])

    gain = ReceptorGain(
        egfr=1.0 + wells.of("TGFa") * values["tgfa_gain"], igf1r=1.0 + wells.of("IGF1") * values["igf1_gain"]
    )
    il6, il1 = wells.of("IL6"), wells.of("IL1a")
    inputs = Inputs(
        ras=il6 * values["il6_ras_drive"] + il1 * values["il1_ras_drive"],
        pi3k=il6 * values["il6_pi3k_drive"] + il1 * values["il1_pi3k_drive"],
        mtorc1=il1 * values["il1_mtorc1_drive"],
    )
    spared = Left(
        egfr=left("EGFRi", "egfr_inhibitor_left"),
        mek=left("MEKi", "mek_inhibitor_left"),
        pi3k=left("PI3Ki", "pi3k_inhibitor_left") * left("IKKi", "ikk_inhibitor_pi3k_left"),
    )
    return activities(spared, gain, strengths, inputs), strengths
