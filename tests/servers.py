"""A real server for tests of HTTP: ``kratomlaw serve`` in a process of its own, on a free port of loopback."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

__all__ = ["serving"]


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """``kratomlaw serve`` on a free port, and a client for it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kratomlaw", "serve", "--port", "0", *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stderr is not None
    try:
        said = ""
        while "Uvicorn running on" not in said:
            said = process.stderr.readline()
            assert said, "the server ended before it listened"
        address = re.search(r"http://[\d.]+:\d+", said)
        assert address is not None
        with httpx.Client(base_url=address[0], timeout=30, trust_env=False) as client:
            yield client, process
    finally:
        process.terminate()
        process.communicate(timeout=30)
