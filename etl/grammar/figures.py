"""One number among the tokens → a figure: its sign, currency, scale, unit and denominator, or the reason it is none."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from etl.grammar.local import Local
from etl.grammar.labels import why_label, why_never
from etl.grammar.numbers import Number, exact, letter_scale, read_number, read_scale, with_scale
from etl.grammar.tokens import Tokens
from etl.grammar.units import (
    HYPHENS,
    Unit,
    is_pronoun_lead,
    read_denominator,
    read_money_before,
    read_noun,
    read_unit,
    named_currency,
    unit_before,
)

__all__ = ["Figure", "Refusal", "read_figure"]

_PERCENT: Final = "percent"
_NO_TIME: Final = frozenset(("year",))
_MINUS: Final = frozenset("-\u2212\u2013")
_SHARE_REACH: Final = 100


class Figure(NamedTuple):
    """A number grown to tokens `[first, last)`: mantissa and scale kept apart, unit per denominator, or what is missing.

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
        """The figure in its canonical base unit."""
        return exact(exact(self.mantissa, self.scale), self.factor)

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
    """figure = sign? currency? sign? number (unit | noun)? denominator? ; None where no number begins"""
    number = read_number(tokens, index)
    if number is None:
        return None
    reason = why_never(tokens, number) if number.form == "digits" else None
    money = _money(tokens, number, local)
    if reason is not None and money is None:
        return Refusal(number.first, number.last, reason)
    return _grow(tokens, number, money, local)


def _grow(tokens: Tokens, number: Number, money: Unit | None, local: Local) -> Figure | Refusal | None:
    if money is not None and tokens.words[number.first - 1] == "(" and tokens.words[number.last] == ")":
        number = with_scale(tokens, number._replace(last=number.last + 1))
    number = _settle_letter(tokens, number, local, money=money is not None)
    unit = read_unit(tokens, number, local, money=money is not None)
    if money is None and unit is None:
        return _counted(tokens, number, local)
    first, negative = _signed(tokens, number, money)
    figure = _scaled_after(tokens, _with_unit(number, money, unit, first))
    figure = _denominated(tokens, figure, local)
    return figure._replace(mantissa=-figure.mantissa) if negative else figure


def _money(tokens: Tokens, number: Number, local: Local) -> Unit | None:
    """money = currency sign? number ; the currency may stand before an opening bracket: $(5.2) million"""
    end = number.first
    if tokens.words[end - 1] in _MINUS or tokens.words[end - 1] in ("(", "+"):
        found = read_money_before(tokens, end - 1, local)
        if found is not None and (tokens.words[end - 1] != "(" or tokens.words[number.last] == ")"):
            return found
    return read_money_before(tokens, end, local)


def _settle_letter(tokens: Tokens, number: Number, local: Local, *, money: bool) -> Number:
    """letter = scale, where money, a unit or a noun says so: $35m, 35m of its devices; else a unit: 1.8m tall"""
    if not number.letter:
        return number
    scaled = number._replace(last=number.last + 1, scale=letter_scale(number.letter), letter="")
    if money or number.letter in ("k", "K"):
        return scaled
    if number.letter in ("t", "T", "mm", "MM"):
        return number._replace(letter="")
    beyond = read_unit(tokens, scaled, local, money=False)
    if beyond is not None and beyond.edge > scaled.last:
        return scaled
    if tokens.words[scaled.last] == "of" or read_noun(tokens, scaled.last) is not None:
        return scaled
    return number._replace(letter="") if number.letter == "m" else scaled


def _counted(tokens: Tokens, number: Number, local: Local) -> Figure | Refusal | None:
    """counted = number noun | number, where nothing makes it a label"""
    if number.form == "part":
        return Figure(number.first, number.last, number.mantissa * _SHARE_REACH, 1.0, _PERCENT, kind="unit", form="part")
    if number.form == "fold":
        return Figure(number.first, number.last, number.mantissa, 1.0, "factor", kind="unit", form="fold")
    one = number.value == 1 and number.scale == 1
    noun = read_noun(tokens, number.last, one=one, vague=number.form == "vague")
    reason = why_label(tokens, number, counted=noun is not None)
    if reason is not None:
        return Refusal(number.first, number.last, reason)
    if one and number.form == "words" and (noun is None or _pronoun(tokens, number.first)) and tokens.words[number.last] not in ("to", "or"):
        return None
    if _compound_word(tokens, number):
        return None if number.form == "words" else Refusal(number.first, number.last, "part of a compound word")
    first, negative = _signed(tokens, number, None)
    figure = Figure(first, number.last, -number.mantissa if negative else number.mantissa, number.scale, upper=number.upper, form=number.form)
    return _denominated(tokens, figure if noun is None else _head(tokens, figure, noun, local), local)


