"""`catsex evaluate my_photos`, or `python -m catsex evaluate my_photos`: the scripts by their names, from anywhere."""

import ast
import difflib
import runpy
import sys
from pathlib import Path

import catsex

TAKE_NO_DATA = ("predict", "export", "predict_original", "report", "fetch_cats", "page")


HERE = Path(__file__).parent
SCRIPTS = next(folder for folder in (HERE / "scripts", HERE.parent / "scripts") if folder.is_dir())  # installed, or not


def scripts():
    """Return {name: first line of its docstring} of all scripts."""
    said = {path.stem: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in SCRIPTS.glob("*.py")}
    return {name: (text or "").partition("\n")[0] for name, text in sorted(said.items())}


def main():
    """Run the script that the first argument names. For one that takes `--data`, a name right after it is the data."""
    known = scripts()
    name, *rest = sys.argv[1:] or ["--help"]
    if name in ("-V", "--version"):
        print(f"catsex {catsex.__version__}")
        return 0
    if name in ("-h", "--help", "help"):
        if rest and rest[0] in known:
            return _run(rest[0], ["--help"])
        width = max(map(len, known))
        print("usage: catsex NAME [my_photos] [--help] …\n")
        print("\n".join(f"  {name:<{width}}  {text}" for name, text in known.items()))
        return 0
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
        print(f"catsex: no command {name!r}; {advice}", file=sys.stderr)
        return 2
    if rest and not rest[0].startswith("-") and name not in TAKE_NO_DATA:
        rest = ["--data", *rest]
    return _run(name, rest)


def _run(name, arguments):
    """Run a script, which ends the process with its exit status."""
    path = str(SCRIPTS / f"{name}.py")
    sys.argv = [path, *arguments]
    try:
        runpy.run_path(path, run_name="__main__")
    except KeyboardInterrupt:  # while it imports; once it runs, the script itself says so
        print("stopped", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
