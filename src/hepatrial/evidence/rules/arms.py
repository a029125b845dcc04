"""Rules on arms and what they were given, and on who numbers are of."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.errors import Issue, near_miss
from hepatrial.evidence.rules.rule import Draft, Rule
from hepatrial.evidence.treatments import KNOWN
from hepatrial.evidence.trials import WHOLE_TRIAL


class ArmsDiffer(Rule):
    """Every arm stands once."""

    name = "arms-differ"

    def check(self, draft: Draft) -> Iterator[Issue]:
        seen: set[str] = set()
        for path, row in draft.rows("arms"):
            arm = row.get("arm")
            if isinstance(arm, str):
                if arm in seen:
                    yield self.issue(
                        draft,
                        (*path, "arm"),
                        f"the arm {arm} stands twice",
                        arm,
                        "each arm once",
                        "delete one, or name them apart, for example by their doses",
                    )
                seen.add(arm)


class ArmHasSize(Rule):
    """An arm says how many patients it had, or that this is not known."""

    name = "arm-has-size"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, row in draft.rows("arms"):
            if "n" not in row:
                yield self.issue(
                    draft,
                    path,
                    f"the arm {row.get('arm')} has no number of patients",
                    "no n",
                    "a whole number, or null",
                    "add n; write n: null where no source confirms it",
                )
            elif row["n"] == 0:
                yield self.issue(
                    draft,
                    (*path, "n"),
                    f"the arm {row.get('arm')} has no patients",
                    0,
                    "1 or more",
                    "read it again",
                )


class AgentIsKnown(Rule):
    """What an arm was given is an agent or a procedure that the registry knows, or is declared as new."""

    name = "agent-is-known"

    def check(self, draft: Draft) -> Iterator[Issue]:
        known = (*KNOWN, *draft.words("new_agents"))
        for path, row in draft.rows("arms"):
            agents = row.get("agents", [row.get("arm")])
            if isinstance(agents, list) and (not agents or len(set(map(str, agents))) < len(agents)):
                yield self.issue(
                    draft,
                    (*path, "agents"),
                    f"the arm {row.get('arm')} was given nothing, or something twice",
                    ", ".join(map(str, agents)) or "no agent",
                    "each agent once; placebo or best supportive care where there was no other",
                    "name what the arm was given",
                )
            for index, agent in enumerate(agents if isinstance(agents, list) else ()):
                if isinstance(agent, str) and agent not in known:
                    meant = near_miss(agent, known)
                    new = f"name it under new_agents if it is new: new_agents: [{agent}]"
                    yield self.issue(
                        draft,
                        (*path, "agents", index) if "agents" in row else (*path, "arm"),
                        f"the arm {row.get('arm')} was given something that is not known: {agent}",
                        agent,
                        "agents, controls and procedures of the registry",
                        f"did you mean {meant}? otherwise {new}" if meant else new,
                    )


class ComparisonOfArms(Rule):
    """A comparison is of two different arms of the trial."""

    name = "comparison-of-arms"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in ("comparisons", "subgroups"):
            for path, row in draft.rows(section):
                for role in ("arm", "control"):
                    name = row.get(role)
                    if isinstance(name, str) and name not in draft.arms:
                        meant = near_miss(name, draft.arms)
                        yield self.issue(
                            draft,
                            (*path, role),
                            f"a comparison names an arm that is not there ({role})",
                            name,
                            ", ".join(draft.arms) or "no arm stands in the record",
                            f"did you mean {meant}?" if meant else "name the arm as under arms",
                        )
                if isinstance(row.get("arm"), str) and row.get("arm") == row.get("control"):
                    yield self.issue(
                        draft,
                        (*path, "control"),
                        "an arm is compared with itself",
                        row["arm"],
                        "two different arms",
                        "name the control arm",
                    )


class ComparisonOnce(Rule):
    """Two arms are compared once for an endpoint, and once in a group of patients."""

    name = "comparison-once"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section, keys in (("comparisons", ("endpoint",)), ("subgroups", ("endpoint", "factor", "group"))):
            seen: set[tuple[object, ...]] = set()
            for path, row in draft.rows(section):
                pair = frozenset((str(row.get("arm")), str(row.get("control"))))
                which = (pair, *(str(row.get(key)) for key in keys))
                if which in seen:
                    yield self.issue(
                        draft,
                        path,
                        "the same comparison stands twice",
                        f"{row.get('arm')} v {row.get('control')}, {', '.join(map(str, which[1:]))}",
                        "each once",
                        "keep one; put another reading of the endpoint under findings, an update into a record "
                        "of its own",
                    )
                seen.add(which)


class FindingOfSomething(Rule):
    """Numbers are of an arm, of two arms, or of the whole trial."""

    name = "finding-of-something"

    def check(self, draft: Draft) -> Iterator[Issue]:
        known = (WHOLE_TRIAL, *draft.arms, *draft.pairs)
        for section in ("findings", "baseline", "landmarks", "unconfirmed", "conflicts"):
            for path, row in draft.rows(section):
                of = row.get("of")
                if isinstance(of, str) and of not in known:
                    meant = near_miss(of, known)
                    yield self.issue(
                        draft,
                        (*path, "of"),
                        "a finding is of something that is not there",
                        of,
                        ", ".join((WHOLE_TRIAL, *draft.arms)) + ", or two arms with ' v ' between them",
                        f"did you mean {meant}?"
                        if meant
                        else f"write of: {WHOLE_TRIAL} and say whom under subgroup",
                    )
