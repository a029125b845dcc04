"""Agents in words: a row of the catalogue, and everything that is known of one."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hepatrial.agents import Agent, TargetUncertainty
    from hepatrial.quantities import Quantity

_LABELS = {
    "clearance_l_per_h": "apparent clearance CL/F",
    "volume_l": "apparent volume V/F",
    "clearance_cv": "clearance, CV of patients",
    "volume_cv": "volume, CV of patients",
    "clearance_volume_correlation": "their correlation (logs)",
    "exposure_dose_exponent": "exponent of exposure on dose",
    "reference_dose_mg_per_day": "reference dose",
    "drift_final_fraction": "exposure left in the long run",
    "drift_time_days": "time constant of its fall",
    "weight_exponent": "exponent of weight, clearance",
    "volume_weight_exponent": "exponent of weight, volume",
    "active_moiety_ratio": "all active species over it",
}
MAIN_TARGETS = 3
"""Targets in a row of the catalogue."""
MOST_MISSING = 3
"""Missing numbers that a row names."""


def catalogue_head() -> str:
    """The head of the catalogue's table."""
    return f"{'agent':<14}{'class':<42}{'free concentration over K':<42}{'sourced':>7}  missing"


def catalogue_row(agent: Agent) -> str:
    """An agent in one row: class, main targets, share of needed numbers with a source, what is missing."""
    from hepatrial.agents import completeness, occupancy_uncertainty

    found = sorted(occupancy_uncertainty(agent), key=lambda each: -each.free_over_constant)[:MAIN_TARGETS]
    targets = ", ".join(f"{each.target} {each.ratio_text}{'?' if each.guessed else ''}" for each in found)
    complete = completeness(agent)
    class_ = textwrap.shorten(agent.drug_class, 40, placeholder="...")
    missing = ", ".join(complete.missing[:MOST_MISSING]) or "nothing"
    if len(complete.missing) > MOST_MISSING:
        missing += f" and {len(complete.missing) - MOST_MISSING} more"
    return f"{agent.name:<14}{class_:<42}{targets or 'none that acts':<42}{complete.percent:>6}%  {missing}"


CATALOGUE_NOTES = (
    "K: dissociation constant. ?: an assumed number stands in it (an IC50 for Kd, an unconfirmed value, a gap",
    "filled from the class). Sourced: share of the eleven numbers the model needs. One: hepatrial agents NAME",
)


def described(agent: Agent) -> Iterator[str]:
    """An agent, line by line."""
    from hepatrial.agents import ACTING_TARGETS
    from hepatrial.disease.targets import TARGETS

    yield f"{agent.name} ({agent.drug_class})"
    if agent.synonyms:
        yield f"also: {', '.join(agent.synonyms)}"
    yield f"usual dose: {usual_dose(agent)}"
    yield "\npharmacokinetics"
    yield _line("molecular weight", agent.molecular_weight_g_mol)
    for item in fields(agent.pharmacokinetics):
        value = getattr(agent.pharmacokinetics, item.name)
        if item.name == "hepatic_ratio":
            for grade, ratio in value.items():
                yield _line(f"exposure, Child-Pugh {grade}", ratio)
        elif item.name != "active_moiety_ratio" or value is not None:
            yield _line(_LABELS.get(item.name, item.name.replace("_", " ")), value)
    yield "\ntargets"
    yield _line("effective potency", agent.effective_potency)
    for affinity in agent.affinities:
        yield _line(f"{affinity.target} ({affinity.kind})", affinity.potency)
    yield "\nadverse events and dose changes"
    yield _line("effective toxicity", agent.effective_toxicity)
    for event in agent.adverse_events:
        yield f"  {event.name}, grade {event.grade}"
        yield _line("  share of patients", event.probability)
        yield _line("  time constant of onset", event.onset_days)
        yield _line("  exponent of exposure", event.exposure_exponent)
    yield _line("dose reduced after an event", agent.reduction_given_event)
    yield _line("withdrawn after an event", agent.withdrawal_given_event)
    yield _line("share of events that are fatal", agent.fatal_given_event)
    yield _line("rise of ALBI by the drug", agent.liver_injury)
    yield from _occupancy(agent)
    yield from _remarks(agent)
    named = dict.fromkeys(affinity.target for affinity in agent.affinities)
    unused = [target for target in named if target not in {*TARGETS, *ACTING_TARGETS}]
    if unused:
        yield f"\ntargets that the patient model does not act through: {', '.join(unused)}"
    yield f"\ngaps: {', '.join(agent.gaps) or 'none'}"
    yield from _fillings(agent)


