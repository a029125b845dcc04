"""An order of treatments around a circle in which trials run along short lines."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from hepatrial.evidence.network import Network


def circle_order(network: Network) -> tuple[str, ...]:
    """Treatments in an order around the circle that keeps the lines of all trials short and so crossings few.

    Starts from the alphabetical order and swaps two treatments as long as that shortens the sum of chords over all
    comparisons of all trials; the first best swap is taken, so the order is always the same.
    """
    order = list(network.treatments)
    weights = _weights(network)
    best = _length(order, weights)
    improved = True
    while improved:
        improved = False
        for one, other in combinations(range(len(order)), 2):
            order[one], order[other] = order[other], order[one]
            length = _length(order, weights)
            if length < best - 1e-9:
                best, improved = length, True
            else:
                order[one], order[other] = order[other], order[one]
    return tuple(order)


def _weights(network: Network) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for trial in network.trials:
        for pair in combinations(trial.arms, 2):
            found[pair] = found.get(pair, 0) + 1
    return found


def _length(order: list[str], weights: dict[tuple[str, str], int]) -> float:
    place = {arm: index for index, arm in enumerate(order)}
    return float(
        sum(
            weight * np.sin(np.pi * abs(place[arm] - place[control]) / len(order))
            for (arm, control), weight in weights.items()
        )
    )
