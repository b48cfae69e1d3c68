"""Tokens beside a number → its unit: a currency before or after it, a physical unit, a denominator."""

from __future__ import annotations

from itertools import product
from typing import Final, Literal, NamedTuple

from etl.grammar.local import Local
from etl.grammar.nouns import singular
from etl.grammar.numbers import Number, scales
from etl.grammar.tokens import DASHES, WALL, Tokens, Wordings
from etl.lexicon import cache
from etl.lexicon.units import currencies, unit_forms
from etl.lexicon.word_classes import word_class

__all__ = ["Unit", "named_currency", "read_denominator", "read_money_before", "read_unit", "skip_pack", "unit_before"]

_PER_WORDS: Final = frozenset(("per", "/", "each", "every"))
_ARTICLES: Final = frozenset(("a", "an"))
_NO_RATES: Final = frozenset(("percent", "percentage_point", "factor", "point", "degree", "quarter", "millimetre"))
_CURRENCY_REACH: Final = 24
_FOR_ONE: Final = frozenset(product(("to", "against"), ("the",))) | frozenset(product(("for", "="), ("1", "one", "a")))
_PRICED_IN: Final = (["to", "the"], ["against", "the"])
_SHORT_UNIT: Final = 2


class Unit(NamedTuple):
    """A unit as read: the token it ends before (or begins at, for money before a number), name, factor and kind."""

    edge: int
    name: str
    factor: float = 1.0
    kind: Literal["money", "unit", "noun"] = "unit"


class _Form(NamedTuple):
    """What a wording means: a unit or currency (or a shared word that the document settles), and how much of it."""

    name: str
    factor: float
    kind: Literal["money", "unit"]
    shared: bool = False
    per: str = ""

    def unit(self, edge: int, local: Local) -> Unit:
        return Unit(edge, local.code(self.name) if self.shared else self.name, self.factor, self.kind)


def read_money_before(tokens: Tokens, end: int, local: Local) -> Unit | None:
    """money = currency that ends before token `end`: US$ | Rs | EUR ; a single letter is glued to an amount: P13.7"""
    found = _before_number().before(tokens, end)
    if found is None:
        return None
    first, form = found
    if len(tokens.raw[first]) == 1 and not _is_currency_letter(tokens, first, end, local):
        sign = _signs().get(tokens.raw[end - 1])
        return sign.unit(end - 1, local) if sign and first < end - 1 else None
    if tokens.raw[first][0].isalpha() and tokens.glued(first) and tokens.words[first - 1][-1:].isalnum():
        return None
    return form.unit(first, local)


def _is_currency_letter(tokens: Tokens, first: int, end: int, local: Local) -> bool:
    """Whether one character is a currency: $ | A$5 | c $5 | R150.4bn; not "A $5 million deal", the R8 and the N95"""
    letter = tokens.raw[first]
    if not letter.isalpha():
        return True
    if not tokens.glued(first + 1):
        return letter.islower() and letter != "a" and first < end - 1
    printed = tokens.words[end]
    return first < end - 1 or not printed.isdecimal() or scales(tokens, end + 1) or local.own(letter)


def read_unit(tokens: Tokens, number: Number, local: Local, *, money: bool) -> Unit | None:
    """unit = "-"? wording | ("(" | "[") wording (")" | "]") ; with money before the number only a currency again"""
    start = number.last
    if money and (suffix := _COUNTRY.after(tokens, start)):
        return Unit(suffix[0], suffix[1], kind="money")
    bracket = tokens.words[start] in ("(", "[")
    at = start + (bracket or tokens.words[start] in DASHES)
    found = _after_number().after(tokens, at)
    if found is None or not _fits(tokens, at, found, number) or (money and found[1].kind != "money"):
        return None
    last, form = found
    if bracket:
        return form.unit(last + 1, local) if tokens.words[last] in (")", "]") and form.kind == "unit" else None
    if form.name == "pound" and number.scale > 1:
        return Unit(last, local.code("pound"), kind="money")
    return form.unit(_repeated(tokens, last, form), local)


def skip_pack(tokens: Tokens, start: int) -> int:
    """pack = numeral "-"? unit, before the unit that is counted: 7.9 mln 60-kilo bags ; index after it, else `start`"""
    if not tokens.words[start].isdecimal():
        return start
    size = _after_number().after(tokens, start + 1 + (tokens.words[start + 1] in DASHES))
    counted = _after_number().after(tokens, size[0]) if size and size[1].kind == "unit" else None
    return size[0] if size and counted and counted[1].kind == "unit" else start


