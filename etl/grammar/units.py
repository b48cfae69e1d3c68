"""Tokens beside a number → its unit: currency before or after, physical unit, counted noun, and denominators."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple

from etl.grammar.local import Local
from etl.grammar.numbers import Number
from etl.grammar.tokens import WALL, Phrases, Tokens
from etl.lexicon import read_table, words
from etl.lexicon.units import currencies, unit_forms

__all__ = ["HYPHENS", "Unit", "is_pronoun_lead", "read_denominator", "read_money_before", "read_noun", "read_unit", "unit_before"]

Kind = Literal["money", "unit", "noun"]
HYPHENS: Final = frozenset("-\u2010\u2011\u2012\u2013")
_NOUN_REACH: Final = 9


_COUNTRY: Final = Phrases([("U.S.", "USD"), ("US", "USD")])


class Unit(NamedTuple):
    """A unit as read: the token it ends before (or begins at, for money before), name, factor and kind."""

    edge: int
    name: str
    factor: float = 1.0
    kind: Kind = "unit"


class _Form(NamedTuple):
    name: str
    factor: float
    kind: Kind
    shared: bool = False
    per: str = ""


def read_money_before(tokens: Tokens, end: int, local: Local) -> Unit | None:
    """money = currency that ends before token `end`: US$ | Rs | EUR ; single letters must be glued: P13.7"""
    found = _money_before().before(tokens, end)
    if found is None:
        return None
    first, form = found
    sign = tokens.raw[end - 1] in "$£" and end - first > 1 and len(tokens.raw[first]) == 1
    if sign and not tokens.glued(first + 1):
        return None  # "A $5 million deal" is no Australian dollar.
    lone = end - first == 1 and len(tokens.raw[first]) == 1 and tokens.raw[first].isalpha()
    glued = tokens.glued(end)
    if (lone and not glued) or (tokens.raw[first][0].isalpha() and _glued_word(tokens, first)):
        return None
    return Unit(first, _resolve(form, local), form.factor, "money")


def read_unit(tokens: Tokens, number: Number, local: Local, *, money: bool) -> Unit | None:
    """unit = ("-" | "(" | "[")? (currency | physical unit) | counted noun"""
    start = number.last
    bracket = tokens.words[start] in ("(", "[")
    step = 1 if bracket or tokens.words[start] in HYPHENS else 0
    if money and tokens.words[start] in ("u", "us") and (suffix := _COUNTRY.after(tokens, start)):
        return Unit(suffix[0], "USD", kind="money")
    found = unit_phrases().after(tokens, start + step)
    if found is None or not _fits(tokens, start + step, found, number):
        return None
    last, form = found
    if bracket:
        return Unit(last + 1, form.name, form.factor) if _closed(tokens, last) and form.kind == "unit" else None
    if money and form.kind != "money":
        return None
    name, factor = _resolve(form, local), form.factor
    if name == "pound" and number.scale > 1:
        name, form = local.code("pound"), form._replace(kind="money")
    return Unit(_repeated(tokens, last, form), name, factor, form.kind)


def read_denominator(tokens: Tokens, start: int, local: Local) -> Unit | None:
    """denominator = ("per" | "/" | "-"? "a" "-"? | "each" | "every" | "to the") numeral? (unit | noun)"""
    word = tokens.words[start]
    if word in HYPHENS and tokens.words[start + 1] in ("a", "per"):
        start, word = start + 1, tokens.words[start + 1]
    if word in ("to", "against") and tokens.words[start + 1] == "the":
        return _exchange(tokens, start + 2, local)
    if word not in _PERS or (word in ("a", "an") and tokens.words[start + 2] in _AGO):
        return None
    first = start + 1 + (tokens.words[start + 1] in HYPHENS)
    size, first = _size(tokens, first) if word == "per" else (1.0, first)
    found = unit_phrases().after(tokens, first)
    if found is not None and (word in ("per", "/", "each", "every") or _is_rate(found[1])):
        last, form = found
        name = form.per or _resolve(form, local)
        return Unit(last, name, size * (1.0 if form.per else form.factor), form.kind)
    noun = tokens.words[first]
    if word == "per" and noun.isalpha() and noun not in _nouns("stop"):
        return Unit(first + 1, singular(noun), 1.0, "noun")
    return None


def _exchange(tokens: Tokens, index: int, local: Local) -> Unit | None:
    """exchange = "to the" currency : Rs 278.5 to the dollar"""
    found = unit_phrases().after(tokens, index)
    if found is None or found[1].kind != "money" or found[1].factor != 1:
        return None
    return Unit(found[0], _resolve(found[1], local), kind="money")


def named_currency(tokens: Tokens, index: int, local: Local) -> str | None:
    """The currency a sentence names shortly before token `index`: "the rupee fell to 278 per dollar"."""
    for start in range(index - 1, max(index - _NAMED_REACH, 0), -1):
        found = unit_phrases().after(tokens, start)
        if found is not None and found[1].kind == "money" and tokens.words[start].isalpha() and len(tokens.words[start]) > 1:
            return _resolve(found[1], local)
    return None


_NAMED_REACH: Final = 12


def _size(tokens: Tokens, index: int) -> tuple[float, int]:
    """size = numeral? : Rs 12,500 per 40 kg"""
    word = tokens.words[index]
    return (float(word), index + 1) if word.isdecimal() else (1.0, index)


_AGO: Final = frozenset(("ago", "earlier", "before", "later", "previously", "prior", "on", "old", "when", "-"))
_PERS: Final = frozenset(("per", "/", "a", "an", "each", "every"))
_NO_RATES: Final = frozenset(("percent", "percentage_point", "factor", "point", "degree", "quarter", "millimetre"))


def _is_rate(form: _Form) -> bool:
    """Whether "a" before this unit makes a rate: $37 a box, 3 million tons a year; not "a percent"."""
    return form.kind == "unit" and form.name not in _NO_RATES


def read_noun(tokens: Tokens, start: int, *, one: bool = False, vague: bool = False) -> tuple[int, str] | None:
    """noun = "of" the? word* plural | word* ("and" word)? plural ; index after the head noun, and its singular"""
    at = start
    if tokens.words[at] == "of" and (vague or tokens.words[at + 1] in _DETERMINERS or tokens.words[at + 1].endswith(("'s", "’s"))):
        at, one = at + 1 + (tokens.words[at + 1] in _DETERMINERS), False
    if tokens.words[at] in HYPHENS:
        return None
    for index in range(at, at + _NOUN_REACH):
        word = tokens.words[index]
        if index > at and word in ("and", "&") and not one and _joins(tokens, index):
            continue
        if not _in_noun_phrase(tokens, index):
            return _singular_noun(tokens, at, index) if one else None
        if is_plural(word):
            return _whole_head(tokens, index)
    return None


_DETERMINERS: Final = frozenset(("the", "these", "those", "its", "their", "his", "her", "my", "our", "your"))


def unit_before(tokens: Tokens, end: int, local: Local) -> Unit | None:
    """The unit whose wording ends before token `end`: the head of "7.5 million extra tonnes"."""
    found = unit_phrases().before(tokens, end)
    if found is None or len(tokens.words[end - 1]) == 1:
        return None
    first, form = found
    return Unit(first, _resolve(form, local), form.factor, form.kind)


def is_pronoun_lead(word: str) -> bool:
    """Whether a word before "one" makes it a pronoun: the one, another one."""
    return word in _nouns("pronoun")


def _joins(tokens: Tokens, index: int) -> bool:
    """Whether "and" joins two modifiers of one plural: 460 Kia and Hyundai vehicles, 2.7m digital and physical sales"""
    modifier, noun = tokens.words[index + 1 : index + 3]
    return modifier not in _nouns("stop") and modifier.isalpha() and not is_plural(modifier) and is_plural(noun)


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun, by its ending and the tables.

    >>> [is_plural(word) for word in ("tires", "people", "business", "was")]
    [True, True, False, False]
    """
    if word in _nouns("collective"):
        return True
    return len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "'s", "’s")) and word not in _nouns("singular")  # noqa: PLR2004,E501


