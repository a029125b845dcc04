"""Keys of embolisation and ablation in an arm of a protocol file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from hepatrial.protocol.design import AblationKind, Demand, TaceKind
from hepatrial.protocol.dosing_text import parse_repeat
from hepatrial.protocol.file_fields import ALLOWED, parsed_text, time_between
from hepatrial.protocol.population_schema import Section

MOST_SESSIONS = 20

Repeat = Annotated[
    Any,
    BeforeValidator(lambda value: parsed_text(parse_repeat, value)),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["on demand", "never"]},
                {"type": "string", "pattern": "^every [1-9][0-9]{0,2} (day|week|month)s?$"},
            ],
            ALLOWED: 'on demand, never, or for example "every 8 weeks".',
            "examples": ["on demand"],
        }
    ),
]
"""Days between sessions, None for on demand, 0 for never."""


class TaceSection(Section):
    """Transarterial chemoembolisation."""

    kind: TaceKind = Field(description="How it is done: with lipiodol, or with drug-eluting beads.")
    planned: list[time_between("0 days", "5 years", "1 week")] = Field(
        default=["0 days"],
        validate_default=True,
        min_length=1,
        max_length=MOST_SESSIONS,
        description="Days of the planned sessions, since randomisation. One is left out where the last scan shows "
        "nothing to treat.",
        examples=[["0 days"]],
    )
    repeat: Repeat = Field(
        default="on demand", validate_default=True, description="What follows the planned sessions."
    )
    demand: Demand = Field(
        default="viable tumour remains",
        description="What a scan must show for a session on demand; a new lesion in the liver always does. Half is "
        "of the viable area at baseline; growth as by the criteria for progression, from the smallest viable sum.",
    )
    wait: time_between("0 days", "1 year", "0 days") = Field(
        default="0 days", validate_default=True, description="From that scan to the session."
    )
    max_sessions: int = Field(
        ge=1, le=MOST_SESSIONS, description="Sessions a patient may have.", examples=[6]
    )
    refractory_after: int = Field(
        default=2,
        ge=0,
        le=MOST_SESSIONS,
        description="Sessions without response, one after another, after which the tumour counts as untreatable; 0 "
        "for no such rule. A response is a fall of the measured viable sum by 30 % from the last scan before "
        "the session.",
    )
    growth_limit: float | None = Field(
        default=None,
        gt=0,
        le=10,
        description="Share by which the viable area may exceed that of baseline; from there on the tumour counts as "
        "untreatable.",
        examples=[0.25],
    )
    child_pugh_limit: int = Field(
        default=7, ge=5, le=15, description="Highest Child-Pugh score at which a session is given."
    )
    until_symptoms: bool = Field(
        default=False,
        description="Whether embolisation ends, and the tumour counts as untreatable, once symptoms have become "
        "worse, by the disease or by an agent: for definitions that name performance status.",
    )
    until_withdrawal: bool = Field(
        default=False,
        description="Whether it does once the last agent was withdrawn for an adverse event: where sessions belong to "
        "the agent's cycles.",
    )
    pause_before: time_between("0 days", "60 days", "2 days") = Field(
        default="0 days", validate_default=True, description="Days without agents before a session."
    )
    pause_after: time_between("0 days", "60 days", "2 days") = Field(
        default="0 days", validate_default=True, description="Days without agents from a session on."
    )


class AblationSection(Section):
    """Ablation or resection of all lesions, once."""

    kind: AblationKind = Field(description="Thermal ablation leaves the tissue, resection takes it out.")
    at: time_between("0 days", "5 years", "0 days") = Field(
        default="0 days", validate_default=True, description="Day of the treatment, since randomisation."
    )
    response: Literal["by size", "complete"] = Field(
        default="by size",
        description="Whether complete ablation depends on the size of lesions, or only patients with a complete "
        "response are in the trial. A resection is complete.",
    )
