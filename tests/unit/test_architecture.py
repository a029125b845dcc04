"""The house stands as docs/architecture.md draws it: imports go with the flow, private names stay at home."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import hepatrial

SOURCE = Path(hepatrial.__file__).parent
DRAWING = Path(__file__).parents[2] / "docs" / "architecture.md"

BASICS = {"errors", "interruption", "units", "quantities", "jax_setup"}

FLOW = (
    "errors", "interruption", "run_arguments", "units", "quantities", "jax_setup", "files", "signalling",
    "survival", "evidence", "response", "agents", "combinations", "patients", "protocol", "disease",
    "posterior", "treatment", "simulation", "trialdata", "conduct", "virtual_trial", "attribution",
    "analysis", "exchange", "biomarkers", "userdata", "figures", "calibration", "prediction", "reserve",
    "gaps", "validation", "report", "cli", "__main__",
)  # fmt: skip
"""A room imports from those before it."""

SHARED = {"protocol.design", "simulation.streams", "patients.patients", "patients.liver_scores"}
"""Small files that rooms before theirs may import too: what a protocol, a patient and a random stream are."""

ON_REQUEST = {("trialdata", "analysis"), ("trialdata", "conduct"), ("virtual_trial", "report")}
"""Methods that call the next rooms for the user's convenience; the import stands inside the method."""

SCIENCE = set(FLOW[: FLOW.index("calibration") + 1]) - {"figures", "virtual_trial"}


@dataclass(frozen=True)
class Import:
    """One imported module, with the names taken from it."""

    importer: str
    module: str
    names: tuple[str, ...]
    inside: bool  # stands in a function, or serves type checkers only
    line: int

    @property
    def rooms(self) -> tuple[str, str]:
        return room(self.importer), room(self.module)


def room(module: str) -> str:
    return module.split(".")[0]


def modules() -> dict[str, ast.Module]:
    """Syntax tree by module, without the package's name; the package itself is ''."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imports_of(name: str) -> list[Import]:
    found: list[Import] = []

    def visit(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "hepatrial":
            base = (node.module or "").removeprefix("hepatrial").lstrip(".")
            for alias in node.names:
                below = f"{base}.{alias.name}".lstrip(".")
                module, names = (below, ()) if below in MODULES else (base, (alias.name,))
                found.append(Import(name, module, names, inside, node.lineno))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "hepatrial":
                    module = alias.name.removeprefix("hepatrial").lstrip(".")
                    found.append(Import(name, module, (), inside, node.lineno))
        below_inside = (
            inside
            or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        )
        for child in ast.iter_child_nodes(node):
            visit(child, below_inside)

    visit(MODULES[name], False)
    return found


IMPORTS = [each for name in MODULES for each in imports_of(name)]


def told(imports: list[Import]) -> list[str]:
    return [f"{each.importer} line {each.line} imports {each.module} {each.names}" for each in imports]


def test_the_reading_of_imports_finds_some():
    assert len(IMPORTS) > 200
    assert any(each.inside for each in IMPORTS)


def test_every_room_has_its_place_in_the_flow():
    assert {room(name) for name in MODULES if name} == set(FLOW)


def against_the_flow(each: Import) -> bool:
    importer, imported = each.rooms
    if not importer or not imported or importer == imported or each.module in SHARED:
        return False
    if each.inside and (importer, imported) in ON_REQUEST:
        return False
    return FLOW.index(imported) > FLOW.index(importer)


def test_imports_go_with_the_flow():
    assert told([each for each in IMPORTS if against_the_flow(each)]) == []


def test_science_imports_nothing_of_report_figures_and_command_line():
    outward = {"report", "figures", "cli"}
    assert told([each for each in IMPORTS if each.rooms[0] in SCIENCE and each.rooms[1] in outward]) == []


def test_the_statistics_know_nothing_of_trials_or_patients():
    outside = [
        each for each in IMPORTS if each.rooms[0] == "survival" and each.rooms[1] not in BASICS | {"survival"}
    ]
    assert told(outside) == []


def test_the_basics_stand_on_nothing():
    assert (
        told([each for each in IMPORTS if each.rooms[0] in BASICS and each.rooms[0] != each.rooms[1]]) == []
    )


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_nobody_imports_a_private_name():
    taken = [
        each
        for each in IMPORTS
        if any(map(private, each.names)) or any(private(part) for part in each.module.split("."))
    ]
    assert told(taken) == []


def test_nobody_reaches_for_a_private_name_of_an_imported_module():
    reached = []
    for name, tree in MODULES.items():
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hepatrial")
            for alias in node.names
        }
        reached += [
            f"{name} line {node.lineno}: {ast.unparse(node)}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and private(node.attr)
            and isinstance(node.value, ast.Name)
            and node.value.id in imported
        ]
    assert reached == []


def is_script(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.If) and "__main__" in ast.unparse(node.test) for node in tree.body)


def names_its_public(tree: ast.Module) -> bool:
    """Whether a package says in ``__all__`` what a user may import from it."""
    return any(
        isinstance(node, ast.Assign) and "__all__" in ast.unparse(node.targets[0]) for node in tree.body
    )


def public_homes() -> set[str]:
    """Modules behind the names of the package itself."""
    return {getattr(hepatrial, name).__module__.removeprefix("hepatrial.") for name in hepatrial.__all__}


def test_every_module_is_used_by_a_command_the_public_names_or_a_script():
    reached: set[str] = set()
    waiting = {"", "cli", *public_homes()}
    waiting |= {
        name
        for name, tree in MODULES.items()
        if is_script(tree) or name.endswith("__main__") or names_its_public(tree)
    }
    while waiting:
        name = waiting.pop()
        reached.add(name)
        parents = {".".join(name.split(".")[:end]) for end in range(1, name.count(".") + 1)}
        waiting |= ({each.module for each in IMPORTS if each.importer == name} | parents) - reached
    assert sorted(set(MODULES) - reached) == []


def test_no_module_uses_a_star():
    assert told([each for each in IMPORTS if "*" in each.names]) == []


def test_the_drawing_names_every_room():
    rows = re.findall(r"^\| (.+?) \|", DRAWING.read_text(encoding="utf-8"), re.MULTILINE)
    named = {word.rstrip("/").removesuffix(".py") for row in rows for word in re.findall(r"`([^`]+)`", row)}
    assert named == set(FLOW)
