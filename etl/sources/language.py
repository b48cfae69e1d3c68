"""A text → the language it is written in, by its words; nobody's word is taken for it but that of a text too short."""

from __future__ import annotations

import math
import re
from itertools import islice

from etl.lexicon.word_classes import word_class

__all__ = ["ENGLISH", "detect_language", "settle_language"]

ENGLISH = "en"
# Of 865 paragraphs of English news 97 in 100 have a larger share of the table's words, and each of 248 whole articles
# has; of our texts in 33 other languages none has more than 0.04. A text that is English by half has it too.
_ENGLISH_SHARE = 0.12
_FEW_ENGLISH = 3
# Beginning, middle and end of a long text, in characters: a page may begin or end in another language than it is in.
_SLICE = 1_000
# Fewer words than this without a capital tell nothing: a headline, a table of figures.
_FEW_WORDS = 10
# A text is not English where its log-likelihood as English is this far behind the best, over the root of its bytes (so
# py3langid weighs length): 22 at least in those 33 texts, 4 in a list of nothing but names of people and towns of Asia.
_FAR_BEHIND = 9.0
_PLAIN_WORD = re.compile(r"\b[^\W\dA-Z_]{2,}\b")
_LETTER, _OTHER_SCRIPT = re.compile(r"[^\W\d_]"), re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the language that most of `text` is in; None for a text too short to tell.

    >>> detect_language("The ministry said that exports of wheat to Peru had grown by a fifth.")
    'en'
    >>> detect_language("Объём торговли между Россией и Перу вырос на десять процентов.")
    'ru'
    >>> detect_language("Wheat: 5.2, 6.1, 7.0")
    """
    sample = _sample(text)
    words = sample.lower().split()
    english = filter(word_class("english").__contains__, words)
    # An English text has as many of them in its first third: the rest is not looked at.
    enough = max(_FEW_ENGLISH, math.ceil(_ENGLISH_SHARE * len(words)))
    if next(islice(english, enough - 1, None), None):
        return ENGLISH
    other_script = 2 * len(_OTHER_SCRIPT.findall(sample)) > len(_LETTER.findall(sample))
    if not other_script and len(_PLAIN_WORD.findall(sample)) < _FEW_WORDS:
        return None
    return _likeliest(sample, english=not other_script)


def settle_language(text: str, stated: str | None, place: str | None) -> tuple[str, str | None]:
    """The language of a document, and how it is known, from its text and from what is `stated` at a `place`.

    Whether a text is English, it says itself: a German article lies in a page that says "en". Which other language it
    is, or which English, is believed where it is stated, as is everything where the text is too short to tell; without
    either it is taken for English, which None says.

    >>> settle_language("Die Ausfuhren wuchsen.", "de-AT", "front matter")
    ('de-AT', 'front matter')
    >>> settle_language("Die Ausfuhren von Holz sind gewachsen, wie das Ministerium sagte. " * 4, "en", "page")
    ('de', 'detected; page: en')
    >>> settle_language("Exports grew.", None, None)
    ('en', None)
    """
    found = detect_language(text)
    if stated and (found is None or _is_english(stated) == _is_english(found)):
        return stated, place
    if found is None:
        return ENGLISH, None
    return found, f"detected; {place}: {stated}" if stated else "detected"


def _is_english(language: str) -> bool:
    return language.partition("-")[0].lower() == ENGLISH


def _likeliest(sample: str, *, english: bool) -> str:
    """The likeliest language of a sample; English where it may be `english` and is not far behind."""
    # Only texts of other languages need it, and it takes half a second. It ships no type hints.
    import py3langid  # type: ignore[import-untyped]  # noqa: PLC0415

    ranked: dict[str, float] = dict(py3langid.rank(sample))
    behind = (max(ranked.values()) - ranked[ENGLISH]) / math.sqrt(len(sample.encode("utf-8", "surrogatepass")))
    if english and behind < _FAR_BEHIND:
        return ENGLISH
    return next(language for language in ranked if language != ENGLISH)


def _sample(text: str) -> str:
    if len(text) <= 3 * _SLICE:
        return text
    middle = (len(text) - _SLICE) // 2
    return f"{text[:_SLICE]} {text[middle : middle + _SLICE]} {text[-_SLICE:]}"
