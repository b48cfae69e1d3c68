"""The words of a text → every cue of the lexicon among them, sentence by sentence."""

from __future__ import annotations

import bisect
import re
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple, TypeVar

from etl.grammar.phrases import Cue, PhraseBook, PhraseFinder, Words, plain, split_words
from etl.lexicon import cache, read_table
from etl.lexicon import words as cell_words
from etl.model import Span
from etl.resolve.places import Place, names_office, place_finder, read_places

__all__ = ["Cues", "find_cues", "names_goods"]

_REACH = 40
# What stands between a subject and its verb.
_HELPED = re.compile(
    r"\s+(?:(?:has|have|had|now|also|still|then|again|itself|alone|only|already|(?:last|this)\s+(?:year|month))\s+){0,3}$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\s*(?:the\s+)?", re.IGNORECASE)
Found = TypeVar("Found", Cue, Place)


class Cues(NamedTuple):
    """What the lexicon knows of a sentence, each list in text order; `references` point back to a place."""

    metrics: Sequence[Cue]
    flows: Sequence[Cue]
    products: Sequence[Cue]
    statuses: Sequence[Cue]
    places: Sequence[Place]
    references: Sequence[Cue]


def find_cues(words: Words, sentences: Sequence[Span]) -> list[Cues]:
    """The cues of each sentence.

    >>> text = "Exports to Russia fell. Its neighbour bought wheat."
    >>> sentences = [Span(0, 23), Span(24, 51)]
    >>> first, second = find_cues(split_words(text, sentences), sentences)
    >>> first.metrics[0].name, first.places[0].code, second.products[0].name, second.references[0].name
    ('exports', 'RUS', 'wheat', 'other')
    """
    text, starts = words.text, [sentence.start for sentence in sentences]
    metrics, flows, products, statuses, named, references = _book().find(words)
    metrics, flows = ([cue for cue in cues if not names_office(text, cue.end)] for cues in (metrics, flows))
    places = read_places(text, named)
    subjects = {place.end for place in places if not place.preposition} | {cue.end for cue in references}
    flows = _moving(text, flows, {place.start for place in places}, subjects)
    told = [_parted(cues, starts) for cues in (metrics, flows, products, statuses)]
    return list(map(Cues, *told, _parted(places, starts), _parted(references, starts)))


def _moving(text: str, flows: Iterable[Cue], starts: Container[int], subjects: Container[int]) -> list[Cue]:
    """The verbs that move goods; of those that need a place in front of or behind them, the ones that have it there."""
    needs = _needs()
    read = (_read_beside(text, cue, starts, subjects) if cue.plain in needs else cue for cue in flows)
    return [cue for cue in read if cue.name]


def _read_beside(text: str, cue: Cue, starts: Container[int], subjects: Container[int]) -> Cue:
    """A verb with the metrics that it states here, those first that need a place to be its subject."""
    needs = _needs()[cue.plain]
    led, followed = _subject_end(text, cue.start) in subjects, _next_word(text, cue.end) in starts
    told = [name for name in cue.name.split() if needs.get(name, "") == "subject" and led]
    other = [name for name in cue.name.split() if needs.get(name, "") == ("place" if followed else "")]
    return cue._replace(name=" ".join(told or other))


def _subject_end(text: str, start: int) -> int:
    """Where the subject of a verb that starts at an offset ends: "China [has] taken"."""
    helped = _HELPED.search(text, max(0, start - _REACH), start)
    return helped.start() if helped else start


def _next_word(text: str, end: int) -> int:
    """Where the word behind an offset starts, past an article."""
    article = _ARTICLE.match(text, end)
    return article.end() if article else end


def names_goods(text: str) -> bool:
    """Whether a text names a product of the lexicon.

    >>> names_goods("four helicopters"), names_goods("four ministers")
    (True, False)
    """
    return bool(_product_finder().find(split_words(text)))


def _parted(found: Iterable[Found], starts: Sequence[int]) -> list[list[Found]]:
    """What was found, in a list for each of the sentences that start at these offsets."""
    parts: list[list[Found]] = [[] for _ in starts]
    for item in found:
        parts[bisect.bisect_right(starts, item.start) - 1].append(item)
    return parts


@cache
def _book() -> PhraseBook:
    """The finders in the order of `Cues`."""
    told = (_metric_finder(), _flow_finder(), _product_finder(), _finder("statuses.txt", "status", "words", "weak"))
    return PhraseBook((*told, place_finder(), _reference_finder()))


@cache
def _metric_finder() -> PhraseFinder:
    return _metrics_by_word("metrics.txt", "words", "weak")


@cache
def _needs() -> dict[str, dict[str, str]]:
    """Verb → metric → where it needs a place, of the verbs that need one."""
    needs: dict[str, dict[str, str]] = {}
    for row in (row for row in read_table("flows.txt") if row["needs"]):
        for word in cell_words(row["words"]):
            needs.setdefault(plain(word), {})[row["metric"]] = row["needs"]
    return needs


@cache
def _flow_finder() -> PhraseFinder:
    return _metrics_by_word("flows.txt", "words")


def _metrics_by_word(table: str, *columns: str) -> PhraseFinder:
    """A word of several metrics stands for all of them, in the order of the table."""
    named: dict[str, list[str]] = {}
    for row in read_table(table):
        for word in (word for column in columns for word in cell_words(row[column])):
            named.setdefault(word, []).append(row["metric"])
    return PhraseFinder((word, " ".join(names)) for word, names in named.items())


@cache
def _reference_finder() -> PhraseFinder:
    """As written, or with a capital at a sentence's start or on its noun; a country's initials are not "us"."""
    named = [(word, row["points"]) for row in read_table("references.txt") for word in cell_words(row["words"])]
    capital = [(form, name) for word, name in named if " " in word for form in _capitalised(word)]
    return PhraseFinder([*named, *capital], cased=True)


def _capitalised(words: str) -> tuple[str, str, str]:
    """The words at the start of a sentence, and with their noun as a title: "The bloc", "the Union", "The Union"."""
    first, _, noun = words.rpartition(" ")
    title = f"{first} {noun[0].upper()}{noun[1:]}"
    return words[0].upper() + words[1:], title, title[0].upper() + title[1:]


@cache
def _product_finder() -> PhraseFinder:
    return _finder("products.txt", "product", "words")


def _finder(table: str, name: str, *columns: str) -> PhraseFinder:
    return PhraseFinder(
        (word, row[name]) for row in read_table(table) for column in columns for word in cell_words(row[column])
    )
