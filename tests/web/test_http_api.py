"""The HTTP API as programs in other languages use it: a real server on loopback, and its own description."""

import asyncio
import cProfile
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

import kratomlaw
from helpers import NEWER, ROOT
from kratomlaw import Answer, DatasetInfo, InvalidQueryError, KratomLaw, Record
from kratomlaw.data.bundled import bundled_counties
from kratomlaw.updates.manifest import DatasetFile, Manifest, dataset_name, write_manifest
from kratomlaw.web import create_app
from kratomlaw.web.api.responses import ChangeList, JurisdictionList, TimelineResult
from servers import serving

PROBLEM = "application/problem+json"
DATED = "/v1/lookup?place=US-LA&on=2026-01-15"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving() as (made, _):
        yield made


def ask(app: FastAPI, *addresses: str, **headers: str) -> list[httpx.Response]:
    """Ask an application in this process, its lifespan running."""

    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            return [await client.get(address, headers=headers) for address in addresses]

    return asyncio.run(asked())


class TestQuestions:
    def test_a_lookup_is_the_answer_of_the_library(self, client: httpx.Client) -> None:
        asked = client.get("/v1/lookup", params={"place": "Nashville, TN", "on": "2026-10-01", "product": "7-oh"})
        expected = kratomlaw.lookup("Nashville, TN", on="2026-10-01", product="7-oh")
        assert Answer.from_json(asked.content) == expected

    def test_a_place_may_be_given_in_parts(self, client: httpx.Client) -> None:
        asked = client.get("/v1/lookup", params={"country": "US", "state": "CO", "city": "Denver", "on": "2026-10-01"})
        expected = kratomlaw.lookup(country="US", state="CO", city="Denver", on="2026-10-01")
        assert Answer.from_json(asked.content) == expected

    def test_a_code_is_never_read_as_anything_else(self, client: httpx.Client) -> None:
        assert client.get("/v1/lookup", params={"code": "DE"}).json()["jurisdiction"]["name"] == "Germany"

    def test_without_a_day_the_question_is_about_today_in_utc(self, client: httpx.Client) -> None:
        before = datetime.now(UTC).date()
        told = date.fromisoformat(client.get("/v1/lookup", params={"place": "US-LA"}).json()["on"])
        assert before <= told <= datetime.now(UTC).date()

    def test_a_timeline_says_at_whose_level_it_is(self, client: httpx.Client) -> None:
        asked = client.get("/v1/timeline", params={"place": "New Orleans, Louisiana"})
        told = TimelineResult.from_json(asked.content)
        assert (told.jurisdiction.code, told.unmatched) == ("US-LA", "New Orleans")
        assert told.periods == kratomlaw.timeline("US-LA")

    def test_a_timeline_of_a_zip_code_of_several_places_is_not_guessed(self, client: httpx.Client) -> None:
        asked = client.get("/v1/timeline", params={"place": "IL 62002"})
        assert (asked.status_code, asked.json()["type"]) == (422, "urn:kratomlaw:ambiguous-place")
        assert "US-IL/alton" in {place["code"] for place in asked.json()["candidates"]}

    def test_a_timeline_keeps_to_the_county_that_is_named(self, client: httpx.Client) -> None:
        text = "Naperville, Will County, IL"
        asked = client.get("/v1/timeline", params={"place": text})
        assert TimelineResult.from_json(asked.content).periods == kratomlaw.timeline(text)

    def test_places_are_listed_by_level_and_status(self, client: httpx.Client) -> None:
        asked = client.get("/v1/jurisdictions?within=US&level=state&status=banned&on=2026-01-15")
        told = JurisdictionList.from_json(asked.content)
        assert told.jurisdictions == kratomlaw.jurisdictions(
            within="US", level="state", status="banned", on="2026-01-15"
        )
        assert "US-LA" in [place.code for place in told.jurisdictions]

    def test_changes_are_those_of_the_library(self, client: httpx.Client) -> None:
        asked = client.get("/v1/changes", params={"since": "2025-08-01", "until": "2025-09-01", "within": "US"})
        told = ChangeList.from_json(asked.content)
        assert told.changes == kratomlaw.changes("2025-08-01", "2025-09-01", within="US")

    def test_a_record_is_found_by_its_code(self, client: httpx.Client) -> None:
        assert Record.from_json(client.get("/v1/records/US-LA").content) == kratomlaw.record("US-LA")

    def test_the_dataset_tells_its_version(self, client: httpx.Client) -> None:
        told = DatasetInfo.from_json(client.get("/v1/dataset").content)
        assert (told.version, told.sha256) == (kratomlaw.dataset().version, kratomlaw.dataset().sha256)

    def test_following_next_lists_everything_once(self, client: httpx.Client) -> None:
        address: httpx.URL | None = client.base_url.join("/v1/jurisdictions?limit=37")
        codes: list[str] = []
        while address is not None:
            told = client.get(address).json()
            codes += [place["code"] for place in told["jurisdictions"]]
            address = address.join(told["next"]) if told["next"] else None
        assert codes == [place.code for place in kratomlaw.jurisdictions()]

    @pytest.mark.parametrize("path", ["/health", "/ready"])
    def test_a_server_with_data_is_healthy_and_ready(self, path: str, client: httpx.Client) -> None:
        assert client.get(path).status_code == 200


