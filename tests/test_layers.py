"""Do the imports of the package point downward? Each room may use what lies below it, never what lies above.

An import is an arrow from one file to another. All of them count: those inside functions, and those that only type
checkers follow. The table ``LAYERS`` is the whole rule; a new room gets a line in it.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from helpers import ROOT

PACKAGE = ROOT / "src/kratomlaw"

LAYERS: tuple[tuple[str, ...], ...] = (
    # Bottom first. Rooms and files of one line may not use each other. The most exact name of a module decides:
    # law.words lies below the errors, which may carry its words; the rest of law lies above them.
    ("version", "install"),
    ("law.docstrings",),
    ("law.plain", "law.texts"),
    ("law.words",),
    ("errors",),
    ("law",),
    ("places",),
    ("data",),
    ("presentation",),
    ("updates",),
    ("settings",),
    ("client",),
    ("serving",),
    ("export",),  # below frames: a frame of timelines is one of its flat tables
    ("notebook", "frames", "web", "mcp_server", "maintain.records"),
    ("maintain.review",),
    ("maintain.release",),
    ("maintain",),
    ("cli",),
    ("__main__",),
)
ROOT_PACKAGE = "the package itself"
USES_ROOT_PACKAGE = ("cli", "web", "mcp_server", "__main__")
"""The rooms that may write ``from kratomlaw import …`` as a user does; to everything below it is an arrow that points up."""
EMPTY_ROOMS = (
    "law", "places", "data", "updates", "maintain", "maintain.records", "maintain.review", "maintain.release",
    "web.api", "web.site", "web.maps", "serving",
)  # fmt: skip
MOST_FILES = 10


def module_of(file: Path) -> str:
    """``law/dates.py`` is ``law.dates``, ``web/__init__.py`` is ``web``, the package's own ``__init__.py`` is the empty text."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def targets(node: ast.AST, file: Path) -> Iterator[str]:
    """The modules of the package that one statement imports."""
    if isinstance(node, ast.Import):
        for name in node.names:
            if name.name.partition(".")[0] == "kratomlaw":
                yield nearest(name.name.removeprefix("kratomlaw").lstrip("."))
    elif isinstance(node, ast.ImportFrom):
        here = (*file.relative_to(PACKAGE).parts[:-1],)
        if node.level:
            # One dot is the folder of the file, each further dot the folder above.
            base = here[: len(here) - node.level + 1]
        elif (node.module or "").partition(".")[0] == "kratomlaw":
            base = ()
        else:
            return
        inside = (node.module or "") if node.level else (node.module or "").removeprefix("kratomlaw").lstrip(".")
        origin = ".".join(filter(None, (*base, inside)))
        for name in node.names:
            # "from ..law import engine" means the file engine; "from ..law.engine import answer" means it too.
            yield nearest(f"{origin}.{name.name}".lstrip("."))


def nearest(name: str) -> str:
    """The module that a dotted name is or lies in."""
    while name not in FILES:
        name = name.rpartition(".")[0]
    return name


def arrows() -> dict[tuple[str, str], int]:
    """Who imports whom, with the line of the import."""
    found: dict[tuple[str, str], int] = {}
    for module, file in FILES.items():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for target in targets(node, file):
                if target != module:
                    found.setdefault((module, target), getattr(node, "lineno", 0))
    return found


ARROWS = arrows()


def layer(module: str) -> tuple[int, str]:
    """The height of a module and the name of the layer that it belongs to."""
    if not module:
        return len(LAYERS), ROOT_PACKAGE
    name = module
    while name:
        for height, names in enumerate(LAYERS):
            if name in names:
                return height, name
        name = name.rpartition(".")[0]
    return len(LAYERS), ""


def path(module: str) -> str:
    return FILES[module].relative_to(ROOT).as_posix()


def test_every_file_has_a_layer() -> None:
    lost = [path(module) for module in FILES if not layer(module)[1]]
    assert not lost, f"{lost} are in no layer. Add each to LAYERS in tests/test_layers.py, above all that it imports."


def test_every_arrow_points_down() -> None:
    wrong: list[str] = []
    for (user, used), line in ARROWS.items():
        (above, room), (below, other) = layer(user), layer(used)
        if room == other or below < above or not (room and other):
            continue
        if used == "" and room in USES_ROOT_PACKAGE:
            continue
        where = "beside" if above == below else "above"
        wrong.append(
            f"{path(user)}:{line} imports {path(used)}, but {other} lies {where} {room}. "
            f"Move what both need into a file below {room}, or hand it over as an argument."
        )
    assert not wrong, f"{len(wrong)} imports do not point down:\n" + "\n".join(wrong)


def circles() -> Iterable[list[str]]:
    """The sets of files that import each other in a circle (strongly connected components, by Tarjan)."""
    uses: dict[str, list[str]] = {module: [] for module in FILES}
    for user, used in ARROWS:
        # A package's __init__ gathers names for users; a room that asks through it is judged by the arrows above.
        if used:
            uses[user].append(used)
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(module: str) -> Iterator[list[str]]:
        order[module] = low[module] = len(order)
        stack.append(module)
        for used in uses[module]:
            if used not in order:
                yield from visit(used)
                low[module] = min(low[module], low[used])
            elif used in stack:
                low[module] = min(low[module], order[used])
        if low[module] == order[module]:
            circle = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(circle) > 1:
                yield circle

    for module in FILES:
        if module not in order:
            yield from visit(module)


def test_no_files_import_each_other_in_a_circle() -> None:
    found = [
        " and ".join(path(module) for module in sorted(circle)) + " import each other: "
        + ", ".join(f"{path(a)}:{line} → {path(b)}" for (a, b), line in ARROWS.items() if {a, b} <= {*circle})
        + ". Move what they share into a file of its own below both."
        for circle in circles()
    ]  # fmt: skip
    assert not found, "\n".join(found)


def test_few_files_stand_at_the_front_door() -> None:
    files = sorted(file.name for file in PACKAGE.glob("*.py"))
    assert len(files) <= MOST_FILES, (
        f"{len(files)} files directly in src/kratomlaw ({', '.join(files)}): move some into a room"
    )


@pytest.mark.parametrize("room", EMPTY_ROOMS)
def test_a_room_has_an_empty_init(room: str) -> None:
    """Whoever imports one file of a room must not pay for the others."""
    file = PACKAGE / room.replace(".", "/") / "__init__.py"
    code = ast.parse(file.read_text("utf-8")).body
    assert not code, f"{file.relative_to(ROOT).as_posix()} must be empty: import from the files of the room instead"


def test_every_file_says_which_question_it_answers() -> None:
    silent = [
        path(module)
        for module, file in FILES.items()
        if (text := file.read_text("utf-8")) and not text.startswith('"""')
    ]
    assert not silent, f"These files have no docstring in their first line: {silent}"
