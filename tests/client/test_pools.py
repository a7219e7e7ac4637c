"""A ``KratomLaw`` is copied and handed to the processes of a pool, by every way in which processes start."""

import copy
import multiprocessing
import pickle
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

import kratomlaw
from kratomlaw import InvalidQueryError, KratomLaw, NoSourceError
from kratomlaw.updates.transports import FetchRequest, FetchResponse

ON = "2026-01-15"
PLACES = ("US-LA", "New Orleans, LA", "TH", "Denver, CO")
METHODS = [
    method
    for method in multiprocessing.get_all_start_methods()
    if method != "fork" or sys.platform == "linux"  # elsewhere the system's own libraries do not survive it
]
Copy = Callable[[KratomLaw], KratomLaw]


def by_pickle(law: KratomLaw) -> KratomLaw:
    made: KratomLaw = pickle.loads(pickle.dumps(law))  # noqa: S301  # our own
    return made


COPIES = [copy.copy, copy.deepcopy, by_pickle]


class _Empty:
    """A client of an application that can be handed over."""

    def fetch(self, request: FetchRequest) -> FetchResponse:
        return FetchResponse(404, {}, b"")


class _WithLock(_Empty):
    """A client of an application that cannot."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


@pytest.fixture
def used(tmp_path: Path) -> KratomLaw:
    """An instance with settings, data and locks that were used."""
    law = KratomLaw(
        source="memory://kratom", fetcher=_Empty(), cache_dir=tmp_path, max_age=timedelta(days=9_999), version=None
    )
    law.lookup("US-LA", on=ON)
    law.refresh()
    law.configure(source="memory://kratom", fetcher=_Empty(), cache_dir=tmp_path, max_age=timedelta(days=8_888))
    law.lookup("US-LA", on=ON)
    return law


@pytest.mark.parametrize("method", METHODS)
def test_a_pool_gets_it_and_answers_alike(used: KratomLaw, method: str) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        answers = list(pool.map(used.lookup, PLACES, chunksize=2))
        settings = pool.submit(_max_age_of, used).result()
    assert answers == [used.lookup(place) for place in PLACES]
    assert settings == timedelta(days=8_888)


def _max_age_of(law: KratomLaw) -> timedelta:
    law.refresh()
    return law._state.settings.max_age


@pytest.mark.parametrize("method", METHODS)
def test_an_error_comes_back_from_a_pool(used: KratomLaw, method: str) -> None:
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool,
        pytest.raises(kratomlaw.AmbiguousPlaceError) as caught,
    ):
        pool.submit(used.lookup, "Georgia").result()
    assert caught.value.candidates


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_has_the_settings_and_a_life_of_its_own(used: KratomLaw, copied: Copy) -> None:
    made = copied(used)
    assert type(made) is KratomLaw
    assert made.lookup("TH", on=ON) == used.lookup("TH", on=ON)
    assert made._state.settings.max_age == timedelta(days=8_888)
    made.configure()
    with pytest.raises(NoSourceError):
        made.refresh()
    assert used.refresh().outcome == "kept"


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_keeps_what_a_subclass_adds(copied: Copy) -> None:
    law = _Shop()
    law.name = "Leaf & Co."
    assert getattr(copied(law), "name", None) == "Leaf & Co."


class _Shop(KratomLaw):
    name = ""


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_does_not_refresh_in_the_background(copied: Copy) -> None:
    with KratomLaw(auto_refresh=timedelta(hours=1), offline=True, source="https://law.example.org") as law:
        before = threading.active_count()
        with copied(law) as made:
            assert threading.active_count() == before
            assert made.lookup("TH", on=ON).is_banned is law.lookup("TH", on=ON).is_banned


def test_a_copy_of_one_that_has_read_its_data_does_not_read_it_again(used: KratomLaw) -> None:
    assert copy.deepcopy(used)._state is used._state


def test_a_client_that_cannot_be_handed_over_is_said_with_what_to_do(tmp_path: Path) -> None:
    law = KratomLaw(source="memory://kratom", fetcher=_WithLock(), cache_dir=tmp_path)
    with pytest.raises(InvalidQueryError, match="of type _WithLock cannot be handed") as caught:
        pickle.dumps(law)
    assert "initializer" in caught.value.hint
    assert copy.deepcopy(law).lookup("TH", on=ON) == law.lookup("TH", on=ON)


def test_a_snapshot_says_what_to_hand_over_instead() -> None:
    with KratomLaw().at_one_version() as view:
        assert copy.copy(view) is copy.deepcopy(view) is view
        with pytest.raises(InvalidQueryError, match="cannot be handed") as caught:
            pickle.dumps(view)
    assert "at_one_version()" in caught.value.hint
