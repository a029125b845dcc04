"""Power of a trial by its size: SHARP's design with fewer and more patients.

    python examples/power_by_size.py

Each size keeps SHARP's rate of accrual and its share of patients who have died at the data cut. 2,000 virtual patients
are simulated under both arms, and 1,000 replicate trials of the size are drawn from them. The error of power is that of
the replicates and that of the patients, from whom all replicates are drawn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtri

import hepatrial
from hepatrial.analysis import analyse, patient_shift, replicate_share

SIZES = (150, 300, 602, 900)


def main() -> None:
    sharp = hepatrial.load("sharp")
    print("patients  deaths  hazard ratio (95% of trials)  power (Monte-Carlo error)")
    for size in SIZES:
        result = hepatrial.simulate(resized(sharp, size), patients=2000, replicates=1000)
        effect = result.replicates["sorafenib", "OS"]
        low, middle, high = np.exp(np.nanquantile(effect.log_hr, (0.025, 0.5, 0.975)))
        power = power_of(result, effect)
        deaths = result.protocol.data_cut.events
        shown = f"{power.share:.3f} ({power.se:.3f})"
        print(f"{size:8d}  {deaths:6d}  {middle:.2f} ({low:.2f}-{high:.2f})             {shown}")


def resized(protocol, size):
    """The same trial with another number of patients: deaths and length of accrual change in proportion."""
    share = size / protocol.size
    return replace(
        protocol,
        size=size,
        accrual=replace(protocol.accrual, duration_days=protocol.accrual.duration_days * share),
        data_cut=replace(protocol.data_cut, events=round(protocol.data_cut.events * share)),
    )


def power_of(result, effect):
    """Share of trials whose log-rank test favours sorafenib, with its error.

    The statistic is negative where the arm had fewer deaths than expected. A trial without one does not reject.
    """
    favours = np.nan_to_num(effect.z, nan=np.inf) < ndtri(result.protocol.analysis.one_sided_alpha)
    everybody = analyse(result.population, endpoints=("OS",)).effect("sorafenib", "OS")
    log_hr = effect.log_hr[np.isfinite(effect.log_hr)]
    return replicate_share(favours, patient_shift(log_hr, everybody.log_hr_se))


if __name__ == "__main__":
    main()
