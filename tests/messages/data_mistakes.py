"""Mistakes in a user's data: what the file holds, what is named of it, and the rule that must speak."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """Bytes of a file, options of ``hepatrial data check``, and the rules that must speak."""

    content: str | bytes
    rules: tuple[str, ...]
    options: str = "--time time --time-unit days --event event"
    error: bool = False
    name: str = "cohort.csv"


def rows(*lines: str, head: str = "time,event,marker", more: int = 0) -> str:
    """A table; ``more`` sound rows are put in front, half of them with the event."""
    extra = [f"{10 + i},{i % 2},{i}.5" + ",x" * (head.count(",") - 2) for i in range(more)]
    return "\n".join([head, *extra, *lines]) + "\n"


MISTAKES = {
    "an-empty-file": Mistake("", ("file",), error=True),
    "names-without-rows": Mistake("time,event\n", ("file",), error=True),
    "a-workbook-named-csv": Mistake(b"PK\x03\x04\x00\x00\x08\x00", ("file",), error=True),
    "a-workbook": Mistake(b"PK", ("file",), name="cohort.xlsx", error=True),
    "no-parquet": Mistake("time,event\n1,1\n", ("file",), name="cohort.parquet", error=True),
    "no-transport-file": Mistake("time,event\n1,1\n", ("file",), name="cohort.xpt", error=True),
    "a-line-with-too-many-cells": Mistake(rows("1,1,2", "2,0,1,5"), ("file",), error=True),
    "a-quote-that-is-not-closed": Mistake('time,event\n1,"1\n' + "2,0\n" * 4000, ("file",), error=True),
    "short-lines": Mistake(rows("1,1,2", "2,0", more=20), ("short-lines",)),
    "a-column-that-is-not-there": Mistake(
        rows("1,1,2"), ("columns",), options="--time tme --event event", error=True
    ),
    "a-name-that-is-needed": Mistake(
        rows("1,1,2", "2,0,3", head="time,event,os_days"), ("columns",), error=True
    ),
    "a-column-twice-and-one-without-name": Mistake(
        rows("1,1,2,3", "2,0,3,4", head="time,event,time,", more=0), ("column-names",)
    ),
    "times-below-zero": Mistake(rows("-3,1,2", "4,0,1"), ("times",), error=True),
    "times-that-are-infinite": Mistake(rows("inf,1,2", "4,0,1"), ("times",), error=True),
    "times-of-zero": Mistake(rows("0,1,2", "400,0,1"), ("zero-times",)),
    "times-with-texts": Mistake(rows("1.5,1,2", '"12,5",0,1', "n/k,0,1"), ("text-in-numbers",), error=True),
    "dates-for-times": Mistake(rows("2020-02-01,1,2", "2020-03-01,0,1"), ("dates",), error=True),
    "times-in-another-unit": Mistake(
        rows("83,1,2", "60,0,1"), ("time-unit",), options="--time time --event event"
    ),
    "times-longer-than-a-life": Mistake(
        rows("2400,1,2", "60,0,1"), ("time-unit",), options="--time time --time-unit months --event event"
    ),
    "events-that-are-words": Mistake(rows("1,dead,2", "2,alive,3"), ("event-codes",), error=True),
    "events-one-and-two": Mistake(rows("1,2,2", "2,1,3"), ("event-codes",), error=True),
    "events-named-after-censoring": Mistake(
        rows("1,1", "2,0", head="time,censored"),
        ("event-codes",),
        options="--time time --event censored --event-values a=1",
        error=True,
    ),
    "everybody-censored": Mistake(rows("1,0,2", "2,0,3"), ("all-censored",), error=True),
    "nobody-censored": Mistake(rows("1,1,2", "2,1,3"), ("none-censored", "few-events")),
    "texts-in-a-marker": Mistake(
        rows('9,1,"12,5"', "8,0,<5", "7,0,n/a", more=20), ("text-in-numbers", "missing-words")
    ),
    "limits-in-a-marker": Mistake(rows("9,1,<5", "8,0,<5", more=20), ("text-in-numbers",)),
    "spaces-around-numbers": Mistake(rows("9,1, 1.2 ", more=20), ("spaces",)),
    "infinite-markers": Mistake(rows("9,1,inf", more=20), ("infinite-values",)),
    "semicolons-and-commas": Mistake(
        "time;event;marker\n1,5;1;12,5\n2;0;3,1\n", ("separator", "decimal-comma")
    ),
    "letters-of-windows": Mistake("time,event,site\n1,1,K\xf6ln\n2,0,Bonn\n".encode("cp1252"), ("encoding",)),
    "a-constant-marker": Mistake(rows("1,1,7", "2,0,7"), ("constant",)),
    "an-empty-marker": Mistake(rows("1,1,", "2,0,"), ("empty-column",)),
    "a-marker-that-separates": Mistake(
        rows(*[f"{i},1,B" for i in range(1, 8)], *[f"{i},0,A" for i in range(1, 8)]), ("separation",)
    ),
    "a-marker-made-of-the-event": Mistake(
        rows(*[f"{i},{int(i > 15)},{i}.5" for i in range(1, 31)]), ("separation",)
    ),
    "an-outcome-among-markers": Mistake(
        rows("1,1,7", "2,0,8", head="time,event,PFS_months"), ("outcome-columns",)
    ),
    "a-marker-in-codes": Mistake(
        rows(*[f"{i},{i % 2},{1 + i % 3 % 2}" for i in range(1, 30)], head="time,event,AFP"), ("codes",)
    ),
    "patients-twice": Mistake(
        rows("1,1,a", "2,0,a", head="time,event,id"),
        ("patients",),
        options="--time time --time-unit days --event event --subject id",
        error=True,
    ),
    "patients-times-and-events-at-once": Mistake(
        rows("-1,dead,a", "2,alive,a", head="time,event,id"),
        ("patients", "times", "event-codes"),
        options="--time time --time-unit days --event event --subject id",
        error=True,
    ),
    "rows-without-a-patient": Mistake(
        rows("1,1,a", "2,0,", head="time,event,id"),
        ("patients",),
        options="--time time --time-unit days --event event --subject id",
        error=True,
    ),
    "rows-twice": Mistake(rows("1,1,7", "2,0,8", "1,1,7"), ("duplicate-rows",)),
    "columns-twice": Mistake(
        rows("1,1,7,7", "2,0,8,8", "3,1,9,9", head="time,event,a,b"), ("duplicate-columns",)
    ),
    "one-arm": Mistake(
        rows("1,1,x", "2,0,x", head="time,event,arm"),
        ("one-arm",),
        options="--time time --time-unit days --event event --arm arm",
    ),
    "too-many-arms": Mistake(
        rows(*[f"{i},{i % 2},{i}.5" for i in range(1, 30)]),
        ("arms",),
        options="--time time --time-unit days --event event --arm marker",
        error=True,
    ),
    "mixed-formats-of-dates": Mistake(
        rows("1,1,01/02/2020", "2,0,2020-02-01", head="time,event,diagnosed"), ("date-formats",)
    ),
    "day-or-month-first": Mistake(
        rows("1,1,01/02/2020", "2,0,03/04/2020", head="time,event,diagnosed"), ("date-formats",)
    ),
    "month-and-day-swapped": Mistake(
        rows("1,1,25/02/2020", "2,0,03/24/2020", head="time,event,diagnosed"), ("date-formats",)
    ),
    "dates-out-of-order": Mistake(
        rows(
            "1,1,2020-05-01,2020-02-01", "2,0,2020-01-01,2020-02-01", head="time,event,diagnosis,last_visit"
        ),
        ("date-order",),
    ),
    "dates-and-no-times": Mistake(
        "diagnosis,death\n2020-05-01,2021-02-01\n2020-01-01,2021-02-03\n", ("dates",), options=""
    ),
    "albumin-in-two-units": Mistake(
        rows(
            *[f"{i},{i % 2},{30 + i / 2 if i % 2 else 3 + i / 20}" for i in range(1, 21)],
            head="time,event,albumin",
        ),
        ("mixed-units",),
    ),
    "bilirubin-in-two-units": Mistake(
        rows(
            *[f"{i},{i % 2},{10 + i if i % 2 else 0.5 + i / 20}" for i in range(1, 21)],
            head="time,event,bilirubin",
        ),
        ("mixed-units",),
    ),
    "a-unit-against-the-name": Mistake(
        rows(*[f"{i},{i % 2},{3 + i / 20}" for i in range(1, 21)], head="time,event,albumin_g_l"),
        ("unit-of-name",),
    ),
    "a-score-out-of-range": Mistake(
        rows("1,1,5", "2,0,16", head="time,event,child_pugh_score"), ("out-of-range",)
    ),
    "visits-with-dates": Mistake(
        "id,day,time,event\na,2020-01-01,5,1\na,2020-02-01,5,1\n",
        ("dates",),
        options="--time time --time-unit days --event event --subject id --visit day",
        error=True,
    ),
    "visits-without-a-day": Mistake(
        "id,day,time,event\na,0,5,1\na,,5,1\n",
        ("visits",),
        options="--time time --time-unit days --event event --subject id --visit day",
        error=True,
    ),
    "a-status-that-changes": Mistake(
        "id,day,time,event\na,0,5,0\na,9,5,1\n",
        ("visits",),
        options="--time time --time-unit days --event event --subject id --visit day",
        error=True,
    ),
    "visits-twice-and-out-of-order": Mistake(
        "id,day,time,event,afp\na,0,500,1,3\na,9,500,1,4\na,9,500,1,5\na,5,480,1,6\nb,0,400,0,9\n",
        ("duplicate-visits", "visit-order", "times-of-visits"),
        options="--time time --time-unit days --event event --subject id --visit day",
    ),
    "one-visit-each": Mistake(
        "id,day,time,event,afp\na,0,500,1,3\nb,0,400,0,9\n",
        ("one-visit",),
        options="--time time --time-unit days --event event --subject id --visit day",
    ),
}
