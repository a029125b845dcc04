"""The page of a pool: forest, funnel, what carries it, what does not count."""

from __future__ import annotations

from math import exp

from hepatrial.evidence.pooling import Pooled
from hepatrial.evidence.questions.meta import MetaAnswer
from hepatrial.evidence.questions.models import Model
from hepatrial.figures.evidence import (
    draw_forest,
)
from hepatrial.figures.evidence.wording import (
    heterogeneity_text,
    level_text,
    limits_text,
    method_text,
    p_text,
    pool_label,
    ratio_text,
)
from hepatrial.report.evidence_folder import EvidenceOutput
from hepatrial.report.evidence_page import EvidenceSection, PageCell, PageFigure, PageTable
from hepatrial.report.evidence_rows import flat_counted_rows, left_out_rows
from hepatrial.report.evidence_sections import (
    caution_section,
    left_out_section,
    page_citations,
    patients_text,
    printed_level,
    printed_ratio,
    trials_words,
)
from hepatrial.report.formatting import MISSING, capital
from hepatrial.report.meta_page_sections import (
    apart_section,
    favours_words,
    funnel_section,
    regression_section,
    sequence_section,
)
from hepatrial.report.meta_record import meta_record, weights


def meta_output(found: MetaAnswer, command: str) -> EvidenceOutput:
    """Everything that a folder with a pool holds."""
    count = len(found.trials.counted)
    trials = "one published trial" if count == 1 else f"{count} published trials"
    sections = [_pool_section(found), caution_section(found.cautions, found.not_done)]
    further = (
        apart_section(found),
        sequence_section(found),
        funnel_section(found),
        regression_section(found),
    )
    sections += [section for section in further if section is not None]
    sections.append(left_out_section(found.trials))
    return EvidenceOutput(
        title=f"Pooled: {found.question.in_words}",
        lead=f"Hazard ratio {ratio_text(found.lead.hr)} from {trials}; below 1 favours the first-named.",
        sections=tuple(sections),
        command=command,
        result=meta_record(found),
        tables={
            "studies": [
                row | {"weight_percent_common": common, "weight_percent_random": random}
                for row, common, random in zip(
                    flat_counted_rows(found.trials.counted), *weights(found), strict=True
                )
            ],
            "left_out": left_out_rows(found.trials.left_out),
        },
    )


def _pool_section(found: MetaAnswer) -> EvidenceSection:
    effects = tuple(one.effect for one in found.trials.counted)
    columns = {
        "Year": {one.effect.study: str(one.year or MISSING) for one in found.trials.counted},
        "Patients": {one.effect.study: patients_text(one) for one in found.trials.counted},
    }
    several = len(effects) > 1
    forest = draw_forest(
        effects,
        found.pools if several else (),
        title=capital(found.question.in_words),
        columns=columns,
        favours=favours_words(found),
    )
    return EvidenceSection(
        heading="The pool",
        explanation=_pool_words(found),
        figures=(
            PageFigure(
                "forest",
                "Forest plot",
                _forest_caption(found),
                forest,
            ),
        ),
        tables=(_pool_table(found), _study_table(found)),
        citations=page_citations(found.trials),
    )


def _forest_caption(found: MetaAnswer) -> str:
    said = f"{capital(found.question.in_words)}: {trials_words(found.trials.counted)}. Squares: their hazard ratios"
    if found.random is not None:
        said += "; diamonds: what they give together"
        if found.random.effect.prediction is not None:
            said += "; bar: where the effect of a further trial may lie"
    level = level_text(found.common.confidence, "intervals")
    return f"{said}, with {level}. Sources are listed under the tables."


def _pool_words(found: MetaAnswer) -> tuple[str, ...]:
    pool = found.random or found.common
    if found.random is None:
        return ("One trial answers; nothing is pooled.",)
    return (
        f"{'The common effect leads' if found.model is Model.COMMON else 'Random effects lead'}, {found.why_model}.",
        f"{method_text(found.common)} {method_text(found.random)}",
        heterogeneity_text(pool.heterogeneity),
    )


def _pool_table(found: MetaAnswer) -> PageTable:
    rows = tuple(
        (
            PageCell(pool_label(pool), pool is found.lead),
            ratio_text(pool.hr),
            _prediction(pool),
            p_text(pool.effect.p),
            f"{pool.heterogeneity.i2_percent:.0f} %" if len(pool.studies) > 1 else MISSING,
        )
        for pool in reversed(found.pools)
    )
    return PageTable(
        "Pools, the leading one in bold",
        ("pool", "hazard ratio", "in a further trial", "p", "I²"),
        rows,
    )


def _prediction(pool: Pooled) -> str:
    limits = pool.effect.prediction
    return MISSING if limits is None else limits_text(exp(limits[0]), exp(limits[1])).strip("()")


def _study_table(found: MetaAnswer) -> PageTable:
    lead = weights(found)[1 if found.lead is found.random else 0]
    rows = []
    for one, weight in zip(found.trials.counted, lead, strict=True):
        rows.append(
            (
                one.effect.study,
                f"{one.effect.arm} v {one.effect.control}",
                one.comparison.name,
                str(one.year or MISSING),
                patients_text(one),
                printed_ratio(one),
                printed_level(one),
                f"{one.effect.std_error:.3f}",
                MISSING if weight is None else f"{weight:.1f} %",
            )
        )
    return PageTable(
        "Trials that count",
        (
            "trial",
            "compares",
            "report",
            "year",
            "patients",
            "hazard ratio",
            "level",
            "standard error",
            "weight",
        ),
        tuple(rows),
        note="Standard error: of the log hazard ratio. Level taken: no source states it. Inverse ratios are turned "
        "round.",
        text_columns=3,
    )