class TestProblems:
    @pytest.mark.parametrize(
        ("address", "status", "kind"),
        [
            ("/v1/lookup?place=Lemuria", 404, "urn:kratomlaw:unknown-place"),
            ("/v1/lookup?place=Georgia", 422, "urn:kratomlaw:ambiguous-place"),
            ("/v1/lookup?place=TX&on=2026-13-40", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/lookup?place=TX&on=1700000000", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/lookup?place=TX&product=tea", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/lookup?place=TX&code=US-TX", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/lookup", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/lookup?place=" + "x" * 201, 422, "urn:kratomlaw:invalid-question"),
            ("/v1/lookup?place=US-TX&place=US-LA", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/changes", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/jurisdictions?limit=1001", 422, "urn:kratomlaw:invalid-question"),
            ("/v1/records/US-ZZ", 404, "urn:kratomlaw:unknown-place"),
            ("/v1/nothing", 404, "about:blank"),
            ("/v1/lookup/", 404, "about:blank"),
            ("/v1/lookup?place=" + "x" * 9000, 414, "about:blank"),
        ],
    )
    def test_what_goes_wrong_is_told_as_problem_details(
        self, address: str, status: int, kind: str, client: httpx.Client
    ) -> None:
        asked = client.get(address)
        told = asked.json()
        assert (asked.status_code, asked.headers["content-type"]) == (status, PROBLEM)
        assert (told["status"], told["type"], told["instance"]) == (status, kind, address.partition("?")[0])
        assert told["title"]
        assert told["detail"]
        assert asked.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def test_only_reading_is_allowed(self, method: str, client: httpx.Client) -> None:
        asked = client.request(method, "/v1/lookup?place=US-LA")
        assert (asked.status_code, asked.headers["allow"], asked.headers["content-type"]) == (405, "GET, HEAD", PROBLEM)

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [("PUT", "/v1/decide", "GET, HEAD, POST"), ("GET", "/v1/lookups", "POST"), ("PUT", "/v1/decide-trip", "POST")],
    )
    def test_a_wrong_method_is_told_which_are_right(
        self, method: str, path: str, allowed: str, client: httpx.Client
    ) -> None:
        asked = client.request(method, path)
        assert (asked.status_code, asked.headers["allow"]) == (405, allowed)

    def test_a_large_body_is_refused(self, client: httpx.Client) -> None:
        asked = client.request("GET", DATED, content=b"x" * 20_000)
        assert (asked.status_code, asked.headers["content-type"]) == (413, PROBLEM)

    def test_a_body_of_unknown_length_is_refused(self, client: httpx.Client) -> None:
        asked = client.request("GET", DATED, content=iter([b"x"] * 3))
        assert (asked.status_code, asked.headers["content-type"]) == (411, PROBLEM)

    def test_an_unknown_place_comes_with_suggestions(self, client: httpx.Client) -> None:
        told = client.get("/v1/lookup", params={"place": "Tennesse"}).json()
        assert [place["code"] for place in told["suggestions"]] == ["US-TN"]

    def test_the_candidates_of_an_ambiguous_place_can_be_asked_by_code(self, client: httpx.Client) -> None:
        told = client.get("/v1/lookup", params={"place": "Georgia"}).json()
        codes = [place["code"] for place in told["candidates"]]
        assert codes == ["GE", "US-GA"]
        assert all(client.get("/v1/lookup", params={"code": code}).status_code == 200 for code in codes)

    def test_a_misspelt_parameter_is_refused_and_the_right_one_suggested(self, client: httpx.Client) -> None:
        asked = client.get("/v1/lookup", params={"place": "US-LA", "prodct": "7-oh"})
        assert asked.status_code == 422
        assert "product" in asked.json()["hint"]

    @pytest.mark.parametrize("address", ["/v1/lookup?place=US-LA", "/v1/changes?since=2026-01-01", "/v1/dataset?x=1"])
    def test_thousands_of_parameters_get_a_short_answer(self, address: str, client: httpx.Client) -> None:
        nonsense = "&".join(f"{number:x}=" for number in range(1_200))
        asked = client.get(f"{address}&{nonsense}")
        assert (asked.status_code, asked.json()["type"]) == (422, "urn:kratomlaw:invalid-question")
        assert len(asked.content) < 600

    def test_a_few_unknown_parameters_are_named(self, client: httpx.Client) -> None:
        asked = client.get("/v1/lookup?place=US-LA&" + "&".join(f"nonsense{'x' * 99}{number}=" for number in range(20)))
        assert [one["parameter"][:8] for one in asked.json()["parameters"]] == ["nonsense"] * 5
        assert len(asked.content) < 1_500

    def test_thousands_of_parameters_cost_no_more_than_a_few_ordinary_questions(self) -> None:
        """Counted in calls of functions, which are the same on every machine."""
        app = create_app()
        nonsense = f"place=US-LA&{'&'.join(f'{number:x}=' for number in range(1_200))}"
        ordinary, swamped = (
            min(calls_of(partial(lookup_bare, app, query)) for _ in range(3))
            for query in ("place=US-LA&on=2026-01-15", nonsense)
        )
        assert swamped < 5 * ordinary, f"{swamped:,} calls instead of {ordinary:,}"

    def test_codes_that_do_not_exist_leave_nothing_behind(self) -> None:
        """What is remembered of ``/v1/records/<anything>/x``, a question that strangers may ask without end."""
        for number in range(2_000):
            assert not bundled_counties(f"Q-{number}")
        assert bundled_counties.cache_info().currsize < 1_000

    def test_hints_name_parameters_of_the_api(self, client: httpx.Client) -> None:
        hint = client.get("/v1/lookup", params={"place": "62002"}).json()["hint"]
        assert '"62002, USA"' in hint
        assert client.get("/v1/lookup", params={"place": "62002, USA"}).json()["candidates"] != []
        assert "lookup(" not in hint

    def test_data_that_cannot_be_used_is_told_without_private_details(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret-folder" / "data.json"
        asked, ready, health = ask(create_app(KratomLaw(dataset=secret)), DATED, "/ready", "/health")
        assert (asked.status_code, ready.status_code, health.status_code) == (503, 503, 200)
        assert asked.json()["type"] == "urn:kratomlaw:no-data"
        assert "secret" not in asked.text
        assert asked.headers["retry-after"]

    def test_a_crash_is_told_without_private_details(self) -> None:
        class Broken(KratomLaw):
            def ask(self, *question: object) -> Answer:
                raise RuntimeError("a secret")

        (asked,) = ask(create_app(Broken()), DATED)
        assert (asked.status_code, asked.headers["content-type"]) == (500, PROBLEM)
        assert "secret" not in asked.text
        assert asked.headers["x-content-type-options"] == "nosniff"


class TestCaching:
    def test_what_is_still_good_is_not_sent_again(self, client: httpx.Client) -> None:
        first = client.get(DATED)
        again = client.get(DATED, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "cache-control"):
            assert again.headers[name] == first.headers[name]

    @pytest.mark.parametrize("form", ["*", "W/{tag}", '"other", {tag}', '"a,b",{tag}'])
    def test_all_forms_of_if_none_match_are_understood(self, form: str, client: httpx.Client) -> None:
        tag = client.get(DATED).headers["etag"]
        assert client.get(DATED, headers={"If-None-Match": form.format(tag=tag)}).status_code == 304

    @pytest.mark.parametrize("tag", ['"other"', "", "none"])
    def test_another_tag_gets_the_answer(self, tag: str, client: httpx.Client) -> None:
        assert client.get(DATED, headers={"If-None-Match": tag}).status_code == 200

    def test_the_tag_is_strong_and_begins_with_the_version_of_the_data(self, client: httpx.Client) -> None:
        assert client.get(DATED).headers["etag"].startswith(f'"{kratomlaw.dataset().version}-')

    def test_different_answers_have_different_tags(self, client: httpx.Client) -> None:
        addresses = [DATED, DATED.replace("15", "16"), DATED + "&product=7-oh", DATED.replace("LA", "TX")]
        assert len({client.get(address).headers["etag"] for address in addresses}) == len(addresses)

    def test_an_answer_about_today_is_not_kept_beyond_midnight(self, client: httpx.Client) -> None:
        now = datetime.now(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        control = client.get("/v1/lookup?place=US-LA").headers["cache-control"]
        age = re.fullmatch(r"public, max-age=(\d+), must-revalidate", control)
        assert age is not None
        # If midnight passed between the two, the whole next day lies ahead.
        assert int(age[1]) <= (midnight - now).total_seconds() or datetime.now(UTC) >= midnight

    def test_an_answer_about_a_day_is_kept_longer_than_one_about_today(self, client: httpx.Client) -> None:
        def seconds(address: str) -> int:
            return int(re.findall(r"max-age=(\d+)", client.get(address).headers["cache-control"])[0])

        assert seconds(DATED) > seconds("/v1/lookup?place=US-LA")

    @pytest.mark.parametrize("address", [DATED, "/v1/lookup?place=Lemuria", "/v1/nothing", "/openapi.json"])
    def test_head_says_what_get_says_without_the_body(self, address: str, client: httpx.Client) -> None:
        get, head = client.get(address), client.head(address)
        get.headers.pop("date")
        head.headers.pop("date")
        assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


class TestBrowsers:
    @pytest.mark.parametrize("address", [DATED, "/v1/nothing", "/openapi.json", "/health", "/v1/lookup?" + "x" * 9000])
    def test_every_response_is_data_and_the_server_does_not_boast(self, address: str, client: httpx.Client) -> None:
        headers = client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers

    def test_other_web_sites_may_not_ask_by_default(self, client: httpx.Client) -> None:
        headers = client.get(DATED, headers={"Origin": "https://shop.example"}).headers
        assert not [name for name in headers if name.startswith("access-control")]

    def test_a_named_web_site_may_ask_and_caches_keep_it_apart(self) -> None:
        app = create_app(cors_origins=["https://shop.example"])
        (allowed,) = ask(app, DATED, Origin="https://shop.example")
        (other,) = ask(app, DATED, Origin="https://other.example")
        (plain,) = ask(app, DATED)
        assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
        assert "access-control-allow-origin" not in other.headers
        assert [asked.headers["vary"] for asked in (allowed, other, plain)] == ["Origin"] * 3

    @pytest.mark.parametrize("origin", ["shop.example", "https://shop.example/", "ftp://shop.example", ""])
    def test_what_is_no_origin_is_refused_at_once(self, origin: str) -> None:
        with pytest.raises(InvalidQueryError):
            create_app(cors_origins=[origin])


class TestServing:
    def test_it_can_be_mounted_in_another_application(self) -> None:
        outer = FastAPI()
        outer.mount("/kratom", create_app())
        answer, problem, description = ask(
            outer, f"/kratom{DATED}", "/kratom/v1/lookup?place=Lemuria", "/kratom/openapi.json"
        )
        assert Answer.from_json(answer.content) == kratomlaw.lookup("US-LA", on="2026-01-15")
        assert problem.json()["instance"] == "/kratom/v1/lookup"
        assert description.json()["servers"] == [{"url": "/kratom"}]

    def test_two_applications_share_nothing(self, tmp_path: Path) -> None:
        other = write_newer_dataset(tmp_path)
        app = create_app(KratomLaw(dataset=other))
        versions = [ask(made, DATED)[0].json()["dataset_version"] for made in (app, create_app(), app)]
        assert versions == [NEWER, kratomlaw.dataset().version, NEWER]

    def test_it_ends_when_it_is_told_to(self) -> None:
        with serving() as (client, process):
            client.get(DATED)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        assert "Application shutdown complete" in said
        assert "Traceback" not in said

    def test_it_refreshes_in_the_background_where_a_source_is_configured(self, tmp_path: Path) -> None:
        offer(write_newer_dataset(tmp_path), tmp_path / "source")
        environment = {"KRATOMLAW_SOURCE_URL": str(tmp_path / "source"), "KRATOMLAW_CACHE_DIR": str(tmp_path / "cache")}
        with serving(**environment) as (client, _):
            deadline = datetime.now(UTC) + timedelta(seconds=30)
            versions = {client.get("/ready").json()["dataset_version"]}
            while NEWER not in versions and datetime.now(UTC) < deadline:
                versions.add(client.get("/ready").json()["dataset_version"])
        assert NEWER in versions

    def test_a_port_that_is_taken_is_told(self) -> None:
        with serving() as (client, _):
            done = subprocess.run(
                [sys.executable, "-m", "kratomlaw", "serve", "--port", str(client.base_url.port)],
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
        assert done.returncode != 0
        assert "address already in use" in done.stderr

    @pytest.mark.parametrize("command", ["serve", "mcp"])
    def test_a_setting_without_meaning_is_told_before_a_server_starts(self, command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "kratomlaw", command],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "KRATOMLAW_OFFLINE": "maybe"},
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "KRATOMLAW_OFFLINE" in done.stderr
        assert "Traceback" not in done.stderr

    def test_what_is_no_http_does_not_disturb_others(self, client: httpx.Client) -> None:
        for garbage in (b"\x00\xff\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /v1/lookup HTTP/1.1\r\nHost"):
            with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as connection:
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(4096)
        assert client.get(DATED).status_code == 200

    def test_maps_do_not_load_a_web_framework(self) -> None:
        code = "import sys, kratomlaw.web; sys.exit('fastapi' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def lookup_bare(app: FastAPI, query: str) -> None:
    """Ask an application without a client, which would itself take thousands of parameters apart."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/lookup",
        "raw_path": b"/v1/lookup",
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(message: object) -> None:
        pass

    asyncio.run(app(scope, receive, send))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions some work calls."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def write_newer_dataset(folder: Path) -> Path:
    """The bundled records as a newer version; the path of the file."""
    document: dict[str, Any] = json.loads((ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_text("utf-8"))
    document["version"] = NEWER
    file = folder / "dataset.json"
    file.write_text(json.dumps(document), "utf-8")
    return file


def offer(dataset: Path, folder: Path) -> None:
    """Make a source that offers one dataset."""
    content = dataset.read_bytes()
    version = json.loads(content)["version"]
    file = DatasetFile(
        version=version,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        file=dataset_name(version),
    )
    now = datetime.now(UTC)
    manifest = Manifest(
        schema=1,
        **file.model_dump(),
        created=now,
        expires=now + timedelta(days=30),
        requires="0.1",
        versions=(file,),
    )
    folder.mkdir()
    (folder / file.file).write_bytes(content)
    (folder / "manifest.json").write_bytes(write_manifest(manifest))


# A question may be well formed and still have no answer, as one about an ambiguous place.
DESCRIPTION = schemathesis.openapi.from_asgi(
    "/openapi.json",
    create_app(),
    config=SchemathesisConfig.from_dict(
        {
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 414, 422]},
                "negative_data_rejection": {"expected-statuses": [400, 404, 405, 414, 422]},
            }
        }
    ),
)


def keeps_to_the_description(path: str, method: str = "GET", *, rejects: bool = True) -> Any:
    """The test of one operation, under a name of its own.

    The items that schemathesis makes of one function share their id, and what shares an id may be lost where processes
    share the tests.
    """

    @DESCRIPTION.include(path=path, method=method).parametrize()
    @settings(max_examples=20, derandomize=True, database=None)
    def test(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(excluded_checks=[] if rejects else [negative_data_rejection])

    return test


test_lookup_keeps_to_the_description = keeps_to_the_description("/v1/lookup")
test_timeline_keeps_to_the_description = keeps_to_the_description("/v1/timeline")
test_jurisdictions_keep_to_the_description = keeps_to_the_description("/v1/jurisdictions")
test_changes_keep_to_the_description = keeps_to_the_description("/v1/changes")
test_records_keep_to_the_description = keeps_to_the_description("/v1/records/{code}")
test_dataset_keeps_to_the_description = keeps_to_the_description("/v1/dataset")
test_decide_keeps_to_the_description = keeps_to_the_description("/v1/decide")
test_decide_with_policy_keeps_to_the_description = keeps_to_the_description("/v1/decide", "POST")
test_decide_trip_keeps_to_the_description = keeps_to_the_description("/v1/decide-trip", "POST")
# A question of many that is wrong has a problem of its own, and the others are answered: nothing is rejected.
test_lookups_keep_to_the_description = keeps_to_the_description("/v1/lookups", "POST", rejects=False)
test_decisions_keep_to_the_description = keeps_to_the_description("/v1/decisions", "POST", rejects=False)
test_health_keeps_to_the_description = keeps_to_the_description("/health")
test_ready_keeps_to_the_description = keeps_to_the_description("/ready")


def test_every_operation_is_among_them() -> None:
    tested = sum(name.endswith("_to_the_description") and name.startswith("test_") for name in globals())
    assert tested == sum(map(len, create_app().openapi()["paths"].values()))


def test_the_description_explains_every_parameter_and_every_field() -> None:
    described = create_app().openapi()
    assert described["openapi"].startswith("3.1")
    silent = [
        f"{name}.{field}"
        for name, schema in described["components"]["schemas"].items()
        for field, content in schema.get("properties", {}).items()
        if not content.get("description")
    ]
    silent += [
        f"{path} {parameter['name']}"
        for path, methods in described["paths"].items()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    assert silent == []
