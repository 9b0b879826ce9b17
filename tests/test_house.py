"""The drawing of the house: who may import whom, and what an import may load."""

import ast
import collections
import graphlib
import json
import re
from pathlib import Path

import imported
import pytest

import catsex

PACKAGE = Path(catsex.__file__).parent
ROOT = PACKAGE.parent
GROUND = {
    "backend",
    "constants",
    "downloads",
    "errors",
    "files",
    "numerals",
    "products",
    "progress",
    "quiet",
    "sentences",
}
BELOW = {
    "photos": set(),
    "datasets": {"photos"},
    "pretrained": {"photos"},
    "network": {"photos"},
    "report": {"photos"},
    "prediction": {"photos"},
    "evaluation": {"photos", "network"},
    "cluster": {"photos", "network"},
    "page": {"photos", "network", "prediction", "evaluation"},
    "api": {"photos", "datasets", "pretrained", "network", "report", "prediction", "evaluation", "cluster"},
    "cli": {"photos", "network", "prediction", "api"},
    "": {"api"},  # the package's own __init__, which hands on what `api` offers
    "__main__": {"cli"},
}
DOORS = {"", "__main__", "api", "cli"}
# Most lines of a module, most lines of a function without its docstring, most modules of a folder.
LINES, FUNCTION_LINES, MODULES_OF_A_FOLDER = 250, 45, 14


def module_name(path):
    """Return the dotted name of a file in the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(name, source, modules):
    """Return the modules of `modules` that one of them imports, also inside its functions.

    `from package import name` is an import of `package.name` where that is a module, else of the package.
    """
    found = set()
    package = name if MODULES.get(name, Path()).name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            origin = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                found.add(inner if inner in modules else origin)
    return (found & set(modules)) - {name}


IMPORTS = {name: imports(name, path.read_text(encoding="utf-8"), MODULES) for name, path in MODULES.items()}


def room(name):
    """Return the wing or the file of the ground floor that a module is in; "" for the package's own `__init__`."""
    return [*name.split("."), ""][1]


def forbidden(importer, imported):
    """Return whether the drawing has no arrow from the one module to the other."""
    here, there = room(importer), room(imported)
    if there in {here, ""}:  # the package's own __init__ has the version
        return False
    if here in GROUND:
        return there not in GROUND
    return there not in GROUND | BELOW[here]


def test_imports_of_all_kinds_are_seen():
    source = (
        "import catsex.files\nfrom catsex import quiet\ndef f():\n    from catsex.network.model import frozen_part\n"
    )
    source += "    from . import weights\n    from ..photos import exif, PhotoSet\n    import numpy\n"
    expected = {"files", "quiet", "network.model", "pretrained.weights", "photos.exif", "photos"}
    assert imports("catsex.pretrained.sanity", source, MODULES) == {f"catsex.{name}" for name in expected}


def test_every_module_has_a_place_in_the_drawing():
    assert {room(name) for name in MODULES} <= GROUND | set(BELOW)
    assert set(BELOW) <= {room(name) for name in MODULES}


def test_every_module_has_a_test_file_of_its_name():
    modules = [path.relative_to(PACKAGE) for path in MODULES.values() if path.name != "__init__.py"]
    missing = [str(path) for path in modules if not (ROOT / "tests" / path.parent / f"test_{path.name}").is_file()]
    assert not missing


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("photos.decoding.images", "network.model"),
        ("pretrained.sanity", "network.model"),
        ("files", "photos"),
        ("report", "cli"),
        ("api", "cli"),
        ("network.features", "cluster"),
    ],
)
def test_an_arrow_that_is_not_drawn_is_found(importer, imported):
    assert forbidden(f"catsex.{importer}", f"catsex.{imported}")


def test_imports_point_downwards_only_and_wings_do_not_know_each_other():
    wrong = [(a, b) for a, found in IMPORTS.items() for b in sorted(found) if forbidden(a, b)]
    assert not wrong, "\n".join(f"{a} imports {b}" for a, b in wrong)


def test_imports_between_modules_have_no_circle():
    # A package's __init__ imports its modules, and importing a module runs it: that is no circle in the drawing.
    modules = {name: {b for b in found if b != "catsex"} for name, found in IMPORTS.items()}
    try:
        list(graphlib.TopologicalSorter(modules).static_order())
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_folder_can_be_seen_at_one_look():
    counted = collections.Counter(path.parent for path in MODULES.values() if path.name != "__init__.py")
    assert not {str(folder): count for folder, count in counted.items() if count > MODULES_OF_A_FOLDER}


def length(function):
    """Return the number of lines of a function without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    return function.end_lineno - function.lineno + 1 - documented * (first.end_lineno - first.lineno + 1)


def test_modules_and_functions_are_short():
    too_long = []
    for path in [*MODULES.values(), *sorted((ROOT / "scripts").glob("*.py"))]:
        source = path.read_text(encoding="utf-8")
        if (lines := len(source.splitlines())) > LINES:
            too_long.append(f"{path.name}: {lines} lines")
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        too_long += [f"{path.name}: {f.name}" for f in functions if length(f) > FUNCTION_LINES]
    assert not too_long, "\n".join(too_long)


def test_no_library_module_reads_the_command_line():
    for name, path in MODULES.items():
        if room(name) in DOORS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            argv = isinstance(node, ast.Attribute) and node.attr == "argv" and ast.unparse(node.value) == "sys"
            argv |= isinstance(node, ast.ImportFrom) and node.module == "sys" and "argv" in {a.name for a in node.names}
            assert not argv, f"{path}:{node.lineno} reads sys.argv"
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert "argparse" not in modules, f"{path}:{node.lineno} imports argparse"
            if isinstance(node, ast.FunctionDef):
                names = {a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
                assert "args" not in names, f"{path}:{node.lineno} {node.name} takes the script's arguments"


def loaded(*command):
    """Run Python and return which of the heavy packages it imported."""
    done, modules = imported.run(*command, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(modules) > 10
    return sorted(imported.HEAVY & set(modules))


def test_imports_of_heavy_packages_are_seen():
    assert loaded("-c", "import skimage") == ["skimage"]


@pytest.mark.parametrize("wing", ["", *BELOW])
def test_a_wing_is_imported_without_keras(wing):
    assert loaded("-c", f"import {'.'.join(filter(None, ['catsex', wing]))}") == []


@pytest.mark.slow
@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "scripts").glob("*.py")))
def test_help_is_given_without_keras(script):
    assert loaded(str(ROOT / "scripts" / script), "--help") == []


def names_in(path):
    """Return what a module defines at its top level, or the keys at the top level of a JSON file."""
    if path.suffix == ".json":
        return set(json.loads(path.read_text(encoding="utf-8")))
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            found |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
    return found


def test_what_contributing_says_is_in_a_file_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| where is …? |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| .+ \| `(\S+)` \| `(\w+)` \|$", table, re.MULTILINE)
    assert len(rows) == table.count("\n") - 1 >= 10
    assert not [(file, name) for file, name in rows if name not in names_in(PACKAGE / file)]
