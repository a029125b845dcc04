"""``python -m hepatrial.calibration``: fit the unknown parameters and write them to the package's data file."""

from __future__ import annotations

import argparse
import json
import os
from importlib import resources
from pathlib import Path

from hepatrial.calibration.fit import PATIENTS, SEED, fit, misfits_on_fresh_patients
from hepatrial.calibration.targets import calibration_targets, fitted_names
from hepatrial.disease.parameters import FITTED_FILE


def main() -> None:
    """Fit, print the misfit of each target, and write the result atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=PATIENTS, help="virtual patients a trial")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--liver",
        action="store_true",
        help="fit to survival by Child-Pugh class as well, with the parameters it speaks of",
    )
    default = Path(str(resources.files("hepatrial.disease").joinpath("data", FITTED_FILE)))
    parser.add_argument("--out", type=Path, default=default, help="file to write")
    chosen = parser.parse_args()
    result = fit(
        calibration_targets(liver=chosen.liver),
        fitted_names(liver=chosen.liver),
        patients=chosen.patients,
        seed=chosen.seed,
        report=lambda line: print(line, flush=True),
    )
    fresh = misfits_on_fresh_patients(result)
    for target, residual, again in zip(result.targets, result.residuals, fresh.mean(axis=0), strict=True):
        of = target.row.get("arm", target.row.get("endpoint"))
        print(f"{target.trial:14s} {target.kind:18s} {of:10s} {residual:+.2f} sd, fresh {again:+.2f} sd")
    content = {
        "command": f"python -m hepatrial.calibration --patients {chosen.patients} --seed {chosen.seed}"
        + (" --liver" if chosen.liver else ""),
        "chi2": float((result.residuals**2).sum()),
        "chi2_fresh_patients": float((fresh.mean(axis=0) ** 2).sum()),
        "prior": float((result.z**2).sum()),
        "targets": [
            {
                "trial": target.trial,
                "kind": target.kind,
                "of": target.row.get("arm", target.row.get("endpoint")),
                "misfit_in_sd": round(float(again), 3),
                "misfit_where_fitted": round(float(residual), 3),
                "sd_over_seeds": round(float(spread), 3),
            }
            for target, residual, again, spread in zip(
                result.targets, result.residuals, fresh.mean(axis=0), fresh.std(axis=0, ddof=1), strict=True
            )
        ],
        "parameters": result.values(),
    }
    part = chosen.out.with_suffix(".part")
    part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    os.replace(part, chosen.out)


if __name__ == "__main__":
    main()
