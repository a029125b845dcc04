"""Keys of a protocol file for escalation of a dose and for the stages of an arm."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, create_model

from hepatrial.protocol.file_fields import DoseText, Schedule, time_between
from hepatrial.protocol.population_schema import Section

MOST_STAGES = 5


class RaiseSection(Section):
    """A higher dose for patients without a dose-limiting event."""

    dose: DoseText = Field(description="The raised dose.", examples=["600 mg"])
    schedule: Schedule = Field(description="How often it is given.")
    after: time_between("1 day", "2 years", "8 weeks") = Field(
        description="Time on the agent after which the dose is raised, in patients whose dose no adverse event has "
        "interrupted yet; whole days."
    )


_Longest = time_between("1 day", "5 years", "4 weeks")

# One of the keys is a word of Python's own, so that no class body can name it.
StageSection = create_model(
    "StageSection",
    __base__=Section,
    __doc__="A part of an arm's sequence.",
    **{
        "give": (
            list[str],
            Field(
                max_length=6,
                description="The agents that are given, as `agents` names them; [] for a rest.",
                examples=[["sorafenib"], []],
            ),
        ),
        "for": (
            _Longest | None,
            Field(default=None, description="How long the stage lasts at most; whole days."),
        ),
        "until": (
            Literal["progression"] | None,
            Field(default=None, description="The stage ends at the scan that shows progression."),
        ),
    },
)
