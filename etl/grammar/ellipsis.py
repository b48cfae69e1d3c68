"""Figures that leave out their unit, currency, scale or denominator → figures with what their neighbours state.

"Trade fell to $14.0 million from 21.1": the second figure has neither currency nor scale of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

from etl.grammar.figures import Figure
from etl.grammar.labels import why_labelled
from etl.grammar.numerals import exact, read_digits
from etl.grammar.qualifiers import find_change, find_hedge
from etl.grammar.tokens import DASHES, WALL, Tokens
from etl.lexicon.word_classes import word_class

__all__ = ["fill_ellipsis", "read_item"]

_RATES: Final = frozenset(("percent", "percentage_point", "factor"))
_NEW_LEVEL: Final = frozenset(("to", "at", "by", "for", "of", "with"))
_LIST_SIGNS: Final = frozenset((",", "("))
_LIST_WORDS: Final = frozenset((",", "and", "or", "to"))
_WITHIN: Final = frozenset(("in", "for", "of", "the", "about", "around", "some"))
_COMPARES: Final = frozenset(("from", "with", "against", "versus"))
_COMPARED: Final = frozenset(("up", "down", "compared", "as", "rise", "drop", "fall", "increase", "and", ","))
_SUMMED: Final = frozenset(("average", "total"))
_GAPS: Final = frozenset(("above", "below", "higher", "lower", "more", "less", "up", "down"))
# What follows a figure whose unit was said before: 151,000 in May, 98,000 a year earlier.
_GOES_WITHOUT: Final = frozenset(
    ("and", "or", "in", "for", "from", "to", "at", "a", "on", "by", "after", "against", "versus", "last")
)
_WAYS: Final = frozenset(("up", "down"))
_CHANGES: Final = ([",", "up"], [",", "down"])
_LANDS: Final = frozenset(("to", "at"))
_ITEM_SIGNS: Final = frozenset((",", ";", "(", "and", "from", "to"))
_ITEM_ENDS: Final = frozenset((WALL, ",", ".", ";", ")", "(", "and", "from", "in"))
_STOPS: Final = frozenset((WALL, ".", "?", "!", ";"))
_OF_THE: Final = 2
_LIST_REACH: Final = 8
_NAME_REACH = 6
_SENTENCE_REACH: Final = 45
_PRICE_REACH: Final = 80
_FIGURES_BACK, _FIGURES_AHEAD, _PRICES_BACK = 12, 3, 4
_SCALED: Final = 1e5
_MILLION: Final = 1e6
_SCALABLE: Final = 1000.0
_WHOLE: Final = 100.0
# Figures of one list differ by less than these: prices of one good, shared scales, amounts of one unit.
_PRICE_RATIO, _SCALE_RATIO, _VALUE_RATIO = 5.0, 30.0, 900.0


def fill_ellipsis(tokens: Tokens, figures: Sequence[Figure]) -> list[Figure]:
    """The figures in order, what each leaves out taken from the nearest comparable one."""
    filled: list[Figure] = []
    for index, figure in enumerate(figures):
        later = figures[index + 1 : index + 1 + _FIGURES_AHEAD]
        figure = _in_millions(tokens, figure, filled)  # noqa: PLW2901  the same figure, read on
        if figure.kind == "bare" and figure.form != "vague":
            filled.append(_with_unit(tokens, figure, filled, later))
        elif figure.kind == "money" and figure.per is None and figure.scale == 1:
            filled.append(_with_denominator(tokens, figure, filled, later))
        else:
            filled.append(figure)
    return filled


def _in_millions(tokens: Tokens, figure: Figure, earlier: Sequence[Figure]) -> Figure:
    """millions = number "m", where the text counts in millions: 1.7m tonnes ... exports 1.3m; not a wall 2m high"""
    letter = figure.unit == "metre" and tokens.raw[figure.last - 1] == "m" and tokens.glued(figure.last - 1)
    if not letter or tokens.words[figure.last] in word_class("measure"):
        return figure
    counts = any(donor.scale == _MILLION and donor.kind != "bare" for donor in earlier[-_FIGURES_BACK:])
    return figure._replace(unit=None, kind="bare", scale=_MILLION) if counts else figure


def read_item(tokens: Tokens, index: int, figures: Sequence[Figure]) -> Figure | None:
    """The figure at a number that seems part of a name, where a list of figures goes on: Oslo $562/t, Rotterdam 521

    None where it does not: both names have a capital, and the figure before could lend its unit.
    """
    figure = Figure(index, index + 1, read_digits(tokens.words[index]))
    if tokens.glued(index) or why_labelled(tokens, index, counted=False) or not _lists(tokens, figure):
        return None
    before = _before(tokens, figure, figures[-_FIGURES_AHEAD:])
    named = (donor for donor in before if tokens.raw[donor.first - 1][:1].isupper() and donor.kind != "noun")
    return figure if any(_lends(tokens, donor, figure) for donor in named) else None


def _with_unit(tokens: Tokens, figure: Figure, earlier: Sequence[Figure], later: Sequence[Figure]) -> Figure:
    """unit = person | of the whole | of the figure before in the sentence | after | of another sentence, if scaled"""
    if "population" in tokens.words[figure.first - 5 : figure.first]:
        return figure._replace(unit="person", kind="noun")
    if later and _part_of(tokens, figure, later[0]):
        return figure._replace(unit=later[0].unit, kind=later[0].kind)
    scaled = figure.scale >= _SCALED
    donor = None
    if scaled or _linked(tokens, figure):
        donor = _nearest(tokens, figure, _before(tokens, figure, earlier))
    if donor is None and later and (scaled or _listed(tokens, figure, later[0])):
        end = _sentence_end(tokens, figure.last)
        donor = _nearest(tokens, figure, (donor for donor in later if donor.first <= end))
    if donor is None and _stands_alone(tokens, figure):
        able = (donor for donor in _before(tokens, figure, earlier) if _measured_alike(tokens, figure, donor))
        donor = _nearest(tokens, figure, able)
    if donor is None and (scaled or (_full(tokens, figure) and _linked(tokens, figure))):
        donor = _same_scale(tokens, figure, earlier)
    return figure if donor is None else _taken(figure, donor)


def _before(tokens: Tokens, figure: Figure, earlier: Sequence[Figure]) -> Iterator[Figure]:
    """The figures before this one in its sentence, or before the semicolon that begins it, the nearest first."""
    start = _sentence_start(tokens, figure.first)
    start = _sentence_start(tokens, start - 1) if tokens.words[start - 1] == ";" else start
    return (donor for donor in reversed(earlier[-_FIGURES_BACK:]) if donor.last >= start)


def _nearest(tokens: Tokens, figure: Figure, donors: Iterable[Figure]) -> Figure | None:
    return next((donor for donor in donors if _lends(tokens, donor, figure)), None)


def _lends(tokens: Tokens, donor: Figure, figure: Figure) -> bool:
    """Whether `donor` can lend its unit: a rate only to a figure that is no new level ("rose 5% to 206")."""
    if donor.kind == "bare" or donor.form in ("part", "fold", "vague") or _converts(tokens, donor):
        return False
    if tokens.words[donor.last - 2] in DASHES and donor.unit in word_class("time"):
        return False  # "the five-year average of 2.09" is no 2.09 years.
    if donor.kind == "noun":
        return donor.scale == figure.scale and (_compared(tokens, figure, donor) or _enumerated(tokens, figure, donor))
    if donor.unit in _RATES:
        lead = tokens.words[_lead(tokens, figure)]
        level = lead in _NEW_LEVEL and not lead == "for" == tokens.words[_lead(tokens, donor)]
        return figure.scale == 1 and abs(figure.mantissa) <= _WHOLE and not level
    if figure.scale == 1 < donor.scale:
        mantissa = figure.mantissa if figure.mantissa < _SCALABLE else figure.mantissa / donor.scale
        return _ratio(mantissa, donor.mantissa) < _SCALE_RATIO
    return _ratio(figure.value, donor.mantissa * donor.scale) < _VALUE_RATIO


def _converts(tokens: Tokens, donor: Figure) -> bool:
    """Whether money in brackets converts the figure before it: $186.3m (£97m); "Taiwan ($5bn)" does not."""
    before = tokens.raw[donor.first - 2]
    if donor.kind != "money" or tokens.words[donor.first - 1] != "(" or before.istitle():
        return False
    left = takewhile(lambda word: word not in _LIST_WORDS, reversed(tokens.words[donor.first - 8 : donor.first - 1]))
    return any(word[:1].isdecimal() for word in left)


def _part_of(tokens: Tokens, figure: Figure, whole: Figure) -> bool:
    """part = figure "of" determiner? whole : 20 of the 70 mills"""
    between = tokens.words[figure.last : whole.first]
    determined = between[1:] == [] or between[1:2] == ["the"] or between[1:2] == ["its"]
    return between[:1] == ["of"] and determined and len(between) <= _OF_THE and whole.kind == "noun"


def _compared(tokens: Tokens, figure: Figure, donor: Figure) -> bool:
    """Whether the sentence compares the figure with another: up from 2.4 million, compared with 63, 85 jets from 62"""
    lead = _lead(tokens, figure)
    compared = tokens.words[lead - 1] in _COMPARED or lead == donor.last
    return tokens.words[lead] in _COMPARES and compared


def _enumerated(tokens: Tokens, figure: Figure, donor: Figure) -> bool:
    """Whether only a list leads from a figure to what it counts: 520, 535 and 561 cars"""
    return 0 < donor.first - figure.last <= _LIST_REACH and all(
        word in _LIST_WORDS or word.isdecimal() for word in tokens.words[figure.last : donor.first]
    )


def _linked(tokens: Tokens, figure: Figure) -> bool:
    """linked = (link | "," | "(") figure | item"""
    before = find_hedge(tokens, figure.first, figure.last).first - 1
    words = (tokens.words[_lead(tokens, figure)], tokens.words[before])
    return any(word in word_class("link") or word in _LIST_SIGNS for word in words) or _lists(tokens, figure)


def _lists(tokens: Tokens, figure: Figure) -> bool:
    """item = ("," | ";" | "(" | "and" | "from" ...) name{1,3} ":"? figure, and no more: , dairy produce 162.7 and"""
    if tokens.words[figure.last] not in _ITEM_ENDS:
        return False
    at = figure.first - 1 - (tokens.words[figure.first - 1] == ":")
    for index in range(at, at - _NAME_REACH, -1):
        word = tokens.words[index]
        if word in _ITEM_SIGNS:
            return index < at
        if not (word[:1].isalpha() or word in DASHES) or (word in word_class("stop") and word != "the"):
            return False
    return False


def _full(tokens: Tokens, figure: Figure) -> bool:
    """Whether a number is printed in groups of thousands, so that no scale is left out: 18,940,000"""
    return figure.scale == 1 and figure.mantissa >= _SCALABLE and "," in tokens.words[figure.first]


def _stands_alone(tokens: Tokens, figure: Figure) -> bool:
    """Whether a figure of a size that amounts have counts no noun: India taking 383,000, twice the 32,000 of 2020"""
    word = tokens.words[figure.first]
    determined = tokens.words[figure.first - 1] == "the"
    precise = figure.form == "digits" and figure.scale == 1 and ("," in word or "." in word)
    following = tokens.words[figure.last]
    ended = not following.isalpha() or following in _GOES_WITHOUT or following in word_class("month")
    return precise and (ended or determined)


def _measured_alike(tokens: Tokens, figure: Figure, donor: Figure) -> bool:
    """Whether a figure that stands alone is an amount as another one is, and no second measure of one thing."""
    return donor.kind == "money" or donor.scale > 1 or "," in tokens.words[figure.first]


def _lead(tokens: Tokens, figure: Figure) -> int:
    """Index of the word before a figure and its qualifier: compared [with] an average of about 20"""
    at = find_hedge(tokens, figure.first, figure.last).first - 1
    if tokens.words[at] == "of" and tokens.words[at - 1] in _SUMMED:
        at -= 2
        at -= tokens.words[at] in ("a", "an")
    return at


def _listed(tokens: Tokens, figure: Figure, following: Figure) -> bool:
    """Whether a list or a pair goes on after the figure: 520, 535 and 561 dollars; from 6.6 in May to 0.8 percent

    The names of the items may stand between: China taking 383, the Netherlands 151 and Pakistan 62 tonnes.
    """
    if tokens.words[figure.first - 1] == "from":
        return True
    between = range(figure.last, following.first)
    listed = not _LIST_WORDS.isdisjoint(tokens.words[figure.last : following.first])
    return listed and all(_goes_on(tokens, index) for index in between)


def _goes_on(tokens: Tokens, index: int) -> bool:
    """Whether a list goes on past a word: what each figure is of, its direction or when it was, no verb"""
    word = tokens.words[index]
    named = tokens.raw[index][:1].isupper() or word in word_class("month")
    return word in _LIST_WORDS or word in _WITHIN or word in _WAYS or named or not word.isalpha()


def _same_scale(tokens: Tokens, figure: Figure, earlier: Sequence[Figure]) -> Figure | None:
    """The nearest earlier figure with the same scale word, else with any, else of the same size."""
    back = [donor for donor in reversed(earlier[-_FIGURES_BACK:]) if donor.kind in ("money", "unit")]
    able = [donor for donor in back if donor.unit not in _RATES and not _converts(tokens, donor)]
    scaled = [donor for donor in able if donor.scale >= _SCALED and figure.scale != 1]
    same = [donor for donor in scaled if donor.scale == figure.scale]
    size = (donor for donor in able if _ratio(figure.value, donor.mantissa * donor.scale) < _PRICE_RATIO)
    return next(iter((*same, *scaled, *size)), None)


def _taken(figure: Figure, donor: Figure) -> Figure:
    short = figure.scale == 1 and figure.form == "digits" and figure.mantissa < _SCALABLE
    scale = donor.scale if short else figure.scale
    upper = None if figure.upper is None else exact(figure.upper, scale / figure.scale * donor.factor)
    per = donor.per or figure.per
    return figure._replace(unit=donor.unit, per=per, factor=donor.factor, kind=donor.kind, scale=scale, upper=upper)


def _with_denominator(tokens: Tokens, figure: Figure, earlier: Sequence[Figure], later: Sequence[Figure]) -> Figure:
    """denominator = that of the price before, converted or exceeded | of the list of prices | of prices just before"""
    price = earlier[-1] if earlier else None
    if price is not None and price.per and _beside(tokens, price, figure):
        return figure._replace(per=price.per)
    if later and later[0].per and figure.factor == 1 and _moves(tokens, figure, later[0]):
        return figure._replace(per=later[0].per)
    for donor in (*_price_list(tokens, figure, later), *reversed(earlier[-_PRICES_BACK:])):
        near = abs(figure.first - donor.last) < _PRICE_REACH
        if donor.per and near and _same_price(figure, donor):
            return figure._replace(per=donor.per)
    return figure


def _beside(tokens: Tokens, price: Figure, figure: Figure) -> bool:
    """Whether a figure converts the price before it, or is its change: $270 per tonne (250 euros); $549/t, up $7"""
    between = tokens.words[price.last : figure.first]
    differs = between in _CHANGES or (between == [","] and tokens.words[figure.last] in _GAPS)
    return between == ["("] or (differs and price.unit == figure.unit)


def _moves(tokens: Tokens, figure: Figure, price: Figure) -> bool:
    """Whether a figure is the change of the price that follows: lost $9.35 to $213.90 a tonne

    A change in cents of a price in dollars stays as it is printed: up 19 cents at $58.24 per barrel.
    """
    hedge = find_hedge(tokens, figure.first, figure.last)
    changed = find_change(tokens, hedge.first, hedge.last) is not None
    near = 0 < price.first - figure.last <= _LIST_REACH and WALL not in tokens.words[figure.last : price.first]
    landed = tokens.words[price.first - 1] in _LANDS and figure.unit == price.unit
    return changed and near and landed and abs(figure.mantissa) < abs(price.mantissa) and figure.scale == price.scale


def _price_list(tokens: Tokens, figure: Figure, later: Sequence[Figure]) -> list[Figure]:
    """The following amounts of a list of prices, as far as they are alike: at $265.00 ... and $269.25 per tonne"""
    end = _sentence_end(tokens, figure.last) if later else 0
    return list(takewhile(lambda donor: donor.first <= end and _same_price(figure, donor), later))


def _same_price(figure: Figure, donor: Figure) -> bool:
    return donor.unit == figure.unit and donor.scale == 1 and _ratio(donor.value, figure.value) < _PRICE_RATIO


def _ratio(left: float, right: float) -> float:
    small, large = sorted((abs(left), abs(right)))
    return large / small if small else float("inf")


def _sentence_start(tokens: Tokens, index: int) -> int:
    """The first token of the sentence of token `index`; what is far away counts as another sentence."""
    back = range(index - 1, max(index - 1 - _SENTENCE_REACH, 0), -1)
    return next((at + 1 for at in back if tokens.words[at] in _STOPS and _ends_sentence(tokens, at)), back.stop + 1)


def _sentence_end(tokens: Tokens, index: int) -> int:
    """The last token of the sentence of token `index`."""
    ahead = range(index, min(index + _SENTENCE_REACH, len(tokens.words)))
    return next((at for at in ahead if tokens.words[at] in _STOPS and _ends_sentence(tokens, at)), ahead.stop)


def _ends_sentence(tokens: Tokens, index: int) -> bool:
    """end = wall | stop, a space, no small letter ; an abbreviation ends in one letter: U.S. dlrs"""
    before, following = tokens.words[index - 1], tokens.raw[index + 1]
    abbreviates = len(before) == 1 and before.isalpha()
    return tokens.words[index] == WALL or not (tokens.glued(index + 1) or following[:1].islower() or abbreviates)
