"""One number among the tokens → a figure: its sign, currency, scale, unit and denominator, or the reason it is none."""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple

from etl.grammar.calendar import is_plain_year, is_year
from etl.grammar.labels import why_label, why_labelled, why_never
from etl.grammar.local import Local
from etl.grammar.nouns import Noun, read_noun
from etl.grammar.numbers import Number, letter_scale, read_number, read_scale, with_scale
from etl.grammar.numerals import exact
from etl.grammar.tokens import DASHES, Tokens
from etl.grammar.units import (
    Unit,
    named_currency,
    read_denominator,
    read_money_before,
    read_unit,
    skip_pack,
    unit_before,
)
from etl.lexicon.units import counted_units
from etl.lexicon.word_classes import word_class

__all__ = ["Figure", "Refusal", "read_figure"]

_PERCENT: Final = "percent"
_WHOLE: Final = 100
_MINUS: Final = frozenset("-\u2212\u2013")
_UNIT_LETTERS: Final = frozenset(("t", "T", "mm", "MM"))
_SPREAD_REACH: Final = 4
_FLOWS: Final = {"daily": "day", "monthly": "month"}
_FLOW_UNITS: Final = frozenset(("day", "month", "year"))


class Figure(NamedTuple):
    """A number grown to tokens `[first, last)`: mantissa and scale kept apart, unit and denominator as far as stated.

    `upper` is the upper end of a range, in the base unit; `kind` is "bare" where no unit was found.
    """

    first: int
    last: int
    mantissa: float
    scale: float = 1.0
    unit: str | None = None
    per: str | None = None
    factor: float = 1.0
    kind: Literal["money", "unit", "noun", "bare"] = "bare"
    upper: float | None = None
    form: str = "digits"

    @property
    def value(self) -> float:
        """The figure in its canonical unit."""
        plain = self.mantissa if self.scale == 1 else exact(self.mantissa, self.scale)
        return plain if self.factor == 1 else exact(plain, self.factor)

    @property
    def canonical(self) -> str | None:
        """Unit and denominator in one name: USD/tonne."""
        return f"{self.unit}/{self.per}" if self.unit and self.per else self.unit


class Refusal(NamedTuple):
    """Tokens `[first, last)` that hold a number and are no quantity, with the reason."""

    first: int
    last: int
    reason: str


def read_figure(tokens: Tokens, index: int, local: Local) -> Figure | Refusal | None:
    """figure = sign? currency? number (unit | noun)? denominator? ; None where no number begins at this token"""
    if is_plain_year(tokens, index):
        return Refusal(index, index + 1, "a year")
    number = read_number(tokens, index)
    if number is None:
        return None
    if not math.isfinite(number.mantissa * number.scale):
        return Refusal(number.first, number.last, "a code")
    money = _money(tokens, number, local)
    if money is not None:
        return _amount(tokens, number, money, local)
    reason = why_never(tokens, number) if number.form == "digits" else None
    return Refusal(number.first, number.last, reason) if reason else _measure(tokens, number, local)


def _money(tokens: Tokens, number: Number, local: Local) -> Unit | None:
    """money = currency ("-" | "+")? number | currency "(" number ")" ; the currency alone"""
    end = number.first
    between = tokens.words[end - 1]
    if between in _MINUS or between == "+" or (between == "(" and tokens.words[number.last] == ")"):
        found = read_money_before(tokens, end - 1, local)
        if found is not None:
            return found
    return read_money_before(tokens, end, local)


def _amount(tokens: Tokens, number: Number, money: Unit, local: Local) -> Figure:
    """amount = sign? currency sign? number letter? currency? denominator? ; brackets are a minus: $(12.4) million"""
    bracketed = tokens.words[number.first - 1] == "(" and tokens.words[number.last] == ")"
    if bracketed:
        number = with_scale(tokens, number._replace(last=number.last + 1))
    if number.letter:
        number = number._replace(last=number.last + 1, scale=letter_scale(number.letter))
    first, negative = _sign(tokens, money.edge)
    negative = negative or bracketed or (tokens.words[number.first - 1] in _MINUS and money.edge < number.first - 1)
    again = read_unit(tokens, number, local, money=True)
    figure = _figure(number, money, first, again.edge if again else number.last, negative=negative)
    return _denominated(tokens, figure, local)


