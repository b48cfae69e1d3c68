"""How the reader writes numbers and days → the words of this program in that form; those of documents stay.

The pages are in English. A number in one of their sentences has the separators of the reader's language; names of
periods, quotes and files stay as they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd
from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from flask import Flask, request

from etl.dates import Day, format_date

__all__ = ["ENGLISH", "Form", "follow_readers", "form_of", "format_day", "reader", "whole", "write_for", "written"]


@dataclass(frozen=True, slots=True)
class Form:
    """The separators of a language, and its name for the names of months."""

    group: str
    decimal: str
    language: str

    @property
    def separators(self) -> str:
        """As Plotly takes them: the decimal one first."""
        return self.decimal + self.group


ENGLISH: Final = Form(",", ".", "en")

_reader: ContextVar[Form] = ContextVar("reader", default=ENGLISH)

_MOST_LANGUAGES: Final = 256  # with their territories, which are anybody's text

# A fixed set: once asked for a language without names of months, Babel gives other languages none either (its #1234).
_LANGUAGES: Final = frozenset(
    [
        *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fr", "he"),
        *("hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "pl", "pt"),
        *("ro", "ru", "sk", "sl", "sr", "sv", "sw", "th", "tr", "uk", "ur", "vi", "zh"),
    ]
)
_NAME = re.compile(r"([a-z]{2})(?:-[a-z]{4})?(?:-([a-z]{2}))?", re.IGNORECASE)

# A number of ours: with groups of three, with a fraction, or both.
_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d]|[.,]\d)")


def form_of(languages: str) -> Form:
    """The form of the language a browser names first (`Accept-Language`); English where it names none that is known.

    Source of the separators: the Unicode CLDR, as Babel has it; digits are Latin, as everywhere on the pages.

    >>> form_of("de-DE,de;q=0.9,en;q=0.5")
    Form(group='.', decimal=',', language='de_DE')
    >>> form_of("en-GB") == form_of("*") == form_of("") == ENGLISH
    True
    """
    named = _NAME.fullmatch(re.split("[,;]", languages, maxsplit=1)[0].strip())
    if named is None or named[1].lower() not in _LANGUAGES:
        return ENGLISH
    return _form_of(named[1].lower(), (named[2] or "").upper())


@lru_cache(_MOST_LANGUAGES)
def _form_of(language: str, territory: str) -> Form:
    try:
        locale = Locale(language, territory or None)
    except UnknownLocaleError:
        locale = Locale(language)
    symbols = locale.number_symbols["latn"]
    return Form(symbols["group"], symbols["decimal"], str(locale))


def follow_readers(server: Flask, plain: Collection[str]) -> None:
    """Write for each request in the form of its reader; the answers of `plain` addresses are files, in English form."""

    @server.before_request
    def follow() -> None:
        _reader.set(ENGLISH if request.path in plain else form_of(request.headers.get("Accept-Language", "")))

    @server.teardown_request
    def forget(_error: BaseException | None) -> None:
        _reader.set(ENGLISH)


def reader() -> Form:
    """The form of whoever asks."""
    return _reader.get()


@contextmanager
def write_for(form: Form) -> Iterator[None]:
    """Whatever is written meanwhile has this form."""
    before = _reader.set(form)
    try:
        yield
    finally:
        _reader.reset(before)


def written(text: str) -> str:
    """A text of this program with its numbers in the reader's form.

    >>> with write_for(form_of("de")):
    ...     written("1,020 + 2.5 = 1,022.5 of $3.1 m in 2017")
    '1.020 + 2,5 = 1.022,5 of $3,1 m in 2017'
    """
    form = reader()
    if form == ENGLISH:
        return text
    return _NUMBER.sub(lambda number: number[0].translate(str.maketrans(",.", form.group + form.decimal)), text)


def whole(number: int) -> str:
    """A whole number in the reader's form.

    >>> whole(1_200)
    '1,200'
    """
    return written(f"{number:,}")


def format_day(day: Day) -> str:
    """A day in the reader's form, with the name of its month: no form of digits alone is read alike everywhere.

    >>> with write_for(form_of("fr")):
    ...     format_day(dt.date(2026, 1, 16)), format_day(None)
    ('16 janv. 2026', 'no date')
    """
    form = reader()
    if form == ENGLISH or day is None or pd.isna(day):
        return format_date(day)
    return format_skeleton("yMMMd", dt.date(day.year, day.month, day.day), locale=form.language)