def unit_before(tokens: Tokens, end: int, local: Local) -> Unit | None:
    """The unit whose wording ends before token `end`: the head of "7.5 million extra tonnes"; `edge` is its start."""
    found = _after_number().before(tokens, end)
    return None if found is None or len(tokens.words[end - 1]) == 1 else found[1].unit(found[0], local)


def read_denominator(tokens: Tokens, start: int, local: Local) -> Unit | None:
    """denominator = ("per" numeral? | "/" | "each" | "-"? "a" "-"?) unit | "per" noun | ("to the" | "for 1") money"""
    start += tokens.words[start] in DASHES and tokens.words[start + 1] in ("a", "per")
    word = tokens.words[start]
    if (word, tokens.words[start + 1]) in _FOR_ONE:
        return _exchange(tokens, start + 2, local)
    if word == "/" and (found := _after_slash().after(tokens, start)):
        return found[1].unit(found[0], local)
    if word in _ARTICLES:
        return None if _tells_when(tokens, start + 1) else _rate(tokens, start + 1, local)
    return _per(tokens, start + 1, local) if word in _PER_WORDS else None


def _tells_when(tokens: Tokens, at: int) -> bool:
    """Whether a unit after "a" begins a time and no rate: $454m a year earlier; not $8,345 a tonne on the exchange"""
    return tokens.words[at + 1] in word_class("ago") and tokens.words[at] in word_class("time")


def named_currency(tokens: Tokens, index: int, local: Local) -> str | None:
    """The currency whose rate stands at token `index`, not what it is priced in: the rupee fell to 278 per dollar."""
    for start in range(index - 1, max(index - _CURRENCY_REACH, 1), -1):
        if tokens.words[start] in (WALL, ".", ";"):
            return None
        found = _longest_from(tokens, start) if len(tokens.words[start]) > 1 else None
        priced_in = tokens.words[start - 1] == "per" or tokens.words[start - 2 : start] in _PRICED_IN
        if found is not None and found[1].kind == "money" and not priced_in:
            return found[1].unit(found[0], local).name
    return None


def _longest_from(tokens: Tokens, start: int) -> tuple[int, _Form] | None:
    """The unit whose wording covers token `start`, with the word before it where that is part of it: Taiwan dollar."""
    longer = _after_number().after(tokens, start - 1)
    return longer if longer is not None and longer[0] > start else _after_number().after(tokens, start)


def _per(tokens: Tokens, at: int, local: Local) -> Unit | None:
    """per = unit | noun | numeral unit : per tonne, per household, per 40 kg"""
    size, noun = tokens.words[at], tokens.words[at]
    if (unit := _denominator(tokens, at, local)) is not None or tokens.words[at - 1] != "per":
        return unit
    if size.isdecimal():
        found = _after_number().after(tokens, at + 1)
        return Unit(found[0], found[1].per, float(size)) if found is not None and found[1].per else None
    return Unit(at + 1, singular(noun), kind="noun") if noun.isalpha() and noun not in word_class("stop") else None


def _rate(tokens: Tokens, at: int, local: Local) -> Unit | None:
    """rate = "a" "-"? (unit | currency) : $37 a box, 3 million tons a year, Rs 278 a dollar; "a percent" is none"""
    unit = _denominator(tokens, at + (tokens.words[at] in DASHES), local)
    if unit is None or unit.name in _NO_RATES:
        return None
    return unit if unit.kind == "unit" or (unit.kind == "money" and unit.factor == 1) else None


def _denominator(tokens: Tokens, at: int, local: Local) -> Unit | None:
    found = _after_number().after(tokens, at)
    if found is None:
        return None
    last, form = found
    return Unit(last, form.per) if form.per else form.unit(last, local)


def _exchange(tokens: Tokens, at: int, local: Local) -> Unit | None:
    """exchange = "to the" currency : Rs 278.5 to the dollar"""
    unit = _denominator(tokens, at, local)
    return unit if unit is not None and unit.kind == "money" and unit.factor == 1 else None


