"""The tables and the figure of docs/case-reach.md, from case.json and the evidence records.

python examples/reach-to-reach-2/page.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drawing import draw_case

from hepatrial.figures.style import svg_text
from published import derived, printed

FOLDER = Path(__file__).parent
RESULT = FOLDER / "case.json"
PAGE = FOLDER.parents[1] / "docs" / "case-reach.md"
PICTURE = FOLDER.parents[1] / "docs" / "images" / "case-reach.svg"
MARKER_NAMES = {"afp_ng_ml": "AFP, per SD of log1p", "afp_400": "AFP of 400 ng/mL or more"}
PLASMA_NAMES = {"vegf": "VEGF", "svegfr2": "sVEGFR-2"}


def tables(case: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Every table of the page by its name, header first."""
    return {
        "published": list(_published()),
        "truth": list(_truth(case)),
        "one": list(_one_trial(case)),
        "power": list(_power(case)),
        "second": list(_second(case)),
        "sharp": list(_sharp(case)),
    }


def with_tables(page: str, case: dict[str, Any]) -> str:
    """The page with its tables made anew; each stands after a comment with its name."""
    for name, rows in tables(case).items():
        header, *body = (f"| {' | '.join(row)} |" for row in rows)
        text = "\n".join([header, "|" + "---|" * len(rows[0]), *body])
        before, place, rest = page.partition(f"<!-- {name} -->\n")
        if not place:
            raise ValueError(f"{PAGE}: no place for the table {name}; add the line <!-- {name} -->")
        after = rest.removeprefix("\n") if rest.startswith("\n") else rest.partition("\n\n")[2]
        page = f"{before}{place}{text}\n\n{after}"
    return page


def _published() -> Iterator[list[str]]:
    ratios = printed()
    yield ["published, OS", "hazard ratio", "where from"]
    for key, name in (
        ("reach", "REACH, all 565"),
        ("East Asia, 400 ng/mL or more", "REACH, 400 ng/mL or more, East Asia (139)"),
        ("not East Asia, 400 ng/mL or more", "REACH, 400 ng/mL or more, elsewhere (111)"),
        ("reach-2", "REACH-2, 400 ng/mL or more (292)"),
    ):
        yield [name, ratios[key].text, "printed"]
    for key, name in (
        ("high", "REACH, 400 ng/mL or more"),
        ("low", "REACH, below 400 ng/mL"),
        ("ratio", "ratio of the two"),
    ):
        yield [name, derived(ratios)[key].text, "derived here"]


def _truth(case: dict[str, Any]) -> Iterator[list[str]]:
    yield [
        "patients",
        "HR, all",
        "HR, 400 or more",
        "HR, below 400",
        "ratio",
        "months gained, 400 or more",
        "below 400",
        "not simulated",
    ]
    for version, found in case["first"].items():
        truth = found["truth"]
        gains = [truth["gain months"][group] for group in ("high", "low")]
        yield [
            version,
            *(f"{truth['hr'][group]:.2f}" for group in ("all", "high", "low")),
            f"{truth['ratio']:.2f}",
            *(f"{gain['mean']:.2f} ± {gain['error']:.2f}" for gain in gains),
            f"{found['failed']} of {found['patients']:,}",
        ]


def _one_trial(case: dict[str, Any]) -> Iterator[list[str]]:
    yield ["patients", "marker", "HR in the placebo arm", "interaction HR", "p", "verdict"]
    for version, found in case["first"].items():
        for marker, row in found["one"]["markers"].items():
            yield [
                version,
                MARKER_NAMES[marker],
                _with_limits(row["hr_control_arm"], row["hr_control_arm_ci"]),
                _with_limits(row["interaction_hr"], row["interaction_ci"]),
                _p(row["interaction_p"]),
                row["verdict"],
            ]


def _power(case: dict[str, Any]) -> Iterator[list[str]]:
    yield [
        "patients",
        "marker",
        "interaction HR (95% of trials)",
        "p ≤ 0.05 and HR < 1",
        "and beyond the margin",
        "p ≤ 0.05 and HR > 1",
    ]
    for version, found in case["first"].items():
        for marker, row in found["power"].items():
            yield [
                version,
                MARKER_NAMES[marker],
                _with_limits(row["median"], (row["low"], row["high"])),
                *(f"{row[key]:.2f}" for key in ("significant", "beyond margin", "wrong way")),
            ]


def _second(case: dict[str, Any]) -> Iterator[list[str]]:
    yield [
        "patients",
        "second trial",
        "HR of OS (95% of draws)",
        "95% of trials' estimates",
        "probability of success",
    ]
    for version, trials in case["second"].items():
        for name, row in trials.items():
            yield [
                version,
                {"enriched": "REACH-2", "unenriched": "without enrichment"}[name],
                _with_limits(row["hr"], (row["low"], row["high"])),
                f"{row['trial low']:.2f} to {row['trial high']:.2f}",
                f"{row['success']:.2f} ± {row['success error']:.2f}",
            ]
    yield ["published", "REACH-2", printed()["reach-2"].text, "", "succeeded"]


def _sharp(case: dict[str, Any]) -> Iterator[list[str]]:
    yield ["plasma marker", "HR in the placebo arm", "interaction HR", "verdict"]
    for row in case["sharp"]:
        yield [
            PLASMA_NAMES[row["marker"]],
            _with_limits(row["hr_control_arm"], row["hr_control_arm_ci"]),
            _with_limits(row["interaction_hr"], row["interaction_ci"]),
            row["verdict"],
        ]


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _with_limits(value: float, limits: tuple[float, float] | list[float]) -> str:
    return f"{value:.2f} ({limits[0]:.2f} to {limits[1]:.2f})"


def main() -> None:
    case = json.loads(RESULT.read_text(encoding="utf-8"))
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), case), encoding="utf-8")
    PICTURE.write_text(svg_text(draw_case(case, printed(), derived(printed()))), encoding="utf-8")


if __name__ == "__main__":
    main()
