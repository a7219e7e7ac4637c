"""What does a page say about kratom? The words around the terms, free of layout, and what changed in them.

A page counts as changed when a sentence that names a term, or one next to it, is not found any more, or is new. It is
looked for in the whole text, so that a sentence that only moved, or was wrapped in another way, is no change:

    before  <p>Kratom is legal.</p><p>No sale under 18.</p>
    after   <div><span>Kratom</span> is legal.<br>No sale under 21.</div>
    change  no sale under [-18-]{+21+}
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from typing import Any, NamedTuple

__all__ = ["TERMS", "PageText", "diff_in_words", "is_about", "page_text", "read_html", "read_pdf", "sentences_of"]


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


TERMS = ("kratom", "mitragyn", "7-oh", "7 oh", "ketum", "кратом", "القرطوم", "卡痛", "帽柱木", "קרטום", "קראטום")
"""What names kratom or its alkaloids, in the languages in which the records cite it."""
_NEIGHBOURS = 5
"""How many sentences on each side of a term belong to it: the age limit often stands in the next paragraph."""
_MOST_TEXT = 600_000
"""Characters of a page that are looked at."""
_MOST_PDF_PAGES = 400
_MOST_COMPARED = 400
"""Pairs of sentences that are compared to show what became what."""
_MOST_WORDS = 600
"""Words of a sentence that are compared with another; a PDF file may have no full stops."""
_LEAST_WORDS = 4
"""A neighbour of fewer words is a label or a button."""
_LINKS = 0.6
"""A part of a page whose words are links to such a share is a menu, an advertisement or a list of headlines."""
_BLOCKS = _set(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6"
    " hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
_DROPPED = _set(
    "script style noscript template head svg math iframe object embed canvas audio video picture button select"
    " option textarea input nav aside footer header dialog menu"
)
_NAMES = (
    r"ads?|advert\w*|adsense|adsbygoogle|banner|promos?|promotion\w*|sponsor\w*|related|recommend\w*|share|sharing|social|cookies?"
    r"|consent|sidebar|comments?|newsletter|subscribe|subscription|breadcrumbs?|nav|navbar|navigation|menu|footer"
    r"|masthead|popup|modal|toolbar|pagination|pager|skip|trending"
)
_FURNITURE_NAME = re.compile(
    rf"(?:{_NAMES})(?:[-_].*)?|(?!(?:has|with|no|without)[-_]).*[-_](?:{_NAMES})", re.IGNORECASE
)
"""A class or id that begins or ends with such a word; "has-sidebar" is the name of what stands beside it."""
_FURNITURE_ROLES = _set("navigation banner contentinfo complementary search dialog alert menu")
_FURNITURE_WORDS = re.compile(
    r"\b(?:last (?:updated|modified|reviewed)|page (?:updated|views?)|updated on|views|visitors?|printed|retrieved|"
    r"accessed|copyright|all rights reserved|cookies?|subscribe|newsletter|advertis\w*|sponsored|sign up|log ?in|"
    r"zuletzt (?:aktualisiert|geändert)|aktualisiert am|stand vom|seitenaufrufe|"
    r"última (?:actualización|modificación)|actualizado|visitas|"
    r"mis à jour|dernière (?:mise à jour|modification)|consulté le|"
    r"diperbarui|dilihat|dikemas kini|последнее обновление|обновлено|просмотров|обновена|"
    r"最終更新日?|更新日|閲覧数|更新时间|浏览次数)",
    re.IGNORECASE,
)
_MOST_FURNITURE_WORDS = 14
_SENTENCE_END = re.compile(r"(?<=[.;:!?])\s+(?=[^a-z\s])|(?<=[。；！？])|\n{2,}")
_SAME_CHARACTERS = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "’": "'", "‘": "'"})
_KEPT = "%§$€£<>≤≥="


class PageText(NamedTuple):
    """The text of a page, as far as it is compared."""

    stream: str
    """All words, in their order, separated by one space."""
    relevant: tuple[str, ...]
    """The sentences that name a term, and their neighbours, as words."""

    @property
    def version(self) -> str:
        """A short name of this state of the text about kratom."""
        return sha256("\n".join(sorted(set(self.relevant))).encode()).hexdigest()[:12]


def page_text(sentences: Sequence[str], terms: Iterable[str] = ()) -> PageText:
    """Find the text around the terms.

    Args:
        sentences: The sentences of a page, in their order.
        terms: The words that a sentence is about kratom by; the usual ones when there are none.

    Returns:
        The words of the page, and of what is compared; ``relevant`` is empty when no sentence names a term.

    Example:
        >>> page_text(["Hello.", "Kratom is legal.", "No sale to people under 18."]).relevant
        ('kratom is legal', 'no sale to people under 18')
    """
    wanted = tuple(terms) or TERMS
    words = [_words(sentence) for sentence in sentences]
    hits = [index for index, sentence in enumerate(sentences) if is_about(sentence, wanted)]
    chosen: dict[int, None] = dict.fromkeys(hits)
    for hit in hits:
        for step in (-1, 1):
            chosen.update(dict.fromkeys(_neighbours(sentences, words, hit, step)))
    relevant = tuple(words[index] for index in sorted(chosen) if words[index])
    return PageText(" ".join(filter(None, words)), relevant)


def _neighbours(sentences: Sequence[str], words: Sequence[str], hit: int, step: int) -> Iterator[int]:
    """The sentences before or after one that names a term; labels and "Section 5." are passed over and not counted."""
    left = _NEIGHBOURS
    index = hit + step
    while left and 0 <= index < len(sentences):
        if not _is_furniture(sentences[index], words[index]):
            yield index
            left -= 1
        index += step


def is_about(text: str, terms: Iterable[str] = ()) -> bool:
    """Whether a text names one of the terms.

    Example:
        >>> is_about("K&#114;atom"), is_about("Mitragynine und 7‑OH"), is_about("kratom­blätter", ("KRATOM",))
        (False, True, True)
    """
    folded = _folded(text)
    return any(term in folded for term in _folded_terms(tuple(terms) or TERMS))


def diff_in_words(before: PageText, after: PageText) -> str:
    """Say in words what changed between two states of a page.

    Args:
        before: The older state.
        after: The newer state.

    Returns:
        The changed sentences with ``[-words that went-]`` and ``{+words that came+}``; empty when the text about
        kratom did not change.

    Example:
        >>> old = page_text(["Kratom is legal.", "No sale to people under 18."])
        >>> new = page_text(["No sale to people under 21.", "Kratom is legal."])
        >>> diff_in_words(old, new), diff_in_words(old, page_text(["Kratom is legal. No sale to people under 18."]))
        ('no sale to people under [-18-]{+21+}', '')
    """
    old, new = f" {before.stream} ", f" {after.stream} "
    removed = [sentence for sentence in before.relevant if f" {sentence} " not in new]
    added = [sentence for sentence in after.relevant if f" {sentence} " not in old]
    if not removed and not added:
        return ""
    if len(removed) * len(added) > _MOST_COMPARED:  # a page that was written again
        return f"[-{' … '.join(removed)}-] {{+{' … '.join(added)}+}}"
    parts: list[str] = []
    left = list(added)
    for sentence in removed:
        # Each sentence that went is shown against the most similar that came.
        best = max(left, key=lambda other: _likeness(sentence, other), default="")
        if best and _likeness(sentence, best) >= 0.5:
            left.remove(best)
            parts.append(_changed(sentence.split(), best.split()))
        else:
            parts.append(f"[-{sentence}-]")
    parts += [f"{{+{sentence}+}}" for sentence in left]
    return " … ".join(parts)


def read_html(content: bytes, *, charset: str | None = None, links: bool = False) -> list[str]:
    """Read the sentences of an HTML page, without menus, advertisements and the like.

    Args:
        content: The page.
        charset: The encoding that the server named; None when it named none.
        links: Whether parts are kept that consist of links.

    Returns:
        The sentences, in their order.

    Raises:
        ValueError: It cannot be read as HTML.

    Example:
        >>> read_html(b"<nav>Home</nav><p>Krat<b>om</b> is&nbsp;legal. No&shy;body may.</p>")
        ['Kratom is legal.', 'Nobody may.']
    """
    etree, html = _lxml()
    try:
        parser = html.HTMLParser(encoding=charset or _utf8_if_it_is(content))
        root: Any = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, LookupError, AssertionError) as cause:
        raise ValueError(f"it cannot be read as HTML: {cause}") from None
    main = root.xpath("//main|//article|//*[@role='main']")
    found = [sentence for part in _outermost(main) for sentence in _html_sentences(part, links)]
    # A page may mark a teaser as its article.
    return found if sum(map(len, found)) > 400 else list(_html_sentences(root, links))


def read_pdf(content: bytes) -> list[str]:
    """Read the sentences of a PDF file, without headings and numbers that recur on its pages.

    Args:
        content: The file.

    Returns:
        The sentences, in their order; none when its pages are pictures.

    Raises:
        ValueError: It cannot be read.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = PdfReader(BytesIO(content)).pages
        lines = [pages[index].extract_text().splitlines() for index in range(min(len(pages), _MOST_PDF_PAGES))]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as cause:
        raise ValueError(f"it cannot be read as PDF: {type(cause).__name__}") from None
    recurring = _recurring(lines)
    kept = (line.strip() for page in lines for line in page if _without_digits(line) not in recurring)
    # A line ends where the paper ends: "mitra-" and "gynine" are one word.
    return sentences_of(re.sub(r"(?<=\w)-\n(?=[^\W\d_])", "", "\n".join(kept)).replace("\n", " "))