def usual_dose(agent: Agent) -> str:
    """The usual dose in words."""
    every = {0.5: "twice daily", 1.0: "once daily", 2.0: "every other day", 7.0: "once weekly"}
    every |= {14.0: "every 2 weeks", 21.0: "every 3 weeks"}
    interval = agent.usual_interval_days
    per_kg = agent.usual_dose_mg_per_kg
    dose = f"{agent.usual_dose_mg:g} mg" if per_kg is None else f"{per_kg:g} mg/kg"
    return f"{dose} {every.get(interval, f'every {interval:g} days')}"


def _occupancy(agent: Agent) -> Iterator[str]:
    """What the usual dose does to each target, and which numbers make that unsure."""
    from hepatrial.agents import occupancy_uncertainty

    found = occupancy_uncertainty(agent)
    if not found:
        return
    yield "\noccupancy at the usual dose (typical patient, Child-Pugh A, start of treatment; 95% interval)"
    for each in found:
        yield f"  {each.target:<8}{each.ratio_text:>7} over K  {_interval(each):<22}{_shares(each)}"


def _interval(found: TargetUncertainty) -> str:
    return f"{found.occupancy:.0%} ({found.low:.0%} to {found.high:.0%})"


def _shares(found: TargetUncertainty) -> str:
    parts = ", ".join(
        f"{each.quantity.split(' on ')[0].replace('_', ' ')} {each.share:.0%}"
        for each in found.contributions[:3]
    )
    return f"assumed numbers make {found.assumed_share:.0%} of the variance ({parts})"


def _fillings(agent: Agent) -> Iterator[str]:
    """What the class puts in place of gaps, and how a user gives a value of their own."""
    from hepatrial.agents import fillings

    found = fillings(agent)
    if not found:
        return
    yield "\nfilled from the class for simulation, graded assumed"
    for filling in found:
        yield _line(filling.words, filling.prior)
        yield from _wrapped(f"{filling.prior.source} A value of your own: `{filling.key}`.")
    yield from _wrapped(
        f"To give values of your own: copy the agent's file, write another `name`, set the keys above "
        f"with their source, and name the copy in your protocol, `agent: ./my-{agent.name}.yaml`."
    )


def _line(label: str, quantity: Quantity | None) -> str:
    if quantity is None:
        return f"  {label:<30}{'not known':>10}"
    value = "none found" if math.isinf(quantity.value) else f"{quantity.value:.4g}"
    unit = "" if quantity.unit == "1" or math.isinf(quantity.value) else quantity.unit
    source = quantity.source if quantity.grade != "assumed" else "see the reasons below"
    return f"  {label:<30}{value:>10} {unit:<7}{_spread(quantity):<17}{quantity.grade:<9} {source}"


def _spread(quantity: Quantity) -> str:
    if quantity.distribution == "fixed":
        return ""
    scale = {"lognormal": "log ", "logitnormal": "logit "}.get(quantity.distribution, "")
    return f"{scale}sd {quantity.spread:.2g}"


def _remarks(agent: Agent) -> Iterator[str]:
    """Reasons of assumptions, notes on numbers, and notes on the agent; each once."""
    texts: dict[str, list[str]] = {}
    for label, quantity in agent.quantities():
        for text in ((quantity.source if quantity.grade == "assumed" else ""), quantity.note):
            if text:
                texts.setdefault(text, []).append(label.replace("_", " "))
    yield "\nreasons and notes"
    for text, labels in texts.items():
        yield from _wrapped(f"{'; '.join(labels)}: {text}")
    for note in agent.notes:
        yield from _wrapped(note)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="  - ", subsequent_indent="    ", break_long_words=False)