def _head(tokens: Tokens, figure: Figure, noun: tuple[int, str], local: Local) -> Figure:
    """head = a unit with an adjective before it (600 Indian rupees), or a counted noun"""
    unit = unit_before(tokens, noun[0], local)
    if unit is not None and unit.edge >= figure.last:
        return figure._replace(last=noun[0], unit=unit.name, factor=unit.factor, kind=unit.kind)
    return figure._replace(last=noun[0], unit=noun[1], kind="noun")


def _compound_word(tokens: Tokens, number: Number) -> bool:
    """compound = number "-"? word, glued: 5G, six-speed; not 0-to-60"""
    last = number.last
    step = 1 if tokens.words[last] in HYPHENS else 0
    word = tokens.words[last + step]
    return tokens.glued(last) and tokens.glued(last + step) and word.isalpha() and word not in ("to", "and", "or")


def _pronoun(tokens: Tokens, first: int) -> bool:
    return is_pronoun_lead(tokens.words[first - 1])


def _with_unit(number: Number, money: Unit | None, unit: Unit | None, first: int) -> Figure:
    last = number.last
    if unit is not None and (money is None or unit.kind == "money"):
        last = unit.edge
    named = money or unit
    assert named is not None  # noqa: S101
    return Figure(first, last, number.mantissa, number.scale, named.name, None, named.factor, named.kind, number.upper, number.form)


def _scaled_after(tokens: Tokens, figure: Figure) -> Figure:
    """scaled = number currency scale : 75 USD million"""
    if figure.kind != "money" or figure.scale != 1 or tokens.words[figure.last] in HYPHENS:
        return figure
    scaled = read_scale(tokens, figure.last)
    return figure if scaled is None else figure._replace(last=scaled[0], scale=scaled[1])


def _signed(tokens: Tokens, number: Number, money: Unit | None) -> tuple[int, bool]:
    """sign = "-" | "+" | "minus" glued before, or brackets between the number and its unit"""
    first = money.edge if money is not None else number.first
    inner = tokens.words[number.first - 1]
    if money is not None and money.edge < number.first - 1 and inner in _MINUS:
        return first, True
    if money is not None and inner == "(" and ")" in tokens.words[number.first : number.last]:
        return first, True
    sign = tokens.words[first - 1]
    if sign in _MINUS and tokens.glued(first) and not _attached(tokens, first - 1):
        return first - 1, True
    if sign == "+" and tokens.glued(first):
        return first - 1, False
    if sign == "minus" or (sign in HYPHENS and tokens.words[first - 2] == "minus"):
        return (first - 1 if sign == "minus" else first - 2), True
    return first, False


def _attached(tokens: Tokens, dash: int) -> bool:
    """Whether a dash hangs on a word or number to its left, so that it is no minus."""
    return tokens.glued(dash) and (tokens.words[dash - 1][-1:].isalnum() or tokens.words[dash - 1] in ")%")


def _denominated(tokens: Tokens, figure: Figure, local: Local) -> Figure:
    """denominator = "per" unit ; a year keeps the plain unit (a flow per year), a day or month is kept"""
    found = read_denominator(tokens, figure.last, local)
    if found is None or (found.kind == "money" and figure.scale != 1):
        return _spread(tokens, figure)
    if figure.kind == "bare" and found.kind == "money":
        return _exchange_rate(tokens, figure, found, local)
    per = None if found.name == "year" or figure.unit == _PERCENT else found.name
    if per == figure.unit:
        return figure
    factor = figure.factor if found.kind == "noun" else figure.factor / found.factor
    return figure._replace(last=found.edge, per=per, factor=factor)


def _exchange_rate(tokens: Tokens, figure: Figure, per: Unit, local: Local) -> Figure:
    """rate = number "per" currency, of the currency named before it"""
    named = named_currency(tokens, figure.first, local)
    if named is None or named == per.name:
        return figure
    return figure._replace(last=per.edge, unit=named, per=per.name, kind="money")


def _spread(tokens: Tokens, figure: Figure) -> Figure:
    """spread = unit "of" word{1,3} ("a day" | "per month" | "monthly" | "daily")"""
    if figure.kind != "unit" or tokens.words[figure.last] != "of":
        return figure
    for index in range(figure.last + 2, figure.last + 5):
        word = tokens.words[index]
        if word in ("daily", "monthly"):
            return figure._replace(last=index + 1, per="day" if word == "daily" else "month")
        if word in ("a", "per") and tokens.words[index + 1] in ("day", "month", "year"):
            span = tokens.words[index + 1]
            return figure._replace(last=index + 2, per=None if span == "year" else span)
    return figure
