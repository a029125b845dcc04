"""A small, checked way to write an SBML model: parameters, states with rates, outputs, events.

libsbml answers a mistake with a return code that is easy to overlook; here each becomes an error at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import libsbml

from hepatrial.errors import RunFailed
from hepatrial.exchange.sbml.units import define_units

LEVEL, VERSION = 3, 2


class ModelBuilder:
    """Writes one SBML Level 3 Version 2 model.

    Formulas are SBML infix (`libsbml.parseL3Formula`); numbers in them carry their unit, as in ``1 dimensionless``.
    """

    def __init__(self, model_id: str, name: str, notes: str) -> None:
        self.document = libsbml.SBMLDocument(LEVEL, VERSION)
        self._model = self.document.createModel()
        self._model.setId(model_id)
        self._model.setName(name)
        self._model.setMetaId(f"meta_{model_id}")
        _ok(self._model.setNotes(_xhtml(notes)), "notes of the model")
        define_units(self._model)
        self._parser = libsbml.L3ParserSettings()

    def parameter(
        self, parameter_id: str, value: float, unit: str, name: str, notes: str = "", *, constant: bool = True
    ) -> None:
        """A number: constant, or changed by events."""
        parameter = self._model.createParameter()
        _ok(parameter.setId(parameter_id), f"id {parameter_id}")
        parameter.setMetaId(f"meta_{parameter_id}")
        parameter.setName(name)
        parameter.setValue(float(value))
        _ok(parameter.setUnits(unit), f"unit of {parameter_id}")
        parameter.setConstant(constant)
        if notes:
            _ok(parameter.setNotes(_xhtml(notes)), f"notes of {parameter_id}")

    def state(self, state_id: str, start: float, unit: str, name: str, rate: str, notes: str = "") -> None:
        """A quantity that changes at ``rate``, in its unit per day."""
        self.parameter(state_id, start, unit, name, notes, constant=False)
        rule = self._model.createRateRule()
        rule.setVariable(state_id)
        rule.setMath(self._math(rate))

    def output(self, output_id: str, unit: str, name: str, formula: str, notes: str = "") -> None:
        """A quantity that follows from others at every moment."""
        parameter = self._model.createParameter()
        _ok(parameter.setId(output_id), f"id {output_id}")
        parameter.setMetaId(f"meta_{output_id}")
        parameter.setName(name)
        _ok(parameter.setUnits(unit), f"unit of {output_id}")
        parameter.setConstant(False)
        if notes:
            _ok(parameter.setNotes(_xhtml(notes)), f"notes of {output_id}")
        rule = self._model.createAssignmentRule()
        rule.setVariable(output_id)
        rule.setMath(self._math(formula))

    def function(self, function_id: str, name: str, arguments: Sequence[str], formula: str) -> None:
        """A function of dimensionless arguments. Solvers that put rules in place of names reckon each argument once."""
        function = self._model.createFunctionDefinition()
        _ok(function.setId(function_id), f"id {function_id}")
        function.setName(name)
        _ok(
            function.setMath(self._math(f"lambda({', '.join(arguments)}, {formula})")),
            f"formula of {function_id}",
        )

    def event(
        self,
        event_id: str,
        name: str,
        trigger: str,
        assignments: Mapping[str, str],
        *,
        at_start: bool = False,
    ) -> None:
        """Assignments that happen once when ``trigger`` turns from false to true.

        ``at_start`` says that they happen at time 0 too, if the trigger is true there.
        """
        event = self._model.createEvent()
        _ok(event.setId(event_id), f"id {event_id}")
        event.setName(name)
        event.setUseValuesFromTriggerTime(True)
        condition = event.createTrigger()
        condition.setInitialValue(not at_start)
        condition.setPersistent(True)
        condition.setMath(self._math(trigger))
        for variable, formula in assignments.items():
            assignment = event.createEventAssignment()
            assignment.setVariable(variable)
            assignment.setMath(self._math(formula))

    def describe(self, element_id: str, resource: str, *, article: bool = False) -> None:
        """Annotate an element with what it is (a database entry), or with the article that describes it."""
        element = self._model.getElementBySId(element_id)
        term = libsbml.CVTerm()
        term.setQualifierType(libsbml.BIOLOGICAL_QUALIFIER)
        term.setBiologicalQualifierType(libsbml.BQB_IS_DESCRIBED_BY if article else libsbml.BQB_IS_VERSION_OF)
        term.addResource(resource)
        _ok(element.addCVTerm(term), f"annotation of {element_id}")

    def text(self) -> str:
        """The document as XML."""
        return libsbml.writeSBMLToString(self.document)

    def _math(self, formula: str) -> libsbml.ASTNode:
        node = libsbml.parseL3FormulaWithSettings(formula, self._parser)
        if node is None:
            raise RunFailed(f"internal: not an SBML formula: {formula}: {libsbml.getLastParseL3Error()}")
        return node


def consistency_problems(document: libsbml.SBMLDocument) -> list[str]:
    """All that libsbml finds wrong with a document, units included; empty when it is sound."""
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_MODELING_PRACTICE, True)
    document.checkConsistency()
    return [
        f"{error.getSeverityAsString()} {error.getErrorId()} (line {error.getLine()}): {error.getMessage().strip()}"
        for error in (document.getError(i) for i in range(document.getNumErrors()))
    ]


def _ok(code: int, what: str) -> None:
    if code != libsbml.LIBSBML_OPERATION_SUCCESS:
        raise RunFailed(f"internal: SBML refused {what}: {libsbml.OperationReturnValue_toString(code)}")


def _xhtml(text: str) -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n") if part)
    return f'<body xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</body>'
