"""The whole fit as one record: parameters, draws, what they rest on, held-out errors, the check outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.signalling.fit import external, held_out, log_linear, rivals
from hepatrial.signalling.fit.free_parameters import READOUTS, FreeParameters, free_parameters
from hepatrial.signalling.fit.midas import MidasTable, read_midas
from hepatrial.signalling.fit.posterior import Mode, gaussian_draws, posterior_mode
from hepatrial.signalling.fit.prediction import log_signals
from hepatrial.signalling.fit.sampling import Draws, posterior_draws

SEED = 20091013
TABLE = Path("LiverMSB2009") / "MD-LiverMSB2009.csv"
OUTSIDE = Path("LiverDREAM") / "MD-LiverDREAM.csv"
CHAINS, STEPS, KEPT_DRAWS = 100, 10_000, 200
IDENTIFIED_BELOW = 0.5
"""Posterior over prior sd."""


def fit_record(folder: Path, *, seed: int = SEED, report: Callable[[str], None] = lambda line: None) -> dict:
    """Fit the table in ``folder``; the same seed gives the same record."""
    table = read_midas(folder / TABLE)
    free = free_parameters(table)
    observed = log_observed(table)

    def predict(theta: np.ndarray) -> np.ndarray:
        return log_signals(theta, free, table)

    mode = posterior_mode(predict, observed, free)
    start = gaussian_draws(predict, free, mode, draws=CHAINS, seed=seed)
    draws = posterior_draws(
        predict, observed, free, mode, start, steps=STEPS, keep=10 * KEPT_DRAWS, seed=seed
    )
    report(f"fitted {len(free.names)} parameters to {observed.size} values; R-hat {draws.r_hat:.2f}")
    errors = held_out_record(table, free, observed, seed, report)
    outside = external.rank_agreement(mode.theta, free, read_midas(folder / OUTSIDE), seed)
    for one in outside:
        report(f"DREAM4 {one.readout}: rank correlation {one.correlation:.2f} ({one.low:.2f}-{one.high:.2f})")
    return {
        "command": f"python -m hepatrial.signalling.fit --data DIR --seed {seed}",
        "data": "HepG2, Saez-Rodriguez et al. 2009 (10.1038/msb.2009.87), of cellnopt.data; outside: DREAM4",
        "wells": len(observed),
        "conditions": int(held_out.conditions(table).max()) + 1,
        "readouts": _readouts(table, observed, mode),
        "misfit": round(mode.misfit, 3),
        "sampling": {"accepted": round(draws.accepted, 3), "r_hat": round(draws.r_hat, 3)},
        "parameters": _parameters(free, mode, draws),
        "draws": _kept(free, draws),
        "held_out": errors,
        "outside": [_rounded(asdict(one)) for one in outside],
    }


def log_observed(table: MidasTable) -> np.ndarray:
    """Log signals of `READOUTS`, shape (wells, readouts)."""
    return np.log(table.values[:, [table.readouts.index(name) for name in READOUTS]])


def models(table: MidasTable, free: FreeParameters, observed: np.ndarray) -> dict[str, held_out.Model]:
    """The network and its rivals, each from wells seen to wells asked."""
    straight = log_linear.log_linear_parameters(free)

    def fitted(signals: Callable, parameters: FreeParameters) -> held_out.Model:
        def model(seen: np.ndarray, asked: np.ndarray) -> np.ndarray:
            wells = table.at(seen)
            mode = posterior_mode(lambda theta: signals(theta, parameters, wells), observed[seen], parameters)
            return signals(mode.theta, parameters, table.at(asked))

        return model

    def plain(rule: Callable) -> held_out.Model:
        return lambda seen, asked: rule(table.given[seen], observed[seen], table.given[asked])

    return {
        "network": fitted(log_signals, free),
        "log-linear network": fitted(log_linear.log_linear_signals, straight),
        "ridge": plain(rivals.ridge),
        "constant": plain(rivals.constant),
    }


def held_out_record(
    table: MidasTable, free: FreeParameters, observed: np.ndarray, seed: int, report: Callable[[str], None]
) -> dict[str, Any]:
    """Errors by scheme and model."""
    condition = held_out.conditions(table)
    found = {}
    for name, folds in held_out.schemes(table, seed).items():
        errors = held_out.held_out_errors(folds, observed, condition, models(table, free, observed), seed)
        found[name] = {model: _rounded(asdict(error)) for model, error in errors.items()}
        for model, error in errors.items():
            report(f"{name}, {model}: {error.rmse:.3f} ({error.low:.3f}-{error.high:.3f})")
    return found


def _readouts(table: MidasTable, observed: np.ndarray, mode: Mode) -> dict[str, Any]:
    repeats = held_out.repeat_sd(table, observed)
    return {
        name: {"residual_sd": round(float(sd), 3), "repeat_sd": round(float(repeat), 3)}
        for name, sd, repeat in zip(READOUTS, mode.noise_sd, repeats, strict=True)
    }


def _parameters(free: FreeParameters, mode: Mode, draws: Draws) -> dict[str, Any]:
    """By name: value at the mode, spread of the log or logit, its prior's, 95% interval, whether it is identified."""
    values, drawn = free.values(mode.theta), free.values(draws.theta)
    spread = draws.theta.std(axis=0)
    found = {}
    for place, name in enumerate(free.names):
        if name.startswith(("background", "scale")):
            continue
        low, high = np.quantile(drawn[name], [0.025, 0.975])
        found[name] = {
            "value": _significant(values[name][0]),
            "spread": _significant(spread[place]),
            "prior_spread": float(free.sd[place]),
            "low": _significant(low),
            "high": _significant(high),
            "identified": bool(spread[place] <= IDENTIFIED_BELOW * free.sd[place]),
        }
    return found


def _kept(free: FreeParameters, draws: Draws) -> dict[str, list[float]]:
    every = len(draws.theta) // KEPT_DRAWS
    values = free.values(draws.theta[::every])
    return {
        name: [_significant(value) for value in values[name][:, 0]]
        for name in free.names
        if not name.startswith(("background", "scale"))
    }


def _significant(value: float) -> float:
    return float(f"{float(value):.4g}")


def _rounded(record: dict[str, Any]) -> dict[str, Any]:
    def one(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, 4)
        return [one(each) for each in value] if isinstance(value, (tuple, list)) else value

    return {name: one(value) for name, value in record.items()}
