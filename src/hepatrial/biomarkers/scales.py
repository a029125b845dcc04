"""How a marker's values become what a hazard ratio is per."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.errors import Issue

TRANSFORMS = ("none", "log1p", "rank")
PERS = ("unit", "sd", "iqr")
WIDTH_NAMES = {"unit": "unit", "sd": "SD", "iqr": "interquartile range"}


@dataclass(frozen=True, slots=True)
class Scale:
    """How one marker was coded: (transform(x) - ``centre``) / ``width``.

    ``levels`` are the two levels of a marker that has no more, coded 0 and 1; ``reference`` holds the sorted values
    of the patients whose ranks a rank is taken among (None for other transforms).
    """

    name: str
    transform: str
    centre: float
    width: float
    unit: str
    levels: tuple[str, str] | None = None
    reference: np.ndarray | None = None

    def transformed(self, values: np.ndarray) -> np.ndarray:
        """Values (n,) on the transformed scale, before centring."""
        if self.levels is not None or self.transform == "none":
            return values
        if self.transform == "log1p":
            return np.log1p(values)
        assert self.reference is not None, "a rank is taken among the patients that it was made from"
        return _shares(values, self.reference)

    def applied(self, values: np.ndarray) -> np.ndarray:
        """Values (n,) as a model sees them; NaN stays NaN."""
        return (self.transformed(values) - self.centre) / self.width


def scaled(
    name: str, values: np.ndarray, levels: tuple[str, str] | None, transform: str, per: str
) -> tuple[np.ndarray, Scale] | Issue:
    """A marker's values (n,) on the scale that is asked for, or what is wrong with it."""
    present = values[~np.isnan(values)]
    if levels is not None:
        return values, Scale(name, "none", 0.0, 1.0, f"{levels[1]} against {levels[0]}", levels)
    if transform == "log1p" and present.min() < 0:
        return Issue(
            f"marker {name} has values below 0, of which log1p is not taken",
            found=f"{present.min():g} the lowest, {int((present < 0).sum())} below 0",
            allowed="0 or more with log1p",
            fix="take another transform (rank, none), or name the markers that are concentrations or counts",
        )
    reference = np.sort(present) if transform == "rank" else None
    raw = Scale(name, transform, 0.0, 1.0, "", None, reference)
    on_scale = raw.transformed(values)
    known = on_scale[~np.isnan(on_scale)]
    width = _width(known, per)
    if not width > 0:
        return Issue(
            f"marker {name} has an interquartile range of 0",
            found=f"{int((present == np.median(present)).sum())} of {len(present)} values are {np.median(present):g}",
            allowed="a range above 0",
            fix="take hazard ratios per sd or per unit",
        )
    said = {"none": name, "log1p": f"log1p({name})", "rank": f"rank of {name}"}[transform]
    size = "" if per == "unit" else f" ({width:.3g})"
    unit = f"per {WIDTH_NAMES[per]}{size} of {said}"
    scale = Scale(name, transform, float(known.mean()), width, unit, None, reference)
    return scale.applied(values), scale


def _width(values: np.ndarray, per: str) -> float:
    if per == "unit":
        return 1.0
    return float(values.std(ddof=1) if per == "sd" else np.subtract(*np.quantile(values, [0.75, 0.25])))


def _shares(values: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Share of ``reference`` below each value, those equal to it counted half: (mean rank - 1/2) / n."""
    low = np.searchsorted(reference, values, side="left")
    high = np.searchsorted(reference, values, side="right")
    return np.where(np.isnan(values), np.nan, (low + high) / 2 / len(reference))