def sentences_of(text: str) -> list[str]:
    """Split a text into sentences, roughly: what is compared does not depend on it.

    Example:
        >>> sentences_of("Sec. 1. Kratom is legal.  It may be sold.")
        ['Sec.', '1.', 'Kratom is legal.', 'It may be sold.']
    """
    parts = _SENTENCE_END.split(_clean(text[:_MOST_TEXT]))
    return [part for part in (re.sub(r"\s+", " ", part).strip() for part in parts) if part]


def _lxml() -> tuple[Any, Any]:
    """The two modules of lxml that are needed; it brings no types."""
    return import_module("lxml.etree"), import_module("lxml.html")


def _utf8_if_it_is(content: bytes) -> str | None:
    """UTF-8 when the page can be read as that; else the parser looks for what the page says of itself."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _outermost(elements: Sequence[Any]) -> Iterator[Any]:
    inside: set[Any] = set()
    for element in elements:
        if not any(parent in inside for parent in element.iterancestors()):
            inside.add(element)
            yield element


def _html_sentences(root: Any, links: bool) -> Iterator[str]:
    """Walk through an element and give its text, split where a block begins or ends."""
    text: list[str] = []
    linked = 0
    depth_of_link = 0
    todo: list[tuple[Any, str]] = [(root, "open")]
    while todo:
        item, what = todo.pop()
        if what == "text":
            text.append(item)
            linked += len(item) if depth_of_link else 0
            continue
        tag = item.tag if isinstance(item.tag, str) else ""
        if tag in _BLOCKS:
            yield from _block("".join(text), linked, links)
            text, linked = [], 0
        if what == "close":
            depth_of_link -= tag == "a"
            continue
        if not tag or tag in _DROPPED or (item is not root and _is_furniture_element(item)):
            continue
        depth_of_link += tag == "a"
        todo.append((item, "close"))
        for child in reversed(item):
            if child.tail:
                todo.append((child.tail, "text"))
            todo.append((child, "open"))
        if item.text:
            todo.append((item.text, "text"))
        if tag == "br":
            text.append("\n")
    yield from _block("".join(text), linked, links)


def _block(text: str, linked: int, links: bool) -> Iterator[str]:
    stripped = text.strip()
    if stripped and (links or linked < _LINKS * len(stripped)):
        yield from sentences_of(re.sub(r"[ \t\r\f\v]*\n[ \t\r\f\v]*", "\n", stripped))


def _is_furniture_element(element: Any) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}".split()
    style = re.sub(r"\s", "", element.get("style", "")).lower()
    return bool(
        element.get("role", "") in _FURNITURE_ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or (element.tag not in ("body", "html", "main", "article") and any(map(_FURNITURE_NAME.fullmatch, names)))
    )


def _is_furniture(sentence: str, words: str) -> bool:
    count = words.count(" ") + 1
    return count < _LEAST_WORDS or (count <= _MOST_FURNITURE_WORDS and bool(_FURNITURE_WORDS.search(sentence)))


def _recurring(pages: Sequence[Sequence[str]]) -> set[str]:
    """The first and last lines, without their numbers, of at least half of the pages: headings and page numbers."""
    counts: dict[str, int] = {}
    for page in pages:
        for line in {_without_digits(line) for line in (*page[:2], *page[-2:])}:
            counts[line] = counts.get(line, 0) + 1
    return {""} | {line for line, count in counts.items() if len(pages) >= 3 and count * 2 >= len(pages)}


def _without_digits(line: str) -> str:
    return re.sub(r"[\d\s]+", "", line)


def _clean(text: str) -> str:
    """One form for characters that look alike; what is not seen goes."""
    text = unicodedata.normalize("NFKC", text).translate(_SAME_CHARACTERS)
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


@lru_cache(maxsize=256)
def _folded_terms(terms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_folded, terms))


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", _clean(text).casefold())


def _words(text: str) -> str:
    """The words of a text, without punctuation, separated by one space; numbers keep their points: "0.5 %"."""
    kept = "".join(character if _is_kept(character) else " " for character in _clean(text).casefold())
    return " ".join(re.sub(r"(?<!\d)[.,]|[.,](?!\d)", " ", kept).split())


@lru_cache(maxsize=4096)
def _is_kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character in _KEPT or character in ".,"


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split()[:_MOST_WORDS], other.split()[:_MOST_WORDS], autojunk=False).ratio()


def _changed(before: list[str], after: list[str]) -> str:
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = _without_common_ends(before, after)
    parts: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = " ".join(before[a:b]), " ".join(after[c:d])
        if what == "equal":
            parts.append(gone)
        else:
            parts.append((f"[-{gone}-]" if gone else "") + (f"{{+{come}+}}" if come else ""))
    return " ".join(parts)


def _without_common_ends(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Two long texts from the first to the last word in which they differ, with a few words around, and cut."""
    shortest = min(len(before), len(after))
    first = next((index for index in range(shortest) if before[index] != after[index]), shortest)
    last = next((index for index in range(shortest - first) if before[-1 - index] != after[-1 - index]), 0)
    begin = max(first - 8, 0)
    cut = [part[begin : max(len(part) - last + 8, begin)][:_MOST_WORDS] for part in (before, after)]
    return cut[0], cut[1]