def _measure(tokens: Tokens, number: Number, local: Local) -> Figure | Refusal | None:
    """measure = sign? number letter? pack? unit scale? denominator? | counted"""
    number = _settle_letter(tokens, number, local) if number.letter else number
    if not is_year(tokens.words[number.first]):
        number = number._replace(last=skip_pack(tokens, number.last))
    unit = read_unit(tokens, number, local, money=False)
    if unit is None or _letters_a_label(tokens, number, unit):
        return _share(tokens, number, local) or _counted(tokens, number, local)
    first, negative = _sign(tokens, number.first)
    figure = _figure(number, unit, first, unit.edge, negative=negative)
    return _denominated(tokens, _scaled_after(tokens, figure), local)


def _letters_a_label(tokens: Tokens, number: Number, unit: Unit) -> bool:
    """Whether a letter after a number is no cent but goes on a label: phase 3c"""
    letter = unit.kind == "money" and len(tokens.raw[number.last]) == 1 and tokens.raw[number.last].isalpha()
    return letter and why_labelled(tokens, number.first, counted=False) is not None


def _figure(number: Number, unit: Unit, first: int, last: int, *, negative: bool) -> Figure:
    mantissa = -number.mantissa if negative else number.mantissa
    upper = _times(number.upper, unit.factor)
    return Figure(first, last, mantissa, number.scale, unit.name, None, unit.factor, unit.kind, upper, number.form)


def _times(upper: float | None, factor: float) -> float | None:
    return None if upper is None else exact(upper, factor)


def _settle_letter(tokens: Tokens, number: Number, local: Local) -> Number:
    """letter = scale ; m is metres where a word of length follows, or no unit and no noun in a text of lengths"""
    plain = number._replace(letter="")
    scaled = plain._replace(last=number.last + 1, scale=letter_scale(number.letter))
    if number.letter in _UNIT_LETTERS:
        return plain
    counted = tokens.words[scaled.last] == "of" or read_noun(tokens, scaled.last) is not None
    if counted or number.letter != "m" or read_unit(tokens, scaled, local, money=False) is not None:
        return scaled
    long = tokens.words[scaled.last + (tokens.words[scaled.last] in DASHES)] in word_class("measure")
    metres = read_unit(tokens, plain, local, money=False)
    squared = metres is not None and metres.edge > scaled.last
    return plain if long or squared or local.tells_lengths else scaled


def _share(tokens: Tokens, number: Number, local: Local) -> Figure | None:
    """share = part "of"? "a" unit | part | fold ; half a point is 0.5 points, a third in percent, threefold a factor"""
    if number.form == "fold":
        return Figure(number.first, number.last, number.mantissa, unit="factor", kind="unit", form=number.form)
    if number.form != "part":
        return None
    at = number.last + (tokens.words[number.last] == "of")
    if tokens.words[at] in ("a", "an"):
        unit = read_unit(tokens, number._replace(last=at + 1), local, money=False)
        return _figure(number, unit, number.first, unit.edge, negative=False) if unit else None
    mantissa = exact(number.mantissa, _WHOLE)
    return Figure(number.first, number.last, mantissa, unit=_PERCENT, kind="unit", form=number.form)


def _counted(tokens: Tokens, number: Number, local: Local) -> Figure | Refusal | None:
    """counted = number noun denominator? | number, where nothing makes it a label or a pronoun"""
    one = number.value == 1 and number.scale == 1
    ends_range = _ends_amount(tokens, number.first, local)
    noun = None if ends_range else read_noun(tokens, number.last, one=one, vague=number.form == "vague")
    reason = why_label(tokens, number, counted=noun is not None)
    if reason is not None:
        return Refusal(number.first, number.last, reason) if number.form == "digits" else None
    if one and number.form == "words" and _pronoun(tokens, number, noun):
        return None
    first, negative = _sign(tokens, number.first)
    mantissa = -number.mantissa if negative else number.mantissa
    figure = Figure(first, number.last, mantissa, number.scale, upper=number.upper, form=number.form)
    figure = _head(tokens, figure, noun, local) if noun else _initialled(tokens, figure)
    return _denominated(tokens, figure, local)


def _ends_amount(tokens: Tokens, first: int, local: Local) -> bool:
    """Whether a number is the upper end of an amount of money, so that no noun is counted: €20-30 tickets"""
    dash = tokens.words[first - 1] in DASHES and tokens.joins(first - 1)
    return dash and read_money_before(tokens, first - 2, local) is not None


