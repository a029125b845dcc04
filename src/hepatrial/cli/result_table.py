"""The result of a run on the terminal: simulated beside published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOTICE = "Simulated, for research and trial planning; not for treating a patient."
INTERVALS = "95 % intervals. Simulated: Monte-Carlo error, not that of a trial."
OF_PUBLISHED = " Published: a trial's."
MISSING = "–"
NOT_REACHED = "NR"

_ENDPOINTS = ("OS", "TTP", "PFS", "TTUP", "TSPFS", "RFS", "TTTP", "TPFS")
_PERCENTS = (
    ("response, %", "orr_percent"),
    ("disease control, %", "dcr_percent"),
    ("response mRECIST, %", "orr_mrecist_percent"),
)


def print_result(summary: dict[str, Any], folder: Path) -> None:
    """Print the table of a summary, the notice and where the report is."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{summary['protocol']}, {_patients(summary['patients'])}, seed {summary['seed']}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    known = bool(summary.get("published"))
    for heading in ("", "arm", "simulated", *(["published"] if known else [])):
        table.add_column(heading, justify="right" if heading in ("simulated", "published") else "left")
    before = ""
    for label, *rest in rows(summary):
        table.add_row("" if label == before else label, *rest[: 3 if known else 2])
        before = label
    console = Console()
    console.print(table)
    console.print(INTERVALS + (OF_PUBLISHED if known else ""), highlight=False)
    for line in drawn_lines(summary.get("under_draws")):
        console.print(line, highlight=False)
    console.print(NOTICE, highlight=False)
    console.print(f"report: {folder / 'report.html'}", highlight=False, soft_wrap=True, markup=False)


def drawn_lines(found: dict[str, Any] | None) -> Iterator[str]:
    """Effects and success with all that is not known; nothing without draws."""
    if found is None:
        return
    yield ""
    yield f"Under {found['draws']} draws of what is not known: median (80 %)"
    for effect in found["effects"]:
        true, estimate = (_spread(effect[key]) for key in ("true_hr", "estimated_hr"))
        success = f"{100 * effect['success']['value']:.0f} % ± {100 * effect['success']['mc_se']:.1f}"
        yield f"  {effect['endpoint']}, {effect['arm']} v {effect['control']}: true HR {true}, estimate {estimate}"
        yield f"    success {success}; variance: {_shares(effect['variance'])}"


def _spread(found: dict[str, Any]) -> str:
    return f"{found['median']:.2f} ({found['interval_80'][0]:.2f}–{found['interval_80'][1]:.2f})"


def _shares(parts: list[dict[str, Any]]) -> str:
    """Sources with at least one per cent, the largest first."""
    ordered = sorted(parts, key=lambda part: -part["share"])
    return ", ".join(
        f"{part['source']} {100 * part['share']:.0f} %" for part in ordered if part["share"] >= 0.01
    )


def rows(summary: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Rows of measure, arm, simulated, published; a measure that neither side has is left out."""
    published = summary.get("published") or {}
    published_arms = {arm["arm"]: arm for arm in published.get("arms", [])}
    # In the order of the plan, which comparisons have.
    keys = (key for arm in summary["arms"] for key in arm if key.endswith("_median_months"))
    named = {key.removesuffix("_median_months").upper() for key in keys}
    others = (name for name in _ENDPOINTS if name in named)
    for name in dict.fromkeys((*(row["endpoint"] for row in summary["comparisons"]), *others)):
        label, key = f"{name} median, months", name.lower()
        for arm in summary["arms"]:
            yield from _row(
                label,
                arm["arm"],
                _median(arm, key, NOT_REACHED),
                _median(published_arms.get(arm["arm"]), key, MISSING),
            )
    known = {(c["arm"], c["control"], c["endpoint"]): c for c in published.get("comparisons", [])}
    for comparison in summary["comparisons"]:
        key = (comparison["arm"], comparison["control"], comparison["endpoint"])
        label, versus = f"{key[2]} hazard ratio", f"{key[0]} v {key[1]}"
        yield from _row(label, versus, _ratio(comparison), _ratio(known.get(key)))
    viable = summary.get("response_criteria") == "mRECIST"
    for label, name in _PERCENTS:
        for arm in summary["arms"]:
            known = published_arms.get(arm["arm"]) or {}
            # By mRECIST as the protocol's own criteria, the rate stands under "response, %" already.
            if (
                name == "orr_mrecist_percent"
                and viable
                and known.get(name) in (None, known.get("orr_percent"))
            ):
                continue
            yield from _row(label, arm["arm"], _number(arm, name), _number(known, name))


def _patients(number: int) -> str:
    return "1 virtual patient" if number == 1 else f"{number:,} virtual patients"


def _row(label: str, arm: str, simulated: str, published: str) -> Iterator[tuple[str, str, str, str]]:
    if (simulated, published) != (MISSING, MISSING):
        yield label, arm, simulated, published


def _median(arm: dict[str, Any] | None, endpoint: str, without_value: str) -> str:
    """A median with its interval; a simulated one without value was not reached, a published one is not known."""
    key = f"{endpoint}_median_months"
    if arm is None or key not in arm:
        return MISSING
    if arm[key] is None and without_value == MISSING:
        return MISSING
    value = without_value if arm[key] is None else f"{arm[key]:.1f}"
    return f"{value}{_interval(arm.get(f'{endpoint}_median_ci'), 1)}"


def _ratio(comparison: dict[str, Any] | None) -> str:
    if comparison is None or comparison.get("hr") is None:
        return MISSING
    return f"{comparison['hr']:.2f}{_interval(comparison.get('ci'), 2)}"


def _number(arm: dict[str, Any] | None, name: str) -> str:
    return MISSING if arm is None or arm.get(name) is None else f"{arm[name]:.1f}"


def _interval(limits: list[float | None] | None, digits: int) -> str:
    if not limits or all(limit is None for limit in limits):
        return ""
    low, high = (NOT_REACHED if limit is None else f"{limit:.{digits}f}" for limit in limits)
    return f" ({low}–{high})"
