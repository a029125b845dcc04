"""The units of the exported model, as SBML unit definitions."""

from __future__ import annotations

import libsbml

_SECONDS_PER_DAY = 86400.0
_DAY = (libsbml.UNIT_KIND_SECOND, 1, 0, _SECONDS_PER_DAY)
_PER_DAY = (libsbml.UNIT_KIND_SECOND, -1, 0, _SECONDS_PER_DAY)
_PER_LITRE = (libsbml.UNIT_KIND_LITRE, -1, 0, 1.0)
_MILLIGRAM = (libsbml.UNIT_KIND_GRAM, 1, -3, 1.0)
_NANOMOLE = (libsbml.UNIT_KIND_MOLE, 1, -9, 1.0)

DEFINITIONS: dict[str, tuple[tuple[int, int, int, float], ...]] = {
    "day": (_DAY,),
    "per_day": (_PER_DAY,),
    "mL": ((libsbml.UNIT_KIND_LITRE, 1, -3, 1.0),),
    "mL_per_day": ((libsbml.UNIT_KIND_LITRE, 1, -3, 1.0), _PER_DAY),
    "mm": ((libsbml.UNIT_KIND_METRE, 1, -3, 1.0),),
    "mg_per_day": (_MILLIGRAM, _PER_DAY),
    "mg_per_L": (_MILLIGRAM, _PER_LITRE),
    "mg_per_L_per_day": (_MILLIGRAM, _PER_LITRE, _PER_DAY),
    "nM": (_NANOMOLE, _PER_LITRE),
    "per_nM": ((libsbml.UNIT_KIND_MOLE, -1, -9, 1.0), (libsbml.UNIT_KIND_LITRE, 1, 0, 1.0)),
    "nmol_per_mg": (_NANOMOLE, (libsbml.UNIT_KIND_GRAM, -1, -3, 1.0)),
    "ng_per_mL": ((libsbml.UNIT_KIND_GRAM, 1, -9, 1.0), (libsbml.UNIT_KIND_LITRE, -1, -3, 1.0)),
}
"""By id: (kind, exponent, scale, multiplier) of each factor. ALBI is the score of a formula, so dimensionless."""

BUILT_IN = ("dimensionless", "litre")
"""Units that SBML knows by itself."""


def define_units(model: libsbml.Model) -> None:
    """Add all definitions and make days the unit of time."""
    for unit_id, factors in DEFINITIONS.items():
        definition = model.createUnitDefinition()
        definition.setId(unit_id)
        for kind, exponent, scale, multiplier in factors:
            unit = definition.createUnit()
            unit.setKind(kind)
            unit.setExponent(exponent)
            unit.setScale(scale)
            unit.setMultiplier(multiplier)
    model.setTimeUnits("day")