def _initialled(tokens: Tokens, figure: Figure) -> Figure:
    """initialled = decimal capitals : a measure the table does not know, 0.5 WAR"""
    unit = tokens.raw[figure.last]
    known = figure.mantissa % 1 and figure.scale == 1 and unit.isalpha() and unit.isupper() and unit.isascii()
    return figure._replace(last=figure.last + 1, unit=unit.lower(), kind="noun") if known and len(unit) > 1 else figure


def _head(tokens: Tokens, figure: Figure, noun: Noun, local: Local) -> Figure:
    """head = a unit with an adjective before it (600 Indian rupees), or a counted noun (9 shipping containers)"""
    unit = unit_before(tokens, noun.head, local)
    if unit is None or unit.edge < figure.last or unit.name in counted_units():
        return figure._replace(last=noun.last, unit=noun.name, kind="noun")
    upper = _times(figure.upper, unit.factor)
    return figure._replace(last=noun.head, unit=unit.name, factor=unit.factor, kind=unit.kind, upper=upper)


def _pronoun(tokens: Tokens, number: Number, noun: Noun | None) -> bool:
    """Whether "one" stands for a noun: the one, one of them; not "one to two years"."""
    if tokens.words[number.last] in ("to", "or"):
        return False
    return noun is None or tokens.words[number.first - 1] in word_class("pronoun")


def _sign(tokens: Tokens, first: int) -> tuple[int, bool]:
    """sign = "-" | "+", glued | "minus" "-"? ; index of the sign (else of the figure), and whether it is a minus"""
    before = tokens.words[first - 1]
    if before in _MINUS and tokens.glued(first) and not _hangs(tokens, first - 1):
        return first - 1, True
    if before == "+" and tokens.glued(first):
        return first - 1, False
    at = first - 1 - (before in DASHES)
    return (at, True) if tokens.words[at] == "minus" else (first, False)


def _hangs(tokens: Tokens, dash: int) -> bool:
    """Whether a dash hangs on a word or number to its left, so that it is no minus."""
    return tokens.glued(dash) and (tokens.words[dash - 1][-1:].isalnum() or tokens.words[dash - 1] in (")", "%"))


def _scaled_after(tokens: Tokens, figure: Figure) -> Figure:
    """scaled = number currency scale : 75 USD million"""
    scaled = read_scale(tokens, figure.last) if figure.kind == "money" and figure.scale == 1 else None
    if scaled is None or tokens.words[figure.last] in DASHES:
        return figure
    return figure._replace(last=scaled[0], scale=scaled[1], upper=_times(figure.upper, scaled[1]))


def _denominated(tokens: Tokens, figure: Figure, local: Local) -> Figure:
    """denominated = figure denominator | spread | rate ; only a flow per year keeps the plain unit"""
    found = read_denominator(tokens, figure.last, local)
    if found is None or (found.kind == "money" and figure.scale != 1):
        return _spread(tokens, figure) if tokens.words[figure.last] == "of" and figure.kind == "unit" else figure
    if figure.kind == "bare" and found.kind == "money":
        return _exchange_rate(tokens, figure, found, local)
    if found.name == figure.unit or (figure.unit == _PERCENT and found.kind == "money"):
        return figure
    per = None if found.name == "year" or figure.unit == _PERCENT else found.name
    return figure._replace(last=found.edge, per=per, factor=figure.factor / found.factor if per else figure.factor)


def _exchange_rate(tokens: Tokens, figure: Figure, per: Unit, local: Local) -> Figure:
    """rate = number "per" currency, of the currency named before it: the rupee fell to 278 per dollar"""
    named = named_currency(tokens, figure.first, local)
    if named is None or named == per.name:
        return figure
    return figure._replace(last=per.edge, unit=named, per=per.name, kind="money")


def _spread(tokens: Tokens, figure: Figure) -> Figure:
    """spread = unit "of" word{1,3} ("a day" | "per month" | "monthly") : 6.4 billion cubic feet of it a day"""
    for index in range(figure.last + 2, figure.last + 1 + _SPREAD_REACH):
        word, following = tokens.words[index : index + 2]
        if word in _FLOWS:
            return figure._replace(last=index + 1, per=_FLOWS[word])
        if word in ("a", "per") and following in _FLOW_UNITS:
            return figure._replace(last=index + 2, per=None if following == "year" else following)
    return figure
