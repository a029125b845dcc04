"""A combination in lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from hepatrial.combinations import DRUGGED, WORDS, Combination, best_partner
from hepatrial.report.definitions import NOTICE


def combine_lines(found: Combination) -> Iterator[str]:
    """What a reader needs first, line by line."""
    first, second = (agent.name for agent in found.agents)
    doses = [f"{dose:.4g} mg a day" for dose in found.usual_doses]
    yield f"{first} {doses[0]} with {second} {doses[1]}"
    yield from textwrap.wrap(f"{found.tolerability.answer}: {found.tolerability.reason}", 100)
    for agent, one in zip(found.agents, found.hits, strict=True):
        if one.assumed:
            yield f"{agent.name}: {', '.join(one.assumed)} assumed from its class, no source gave it"
    if not any(one.nodes for one in found.hits):
        yield "neither binds a node of the tumour cell's network"
    yield "\nnodes of the tumour cell, relative to untreated, at usual doses"
    yield f"  {'':<8}{first[:14]:>16}{second[:14]:>16}{'both':>16}"
    alone, other, both = found.nodes
    for node in type(both)._fields:
        values = (float(getattr(reached, node)) for reached in (alone, other, both))
        yield f"  {WORDS[node]:<8}" + "".join(f"{value:>16.2f}" for value in values)
    yield from _effects(found)
    yield from _limits(found)
    yield "\nProliferation is taken to hang on ERK and S6K alone, in shares that are assumed; vessels are left out."
    yield NOTICE


def _effects(found: Combination) -> Iterator[str]:
    usual = found.at_usual_doses
    rows = (
        (found.agents[0].name, usual.first),
        (found.agents[1].name, usual.second),
        ("both", usual.both),
        ("excess over Bliss", usual.bliss_excess),
    )
    yield "\nblocked proliferation at usual doses, per cent (90 % interval of the network's strengths)"
    for name, (value, low, high) in rows:
        yield f"  {name[:24]:<26}{100 * value:>6.1f}  ({100 * low:.1f} to {100 * high:.1f})"
    undefined = int((found.loewe != found.loewe).sum())
    where = f"  (not defined at {undefined} of {found.loewe.size} pairs of doses)" if undefined else ""
    at_usual = found.loewe[found.usual_place]
    words = "not defined" if at_usual != at_usual else f"{100 * at_usual:.1f}"
    yield f"  {'excess over Loewe':<26}{words:>6}{where}"
    if found.zip is not None:
        score = f"{100 * found.zip.delta[found.usual_place]:.1f}"
        yield f"  {'ZIP interaction':<26}{score:>6}  (its curves miss by {100 * found.zip.residual:.1f})"


def _limits(found: Combination) -> Iterator[str]:
    on_erk = max((one for one in found.controls if one.node != "erk"), key=lambda one: one.on_erk or 0.0)
    on_s6k = max((one for one in found.controls if one.node != "s6k"), key=lambda one: one.on_s6k or 0.0)
    yield "\nunder both"
    yield f"  upstream of it, ERK hangs most on {DRUGGED[on_erk.node]} and S6K on {DRUGGED[on_s6k.node]}"

    escape = found.escapes[2]
    if escape.node is None:
        yield "  no node rises above untreated"
        return
    back = f"{escape.erk_given_back:.2f}"
    yield f"  {DRUGGED[escape.node]} rises most, to {escape.activity:.2f}; released feedbacks give {back} of ERK back"
    best = best_partner(escape)
    if best is not None:
        left = f"ERK {best.erk:.2f} and S6K {best.s6k:.2f}"
        yield f"  a partner that leaves a tenth of {DRUGGED[best.node]} would leave {left}"
