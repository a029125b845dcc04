"""Analyse a trial of your own with hepatrial: from a table with dates to hazard ratios.

    python examples/analyse_own_trial.py [TABLE.csv]

The table has one row a subject (`examples/own-trial.csv` shows the columns). It becomes a `TrialData`, as a virtual
trial is one; whatever hepatrial does with a virtual trial it does with this one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from hepatrial import TrialData
from hepatrial.analysis import cause_effects, proportional_hazards_p, restricted_means

OWN_TABLE = Path(__file__).with_name("own-trial.csv")
DEATH_CODES = {"cancer": 1, "liver": 2}


def main() -> None:
    trial = read_trial(Path(sys.argv[1]) if len(sys.argv) > 1 else OWN_TABLE)
    found = trial.analyse(stratified=True, months=(6, 12))
    for arm in found.arms:
        medians = ", ".join(f"{name} {text(*value)}" for name, value in arm.medians.items())
        print(f"{arm.arm}: {arm.n} subjects; medians in months: {medians}")
    for effect in found.effects:
        ratio = text(effect.hr, [effect.lower, effect.upper], digits=2)
        print(f"{effect.endpoint}: hazard ratio {ratio}, p {effect.p_logrank:.3f}, {effect.events} events")
    print(f"OS: proportional hazards p {proportional_hazards_p(trial, 'experimental', 'control', 'OS'):.2f}")
    window = restricted_means(trial, "experimental", "control", "OS", 12)
    gained = text(window.difference, [window.lower, window.upper], digits=2)
    print(f"OS: months gained within {window.window_months:g} months {gained}")
    for cause in cause_effects(trial, "experimental", "control"):
        tested = "too few to test" if cause.p_gray is None else f"Gray's p {cause.p_gray:.2f}"
        print(f"{cause.cause}: {cause.events_arm} against {cause.events_control}, {tested}")
    early = trial.cut(events=60)
    print(f"At 60 deaths (day {early.cut_day:g}): OS hazard ratio {early.analyse().effects[0].hr:.2f}")


def read_trial(table: Path) -> TrialData:
    """The table as a trial: dates become days since randomisation, texts become event codes."""
    dates = pl.read_csv(table, try_parse_dates=True)
    opened = dates["randomised"].min()
    died = pl.col("cause_of_death").replace_strict(DEATH_CODES).fill_null(0)
    followed = days_from("randomised", "last_contact")
    scanned = days_from("randomised", "last_scan")
    progressed = days_from("randomised", "progression")
    subjects = dates.select(
        "subject",
        "arm",
        pl.col("ecog").cast(pl.String),
        (pl.col("randomised") - opened).dt.total_days().cast(pl.Float64).alias("randomised_day"),
        pl.col("ecog").cast(pl.String).alias("stratum"),
        followed.alias("os_days"),
        died.alias("os_event"),
        # TTP: death without progression competes (2). PFS: it is an event. Without either: the last scan counts.
        pl.coalesce(progressed, pl.when(died > 0).then(followed).otherwise(scanned)).alias("ttp_days"),
        pl.when(progressed.is_not_null()).then(1).when(died > 0).then(2).otherwise(0).alias("ttp_event"),
    ).with_columns(
        pl.col("ttp_days").alias("pfs_days"),
        pl.col("ttp_event").alias("pfs_event"),
        *(pl.lit(None, pl.String).alias(f"{name}_reason") for name in ("os", "ttp", "pfs")),
    )
    nothing = pl.DataFrame()
    return TrialData(
        name="Own trial",
        arms=("experimental", "control"),
        control="control",
        simulated=False,
        subjects=subjects,
        tumour=nothing,
        responses=nothing,
        best=nothing,
        labs=nothing,
        exposure=nothing,
        adverse_events=nothing,
    )


def days_from(start: str, end: str) -> pl.Expr:
    """Days from one date to another; null where there is no second date."""
    return (pl.col(end) - pl.col(start)).dt.total_days().cast(pl.Float64)


def text(value: float | None, limits: list[float | None], digits: int = 1) -> str:
    """A number with its 95% limits; "not reached" stands for what follow-up does not show."""
    shown = ["not reached" if number is None else f"{number:.{digits}f}" for number in (value, *limits)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


if __name__ == "__main__":
    main()