def _fits(tokens: Tokens, start: int, found: tuple[int, _Form], number: Number) -> bool:
    """Whether a wording is a unit here, and not the next number's currency or the start of a name."""
    last, form = found
    written = tokens.raw[start]
    if last - start > 1:
        return True
    if form.kind == "money" and tokens.words[last][:1].isdecimal() and _stands_before(written):
        return False  # In "2023 USD 5 million" the currency belongs to the second number.
    if len(written) > _SHORT_UNIT or not written.isalpha():
        return True
    runs_on = tokens.glued(last) and (tokens.words[last] in DASHES or tokens.words[last][:1].isdecimal())
    if runs_on and (len(written) == 1 or tokens.words[last + 1][:1].isdecimal()):
        return False  # "L-202", "four Mi-35M helicopters"
    return len(written) == _SHORT_UNIT or _letter_fits(tokens, start, form, number)


def _letter_fits(tokens: Tokens, start: int, form: _Form, number: Number) -> bool:
    """letter = a glued letter | "t" | a capital before no name: 12 C, 5 W; pence must be glued"""
    if start != number.last or tokens.glued(start):
        return start == number.last
    if tokens.raw[start] == "m" and tokens.words[start + 1] in word_class("measure"):
        return True
    return form.kind == "unit" and (
        tokens.raw[start] == "t" or not (tokens.raw[start].islower() or tokens.raw[start + 1].istitle())
    )


def _repeated(tokens: Tokens, last: int, form: _Form) -> int:
    """repeat = unit "(" abbreviation ")" : 28.9 million metric tons (MMT)"""
    if tokens.words[last] != "(" or tokens.words[last + 2] != ")" or form.kind != "unit":
        return last
    found = _after_number().after(tokens, last + 1)
    return last + 3 if found is not None and found[0] == last + 2 and found[1].name == form.name else last


_COUNTRY: Final = Wordings([("U.S.", "USD"), ("US", "USD")])


@cache
def _after_number() -> Wordings[_Form]:
    """Every wording of a unit or a currency that can stand after a number; a unit wins over a shared currency word."""
    forms = {form.form: _Form(form.unit, form.factor, "unit", per=form.per) for form in unit_forms()}
    for currency in currencies():
        forms |= {form: _Form(currency.code, 1.0, "money") for form in currency.forms}
        forms[f"M{currency.code}"] = _Form(currency.code, 1e6, "money")
        for form in currency.shared:
            forms.setdefault(form, _Form(form, 1.0, "money", shared=True))
        for form in currency.cents:
            forms.setdefault(form, _Form(form, 0.01, "money", shared=True))
    return Wordings((form, meant) for form, meant in forms.items() if not form.startswith("/"))


@cache
def _after_slash() -> Wordings[_Form]:
    """Wordings that are a unit only after the slash of a rate: $21,500/d."""
    slashed = (form for form in unit_forms() if form.form.startswith("/"))
    return Wordings((form.form, _Form(form.unit, form.factor, "unit")) for form in slashed)


@cache
def _before_number() -> Wordings[_Form]:
    """Wordings that stand before an amount: signs, codes and abbreviations, not names like "euros"."""
    forms: dict[str, _Form] = {}
    for currency in currencies():
        forms |= {form: _Form(currency.code, 1.0, "money") for form in currency.forms if _stands_before(form)}
        forms[f"M{currency.code}"] = _Form(currency.code, 1e6, "money")
        for form in filter(_stands_before, currency.shared):
            forms.setdefault(form, _Form(form, 1.0, "money", shared=True))
    return Wordings(forms.items())


@cache
def _signs() -> dict[str, _Form]:
    """The currency signs of one character that is no letter: $, £."""
    forms = (
        (form, currency.code, form in currency.shared)
        for currency in currencies()
        for form in (*currency.forms, *currency.shared)
    )
    signs = {
        form: _Form(code, 1.0, "money")
        for form, code, shared in forms
        if len(form) == 1 and not form.isalpha() and not shared
    }
    return signs | {"$": _Form("$", 1.0, "money", shared=True)}


def _stands_before(form: str) -> bool:
    """Whether a wording is a sign or an abbreviation: $, Rs, Tk, USD, usd; not yen, dollars, US dlrs."""
    names = (word.isalpha() and word.islower() and len(word) > _SHORT_UNIT for word in form.split())
    return not any(names) or form.upper() in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.code for currency in currencies())
