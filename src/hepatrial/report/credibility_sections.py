"""Sections of the page on credibility that tell what is judged: question, use, risk, verification, "
"applicability."""

from __future__ import annotations

from hepatrial.report.credibility_answer import Credibility
from hepatrial.report.credibility_content import STANDARDS
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageTable
from hepatrial.report.formatting import capital

JUDGED = "A judgement of the authors."


def question_section(answer: Credibility) -> EvidenceSection:
    """Question of interest, contexts of use and model risk."""
    content = answer.content
    return EvidenceSection(
        heading="Question, use and risk",
        explanation=(
            f"Question of interest: {content.question}",
            "Model influence, consequence of a wrong decision and model risk are judgements, as both "
            "standards mean them "
            "to be; risk is the level between influence and consequence, the higher one where there is none "
            "between. A "
            "user whose decision is another judges anew.",
            content.impact,
            f"Not for: {'; '.join(content.not_for)}.",
        ),
        tables=(
            PageTable(
                "Contexts of use",
                ("context of use", "how", "influence", "consequence", "risk"),
                tuple(
                    (
                        each.name,
                        each.use,
                        f"{each.influence}: {each.influence_why}",
                        f"{each.consequence}: {each.consequence_why}",
                        PageCell(each.risk, strong=each.risk == "high"),
                    )
                    for each in content.contexts
                ),
                note=JUDGED,
                text_columns=5,
            ),
        ),
        citations=STANDARDS,
    )


def evidence_section(answer: Credibility) -> EvidenceSection:
    """What was fitted and what was held out."""
    record, rules = answer.calibration.record, answer.rules
    groups = tuple((capital(group), ", ".join(names)) for group, names in rules.groups.items())
    only = tuple((f"Medians only, {use}", ", ".join(names)) for use, names in rules.medians_only.items())
    return EvidenceSection(
        heading="What was fitted, what was held out",
        explanation=(
            f"The calibration saw {record['observations']} confirmed numbers of {len(record['trials'])} "
            f"trials and "
            f"{len(record['early_arms'])} early trials, and no outcome of a trial that is held out. "
            f"Preregistration of {rules.date}, SHA-256 {rules.hash}.",
            rules.texts["disclosure"],
        ),
        tables=(
            PageTable("Trials", ("group", "trials"), (*groups, *only), text_columns=2),
            PageTable(
                "Early trials that were fitted",
                ("", "trials"),
                (("Phase 1b and 2", ", ".join(record["early_arms"])),),
                text_columns=2,
            ),
        ),
    )


def verification_section(answer: Credibility) -> EvidenceSection:
    """Whether the program solves its equations."""
    rows = answer.content.verification
    return EvidenceSection(
        heading="Verification",
        explanation=(
            "Whether the program computes what its equations and estimators say. Each row is a test that "
            "ships with the "
            "source and fails when the limit is passed.",
        ),
        tables=(
            PageTable(
                "Verification",
                ("factor", "what", "against", "held", "test"),
                tuple((row.factor, row.what, row.against, row.held, row.test.split("::")[0]) for row in rows),
                text_columns=5,
            ),
        ),
    )


def applicability_section(answer: Credibility) -> EvidenceSection:
    """Where the evidence speaks of a use."""
    return EvidenceSection(
        heading="Applicability",
        explanation=(
            "How near the trials that the model was fitted to and tested on are to what it is asked about.",
        ),
        tables=(
            PageTable(
                "Applicability",
                ("topic", "supported", "not supported"),
                tuple((each.topic, each.inside, each.outside) for each in answer.content.applicability),
                note=JUDGED,
                text_columns=3,
            ),
        ),
    )
