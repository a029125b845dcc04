"""Whether an agent acts through any target of the patient model; one that does not can only harm in a trial."""

from __future__ import annotations

import math

from hepatrial.agents.agent import Agent
from hepatrial.agents.completing import completed
from hepatrial.agents.potency import dissociation_constant
from hepatrial.agents.targets import ACTING_TARGETS


def acts(agent: Agent) -> bool:
    """Whether it binds a target that acts, gaps filled from its class."""
    whole = completed(agent)
    constants = (dissociation_constant(whole, target) for target in ACTING_TARGETS)
    return any(constant is not None and math.isfinite(constant.value) for constant in constants)


def no_action_warning(agent: Agent) -> str | None:
    """What a reader must know of an agent that can have no effect on the tumour; None for all others."""
    if acts(agent):
        return None
    return (
        f"{agent.name}: binds none of the targets that the patient model acts through, so that it cannot help"
    )
