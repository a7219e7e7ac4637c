"""Do results show themselves in real notebooks? JupyterLab and marimo, light and dark, in Chromium, without a network.

It writes a notebook, runs it, opens it in both, checks what is to be seen, and keeps pictures for people to look at:
``nox -s notebooks -- FOLDER``. JupyterLab and marimo are installed by that session; nothing else needs them.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

CELLS = (
    "import kratomlaw\nfrom kratomlaw.web import map_svg, timeline_svg",
    "kratomlaw.lookup('New Orleans, Louisiana', on='2026-01-15')",
    "kratomlaw.lookup('Denver, CO', on='2026-11-23', product='7-oh')",
    "kratomlaw.timeline('Rhode Island')",
    "kratomlaw.changes('2020-01-01')",
    "kratomlaw.changes('2025-08-01', '2025-08-02', within='US-LA')",
    "kratomlaw.jurisdictions()",
    "kratomlaw.decide('Denver, CO', on='2026-11-23', age=30)",
    "kratomlaw.decide_trip([('US-TX', '2026-10-01'), ('US-LA', '2026-10-03'), ('US-OH', '2026-10-05')], age=30)",
    "map_svg('us', on='2026-11-23')",
    "timeline_svg('US-LA')",
)
SHOWN = len(CELLS) - 1
HIGHEST = 1000
"""A screen: no result may be higher, in pixels."""
WIDTH, HEIGHT = 1440, 9000  # all cells at once, as notebooks draw only what is on the screen
READ = {
    "jupyterlab": "return [...document.querySelectorAll('.jp-OutputArea-output.jp-OutputArea-executeResult, "
    ".jp-OutputArea-executeResult .jp-OutputArea-output')]",
    "marimo": "return [...document.querySelectorAll('.output-area')].filter("
    "(one) => one.innerText.trim() || one.querySelector('svg, img'))",
}
MEASURE = """.map((one) => ({
  height: one.getBoundingClientRect().height,
  overflow: one.scrollWidth - one.clientWidth,
  table: Boolean(one.querySelector('table, li')),
  formula: Boolean(one.querySelector('mjx-container, .MathJax, .katex')),
  picture: Boolean(one.querySelector('svg, img')),
  text: one.innerText.slice(0, 60)}))"""


def main() -> None:
    """Check both, in both lights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where the pictures go; nowhere without it")
    pictures: Path | None = parser.parse_args().folder
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as made:
        write_notebooks(Path(made))
        for dark in (False, True):
            for name, serving in (("jupyterlab", jupyterlab), ("marimo", marimo)):
                kept = pictures / f"{name}-{'dark' if dark else 'light'}.png" if pictures else None
                with serving(Path(made), dark=dark) as address, chromium(dark=dark) as browser:
                    wrong += [f"{name}: {each}" for each in look(browser, address, READ[name], kept)]
    print("\n".join(wrong) or f"{SHOWN} results show themselves in JupyterLab and marimo, light and dark.")
    sys.exit(bool(wrong))


def write_notebooks(folder: Path) -> None:
    """Write the same cells for both; the notebook of Jupyter is run here, by its own kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in CELLS])
    nbformat.write(notebook, folder / "try.ipynb")
    for run in (("nbconvert", "--to", "notebook", "--execute", "--inplace"), ("nbformat.sign",)):
        # Signed, as a notebook is that its reader has run himself: JupyterLab shows no SVG of strangers.
        command = [sys.executable, "-m", *run, "try.ipynb"]
        subprocess.run(command, cwd=folder, env=environment(folder), check=True, stderr=subprocess.DEVNULL)
    names = "kratomlaw, map_svg, timeline_svg"
    cells = [f"@app.cell\ndef _({names}):\n    {each}\n    return\n" for each in CELLS[1:]]
    first = CELLS[0].replace("\n", "\n    ")
    begin = f'import marimo\napp = marimo.App(width="medium")\n\n@app.cell\ndef _():\n    {first}\n    return {names}\n'
    (folder / "try_marimo.py").write_text("\n\n".join((begin, *cells)), "utf-8")


@contextmanager
def jupyterlab(folder: Path, *, dark: bool) -> Iterator[str]:
    """JupyterLab on loopback, with a theme, asking nobody for news."""
    settings = folder / f"settings-{dark}" / "@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}), "utf-8")
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet), "utf-8")
    port = free_port()
    command = (
        "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--allow-root",
        f"--LabApp.user_settings_dir={folder / f'settings-{dark}'}",
        f"--LabApp.workspaces_dir={folder / f'workspaces-{dark}'}",
    )  # fmt: skip
    with serving(command, folder, port):
        yield f"http://127.0.0.1:{port}/lab/tree/try.ipynb"


@contextmanager
def marimo(folder: Path, *, dark: bool) -> Iterator[str]:
    """The same cells in marimo on loopback, run when the page is opened."""
    theme = "dark" if dark else "light"
    (folder / "pyproject.toml").write_text(f'[tool.marimo.display]\ntheme = "{theme}"\n', "utf-8")
    port = free_port()
    command = ("-m", "marimo", "run", "try_marimo.py", "--headless", "--no-token", "--port", str(port))
    with serving(command, folder, port):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def serving(command: tuple[str, ...], folder: Path, port: int) -> Iterator[None]:
    """A server, until it is no longer needed."""
    log = (folder / f"{port}.log").open("wb")
    started = subprocess.Popen([sys.executable, *command], cwd=folder, env=environment(folder), stdout=log, stderr=log)
    with log, started as server:
        try:
            WebDriverWait(server, 60).until(lambda running: running.poll() is None and answers(port))
            yield
        finally:
            server.terminate()


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's own is read or written, and nobody is asked for news."""
    return {**os.environ, "JUPYTER_DATA_DIR": str(folder / "data"), "MARIMO_SKIP_UPDATE_CHECK": "1"}


def answers(port: int) -> bool:
    """Whether a server is up."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def chromium(*, dark: bool) -> Iterator[webdriver.Chrome]:
    """A browser with a very high window that knows no host but this machine."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(next(filter(None, map(shutil.which, ("chromium", "google-chrome")))))
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", offline):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield browser
    finally:
        browser.quit()


def look(browser: webdriver.Chrome, address: str, read: str, kept: Path | None) -> Iterator[str]:
    """Open a notebook, and say what is wrong with how its results look."""
    browser.get(address)
    seen: list[dict[str, Any]] = []
    began = time.monotonic()
    while len(seen) < SHOWN and time.monotonic() - began < 120:
        time.sleep(1)
        seen = browser.execute_script(read + MEASURE)
    time.sleep(2)  # pictures are drawn a moment after they are there
    seen = browser.execute_script(read + MEASURE)
    if kept is not None:
        browser.save_screenshot(str(kept))
    if len(seen) != SHOWN:
        yield f"{len(seen)} results are shown, not {SHOWN}"
    for cell, one in zip(CELLS[1:], seen, strict=False):
        if one["height"] > HIGHEST:
            yield f"{cell} is {one['height']:.0f} px high"
        if one["overflow"] > 1:
            yield f"{cell} is {one['overflow']} px too wide"
        if one["formula"]:
            yield f"{cell} has sums of money that are shown as formulas"
        if not one["picture" if "svg" in cell else "table"]:
            yield f"{cell} is shown as {one['text']!r}"


if __name__ == "__main__":
    main()
