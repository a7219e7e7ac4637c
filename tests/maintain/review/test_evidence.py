"""What evidence is worth: whose sites texts stand at, what proves a law, and what the quality report makes of it."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from helpers import ROOT, make_period
from kratomlaw import DataError, Host, Period, Record
from kratomlaw.law.engine import evidence_through
from kratomlaw.maintain.records.compile import check_texts, read_records, record_files
from kratomlaw.maintain.records.hosts import NO_HOSTS, HostList, read_hosts, with_hosts
from kratomlaw.maintain.review.evidence_rules import EVIDENCE_RULES, all_citations
from kratomlaw.maintain.review.findings import Severity
from kratomlaw.maintain.review.headline import headline, hosts_of_texts
from kratomlaw.maintain.review.rules import advise, lint_context, rule_name
from kratomlaw.maintain.review.sample import SampleResult, Verdict

TODAY = date(2026, 11, 30)
HOSTS = HostList(
    {
        "gov": Host.OFFICIAL,
        "justia.com": Host.COPY,
        "paper.com": Host.PRESS,
        "github.com": Host.PRIVATE,
        "lists.org": Host.PRIVATE,
        "mirror.net": Host.PRIVATE,
        "wikipedia.org": Host.PRIVATE,
    },
    frozenset({"mirror.net"}),
    frozenset({"web.archive.org"}),
)


def cite(url: str | None, kind: str = "statute", supports: str = "The rule.", **more: object) -> dict[str, object]:
    return {"title": f"Source at {url}", "url": url, "kind": kind, "supports": supports, **more}


def period(*citations: dict[str, object], status: str = "banned", **more: object) -> Period:
    values = {"confidence": "low", "citations": citations, "note": "Newest source read is dated 2026."}
    return make_period("2020-01-01", status, **(values | more))


def broken(*periods: Period, hosts: HostList = HOSTS) -> list[str]:
    """The names of the rules on evidence that a record with these periods breaks."""
    record = with_hosts(Record(code="US-XX", name="Somewhere", verified_on=TODAY, periods=periods), hosts)
    on_evidence = {rule_name(rule) for rule in EVIDENCE_RULES}
    names = [name for name, _ in advise(record, lint_context({}, today=TODAY, hosts=hosts))]
    return [name for name in names if name in on_evidence]


OFFICIAL, COPY = cite("https://leg.mt.gov/1"), cite("https://law.justia.com/1")
FILE, NEWS = cite("https://github.com/a/b/blob/c/1"), cite("https://paper.com/1", "news")
LIST = cite("https://lists.org/1", "tracker")


class TestHosts:
    def test_the_longest_line_that_fits_decides(self) -> None:
        hosts = HostList({"gov": Host.OFFICIAL, "library.x.gov": Host.PRESS}, frozenset(), frozenset())
        assert hosts.host("https://a.library.x.gov/1") is Host.PRESS
        assert hosts.host("https://x.gov/1") is Host.OFFICIAL
        assert hosts.host("https://notgov/1") is None

    def test_an_archived_page_is_judged_by_the_page_inside(self) -> None:
        assert HOSTS.host("https://web.archive.org/web/2024/https://law.justia.com/x") is Host.COPY

    def test_a_host_of_two_classes_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "hosts.toml").write_text('official = ["a.gov"]\nprivate = ["a.gov"]\n', "utf-8")
        with pytest.raises(DataError, match=r"a\.gov is there twice"):
            read_hosts(tmp_path)

    def test_every_host_in_use_is_reviewed_and_every_line_is_in_use(self) -> None:
        hosts = read_hosts(ROOT / "data")
        records, _ = read_records(record_files(ROOT / "data"), ROOT / "data")
        urls = [cited.url for record in records.values() for _, cited in all_citations(record) if cited.url]
        assert [url for url in urls if hosts.entry(url) is None] == []
        assert {*hosts.classes} - {hosts.entry(url) for url in urls} == set()

    def test_nobody_writes_a_host_into_a_record(self) -> None:
        text = (
            (ROOT / "data/countries/lu.toml")
            .read_text("utf-8")
            .replace("supports =", 'host = "official"\n  supports =')
        )
        _, problems = check_texts({"countries/lu.toml": text.encode()}, NO_HOSTS)
        assert {problem.rule for problem in problems} == {"host-is-derived"}

    def test_an_unknown_host_is_an_error_where_there_is_a_list(self) -> None:
        assert broken(period(cite("https://new.example.com/1"))) == ["host-not-reviewed"]
        assert broken(period(cite("https://new.example.com/1")), hosts=NO_HOSTS) == []

    def test_an_archive_is_an_archive(self) -> None:
        assert broken(period(cite("https://leg.mt.gov/1", archive="https://leg.mt.gov/2"))) == ["host-not-reviewed"]


class TestConfidence:
    @pytest.mark.parametrize("citations", [(OFFICIAL,), (COPY, NEWS)])
    def test_high_is_the_law_at_an_official_address_or_a_copy_beside_a_second_source(
        self, citations: tuple[dict[str, object], ...]
    ) -> None:
        assert broken(period(*citations, confidence="high")) == []

    @pytest.mark.parametrize(
        "citations",
        [
            (COPY,),
            (COPY, cite("https://law.justia.com/2")),
            (FILE, NEWS),
            ({**OFFICIAL, "silent": True}, FILE),
            ({**OFFICIAL, "supports": "Against: no rule."}, FILE),
            (COPY, cite("https://lists.org/shop", "vendor")),
        ],
        ids=["a copy alone", "two pages of one copy", "a file", "silence", "against it", "a copy and a seller"],
    )
    def test_anything_less_is_not_high(self, citations: tuple[dict[str, object], ...]) -> None:
        assert "high-without-the-law-itself" in broken(period(*citations, confidence="high"))

    def test_two_pages_of_one_site_are_one_source_and_two_accounts_are_two(self) -> None:
        pages = (NEWS, cite("https://paper.com/2", "news"))
        accounts = (cite("https://github.com/a/b/1", "news"), cite("https://github.com/c/d/1", "news"))
        assert broken(period(*pages, confidence="medium")) == ["medium-from-one-site"]
        assert broken(period(*accounts, confidence="medium")) == []


class TestProof:
    def test_what_lists_alone_say_is_not_proven(self) -> None:
        seller = cite("https://lists.org/2", "vendor")
        assert broken(period(LIST, seller)) == ["proven-by-lists-alone"]
        assert broken(period(LIST, seller, standing="reported")) == []

    def test_a_digest_that_names_its_newspaper_is_a_report(self) -> None:
        assert broken(period(cite("https://lists.org/1", "tracker", "From the Paper (2026-08-01): adopted."))) == []

    def test_a_law_that_was_read_is_not_only_reported(self) -> None:
        assert broken(period(OFFICIAL, standing="reported")) == ["reported-though-the-law-was-read"]
        assert broken(period({**OFFICIAL, "silent": True}, LIST, standing="reported")) == []

    def test_nothing_rests_on_a_mirror_without_a_name(self) -> None:
        mirror = cite("https://mirror.net/1", "news")
        assert broken(period(mirror)) == ["rests-on-a-nameless-mirror"]
        assert broken(period(mirror, standing="reported")) == []
        assert broken(period(mirror, NEWS)) == []

    def test_an_encyclopedia_says_something_in_one_revision_only(self) -> None:
        page = "https://en.wikipedia.org/w/index.php?title=Kratom"
        for url, expected in ((page, ["encyclopedia-without-revision"]), (f"{page}&oldid=1234", [])):
            assert broken(period(cite(url, "encyclopedia"), NEWS)) == expected

    def test_minutes_are_no_law(self) -> None:
        assert broken(period({**OFFICIAL, "title": "Committee on Health, minutes of 3 May"})) == [
            "minutes-cited-as-law"
        ]

    def test_silent_sources_do_not_show_the_law_in_force(self) -> None:
        old, newer = {**NEWS, "published": "2020-01-01"}, {**LIST, "published": "2026-01-01", "silent": True}
        assert str(evidence_through(period(old, newer))) == "2020-01-01"


class TestReport:
    def test_it_leads_with_what_is_proven_and_how_often_citations_err(self) -> None:
        records = [
            Record(code=code, name=code, verified_on=TODAY, periods=(found,))
            for code, found in (
                ("US-AA", period({**OFFICIAL, "published": "2026-11-01"})),
                ("US-BB", period(LIST, standing="reported")),
                ("US-CC", period(LIST, status="unknown")),
            )
        ]
        counts = Counter(
            {Verdict.SAYS_IT: 58, Verdict.IN_PART: 4, Verdict.FALSE: 1, Verdict.WRONG_KIND: 3, Verdict.NOT_FOUND: 4}
        )
        lines = list(headline({"states": records}, [SampleResult(date(2026, 11, 29), None, counts)], TODAY))
        text = " ".join(" ".join(lines).split())
        assert "Of 3 places with a record the law of 2 is known" in text
        assert "1 (50%) are proven and 1 (50%) only reported" in text
        assert "of 70, 58 say what they are cited for, 4 in part, 1 false, 3 of the wrong kind, 4 not found" in text
        assert "Of the 66 that could be opened 12% (95 % interval 6% to 22%) have any fault" in text
        assert "| reported | 1 (50%) |" in lines
        assert "| undated | 1 (50%) |" in lines

    def test_it_lists_what_would_be_lost_with_one_site(self) -> None:
        records = {
            code: with_hosts(Record(code=code, name=code, verified_on=TODAY, periods=(found,)), HOSTS)
            for code, found in (
                *((f"US-A{number}", period(LIST, {**NEWS, "silent": True})) for number in range(3)),
                ("US-BB", period(NEWS)),
                ("US-CC", period(NEWS, LIST)),
            )
        }
        lines = list(hosts_of_texts(records, HOSTS, TODAY))
        assert "- `lists.org`, 3: US-A0 US-A1 US-A2." in lines
        assert "- A site that carries one or two records alone, 1: US-BB." in lines
        assert "| news | – | – | 5 | – | – | 3 |" in lines


def test_the_records_have_no_advice_of_the_weight_of_an_error() -> None:
    records, _ = read_records(record_files(ROOT / "data"), ROOT / "data")
    known = lint_context(records, today=TODAY, hosts=read_hosts(ROOT / "data"))
    errors = [
        f"{code} {advice}"
        for code, record in records.items()
        for _, advice in advise(record, known)
        if advice.severity is Severity.ERROR
    ]
    assert errors == []