def singular(word: str) -> str:
    """The singular of a counted noun.

    >>> [singular(word) for word in ("tires", "people", "countries", "boxes", "buses")]
    ['tire', 'person', 'country', 'box', 'bus']
    """
    if word in _irregular():
        return _irregular()[word]
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if is_plural(word) and word.endswith("s") else word


@cache
def unit_phrases() -> Phrases[_Form]:
    """Every wording of a unit or a currency that can stand after a number."""
    forms = {row.form: _Form(row.unit, row.factor, "unit", per=row.per) for row in unit_forms()}
    for currency in currencies():
        forms |= {form: _Form(currency.code, 1.0, "money") for form in currency.forms}
        forms |= {f"M{currency.code}": _Form(currency.code, 1e6, "money")}
        for form in currency.shared:
            forms.setdefault(form, _Form(form, 1.0, "money", shared=True))
        for form in currency.cents:
            forms.setdefault(form, _Form(currency.shared[0] if currency.shared else currency.code, 0.01, "money", bool(currency.shared)))
    return Phrases(forms.items())


def _fits(tokens: Tokens, start: int, found: tuple[int, _Form], number: Number) -> bool:
    """A unit of one letter must be glued or stand alone (12 C), and never be the start of a word or name."""
    last, form = found
    written = tokens.raw[start]
    if form.kind == "money" and tokens.words[last][:1].isdecimal() and last - start == 1 and _leads(written):
        return False  # In "2023 USD 5 million" the currency belongs to the second number.
    if written.isalpha() and len(written) == 2 and last - start == 1 and _runs_on(tokens, last) and tokens.words[last + 1][:1].isdecimal():  # noqa: PLR2004
        return False  # "four Mi-35M helicopters"
    if written == "t" and start == number.last and not tokens.glued(last):
        return True
    if last - start == 1 and len(written) == 1 and written.isalpha():
        return start == number.last and not _runs_on(tokens, last) and (tokens.glued(start) or (written.isupper() and not tokens.raw[last].istitle())) and not (
            form.kind == "money" and not tokens.glued(start)
        )
    if form.name in ("point", "factor") and number.form == "part":
        return False
    return True


