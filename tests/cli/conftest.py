"""The surroundings of every command in these tests: no settings of the machine, and data that is never stale."""

import os

import pytest

import kratomlaw

SETTINGS = {"KRATOMLAW_MAX_AGE": "99999", "KRATOMLAW_OFFLINE": "1"}


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KRATOMLAW_")]:
        monkeypatch.delenv(name)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    # The instance behind the module's functions may have been made with other settings.
    kratomlaw.configure()