def _runs_on(tokens: Tokens, last: int) -> bool:
    """Whether a letter is only the start of a name: L-202"""
    return tokens.glued(last) and (tokens.words[last] in HYPHENS or tokens.words[last][:1].isdecimal())


def _closed(tokens: Tokens, index: int) -> bool:
    return tokens.words[index] in (")", "]")


def _repeated(tokens: Tokens, last: int, form: _Form) -> int:
    """repeat = unit "(" abbreviation ")" : 28.9 million metric tons (MMT)"""
    if tokens.words[last] != "(" or tokens.words[last + 2] != ")" or form.kind != "unit":
        return last
    found = unit_phrases().after(tokens, last + 1)
    return last + 3 if found is not None and found[0] == last + 2 and found[1].name == form.name else last


def _resolve(form: _Form, local: Local) -> str:
    return local.code(form.name) if form.shared else form.name


def _glued_word(tokens: Tokens, index: int) -> bool:
    return tokens.glued(index) and tokens.words[index - 1][-1:].isalnum()


def _in_noun_phrase(tokens: Tokens, index: int) -> bool:
    word = tokens.words[index]
    if word in HYPHENS or (word.isdecimal() and tokens.glued(index)):
        return tokens.glued(index) and tokens.glued(index + 1)
    return word != WALL and word[0].isalpha() and word not in _nouns("stop")


def _whole_head(tokens: Tokens, index: int) -> tuple[int, str]:
    """The noun's last plural, so that "sales offices" counts offices and "tariff lines" lines."""
    following = tokens.words[index + 1]
    if following.isalpha() and following not in _nouns("stop") and is_plural(following) and following in _nouns("collective"):
        return index + 2, singular(following)
    return index + 1, singular(tokens.words[index])


def _singular_noun(tokens: Tokens, first: int, last: int) -> tuple[int, str] | None:
    """After "one" the noun is singular: the last word before the stop that is no verb in -ed."""
    while last - first > 1 and tokens.words[last - 1].endswith("ed"):
        last -= 1
    return (last, singular(tokens.words[last - 1])) if last > first else None


@cache
def _money_before() -> Phrases[_Form]:
    """Wordings that stand before an amount: signs, codes and abbreviations, not names like "euros"."""
    forms: dict[str, _Form] = {}
    for currency in currencies():
        forms |= {form: _Form(currency.code, 1.0, "money") for form in currency.forms if _leads(form)}
        forms[f"M{currency.code}"] = _Form(currency.code, 1e6, "money")
        for form in currency.shared:
            if _leads(form):
                forms.setdefault(form, _Form(form, 1.0, "money", shared=True))
    return Phrases(forms.items())


def _leads(form: str) -> bool:
    return not (form.isalpha() and form.islower() and len(form) > 2) and "rupee" not in form and " dollar" not in form  # noqa: PLR2004


@cache
def _nouns(kind: str) -> frozenset[str]:
    return frozenset(word for row in read_table("nouns.txt") if row["kind"] == kind for word in words(row["words"]))


@cache
def _irregular() -> dict[str, str]:
    pairs = (word.split("=") for row in read_table("nouns.txt") if row["kind"] == "irregular" for word in words(row["words"]))
    return {plural: one for plural, one in pairs}
