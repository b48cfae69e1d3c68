"""Figures that leave out their unit, currency, scale or denominator → figures with what their neighbours state.

"Trade fell to $14.0 million from 21.1": the second figure has neither currency nor scale of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from etl.grammar.figures import Figure
from etl.grammar.qualifiers import find_hedge
from etl.grammar.tokens import WALL, Tokens

__all__ = ["fill_ellipsis"]

_LINKS: Final = frozenset(
    ("from", "to", "against", "with", "and", "or", "than", "versus", "vs", "after", "at", "for", "but", "was", "were", "then", "of", "only",
     ",", "(", "just")
)  # fmt: skip
_SENTENCE_REACH: Final = 45
_TEXT_REACH: Final = 12
_PRICE_REACH: Final = 80
_SCALED: Final = 1e5
_PRICE_RATIO: Final = 5.0
_SCALE_RATIO: Final = 30.0
_BIG: Final = 1000.0


def fill_ellipsis(tokens: Tokens, figures: Sequence[Figure]) -> list[Figure]:
    """The figures in order, what each leaves out taken from the nearest comparable one."""
    filled: list[Figure] = []
    for index, figure in enumerate(figures):
        later = figures[index + 1 : index + 4]
        if figure.kind == "bare" and figure.form != "vague":
            filled.append(_with_unit(tokens, figure, filled, later))
        elif figure.kind == "money" and figure.per is None and figure.scale == 1:
            filled.append(_with_denominator(tokens, figure, filled, later))
        else:
            filled.append(figure)
    return filled


def _with_unit(tokens: Tokens, figure: Figure, earlier: Sequence[Figure], later: Sequence[Figure]) -> Figure:
    """unit = that of an earlier figure of the sentence | of a later one of the list | of an earlier sentence, if scaled"""
    population = _population(tokens, figure)
    if population is not None:
        return population
    near = [donor for donor in reversed(earlier[-_TEXT_REACH:]) if _same_sentence(tokens, donor.last, figure.first)]
    linked = figure.scale >= _SCALED or _linked(tokens, figure)
    donor = _first(figure, near, tokens) if linked else None
    if donor is None:
        following = [after for after in later if _same_sentence(tokens, figure.last, after.first)]
        donor = _first(figure, following, tokens) if _listed(tokens, figure) or figure.scale >= _SCALED else None
    if donor is None and figure.scale >= _SCALED:
        donor = _same_scale(figure, earlier)
    return figure if donor is None else _taken(figure, donor)


def _first(figure: Figure, donors: Iterable[Figure], tokens: Tokens) -> Figure | None:
    """The nearest donor that is comparable; money in brackets converts another amount and lends nothing."""
    fitting = [donor for donor in donors if _comparable(figure, donor, tokens)]
    return fitting[0] if fitting else None


def _comparable(figure: Figure, donor: Figure, tokens: Tokens) -> bool:
    """Whether `donor` can lend its unit: a percentage only to one beside it that is no new level ("rose 5% to 206")."""
    if donor.kind == "bare" or donor.form in ("part", "fold", "vague"):
        return False
    if donor.kind == "noun":
        return _compared(tokens, figure) and donor.scale == figure.scale
    if _converts(tokens, donor):
        return False
    if donor.unit in ("percent", "percentage_point", "factor"):
        return figure.scale == 1 and abs(figure.mantissa) <= 100 and not _new_level(tokens, figure)  # noqa: PLR2004
    if figure.scale == 1 and donor.scale > 1:
        return figure.mantissa < _BIG and _ratio(figure.mantissa, donor.mantissa) < _SCALE_RATIO
    return _ratio(figure.value, donor.mantissa * donor.scale) < _SCALE_RATIO**2


def _converts(tokens: Tokens, donor: Figure) -> bool:
    return donor.kind == "money" and tokens.words[donor.first - 1] == "(" and tokens.words[donor.first - 2][-1:].isalnum() and tokens.raw[donor.first - 2] != tokens.raw[donor.first - 2].title()


def _compared(tokens: Tokens, figure: Figure) -> bool:
    first = find_hedge(tokens, figure.first, figure.last).first
    return tokens.words[first - 1] in ("from", "with", "against", "versus") and tokens.words[first - 2] in ("up", "down", "compared", "as", "rise", "drop", "fall", "increase", "and", ",")


def _ratio(left: float, right: float) -> float:
    small, large = sorted((abs(left), abs(right)))
    return large / small if small else float("inf")


def _new_level(tokens: Tokens, figure: Figure) -> bool:
    first = find_hedge(tokens, figure.first, figure.last).first
    return tokens.words[first - 1] in ("to", "at", "by", "for", "of", "with")


def _linked(tokens: Tokens, figure: Figure) -> bool:
    return tokens.words[find_hedge(tokens, figure.first, figure.last).first - 1] in _LINKS


def _listed(tokens: Tokens, figure: Figure) -> bool:
    """Whether a list or a pair goes on after the figure: 520, 535 and 561 dollars; from 6.6 in May to 0.8 percent."""
    return tokens.words[figure.last] in (",", "and", "or", "to") or tokens.words[figure.first - 1] == "from"


def _same_scale(figure: Figure, earlier: Sequence[Figure]) -> Figure | None:
    """The nearest earlier figure with the same scale word, else the nearest scaled one; percentages have no scale."""
    scaled = [donor for donor in reversed(earlier[-_TEXT_REACH:]) if donor.scale >= _SCALED and donor.kind in ("money", "unit")]
    same = [donor for donor in scaled if donor.scale == figure.scale]
    return (same or scaled or [None])[0]


def _taken(figure: Figure, donor: Figure) -> Figure:
    scale = donor.scale if figure.scale == 1 and figure.form == "digits" and figure.upper is None else figure.scale
    return figure._replace(unit=donor.unit, per=donor.per, factor=donor.factor, kind=donor.kind, scale=scale)


def _population(tokens: Tokens, figure: Figure) -> Figure | None:
    """person = "population" "of"? figure"""
    if "population" not in tokens.words[max(figure.first - 5, 0) : figure.first]:
        return None
    return figure._replace(unit="person", kind="noun")


def _with_denominator(tokens: Tokens, figure: Figure, earlier: Sequence[Figure], later: Sequence[Figure]) -> Figure:
    """denominator = that of a price in the same currency nearby, or of the price a bracket converts"""
    previous = earlier[-1] if earlier else None
    if previous is not None and previous.per and _beside(tokens, previous, figure):
        return figure._replace(per=previous.per, factor=figure.factor * previous.factor / _own_factor(previous))
    donors = _price_list(tokens, figure, later)
    donors += [donor for donor in reversed(earlier[-4:]) if figure.first - donor.last < _PRICE_REACH]
    for donor in donors:
        if donor.per and donor.unit == figure.unit and donor.scale == 1 and _ratio(donor.value, figure.value) < _PRICE_RATIO:
            return figure._replace(per=donor.per)
    return figure


def _price_list(tokens: Tokens, figure: Figure, later: Sequence[Figure]) -> list[Figure]:
    """The following amounts of a list of prices in one currency, as far as they are alike."""
    alike = []
    for donor in later:
        comparable = donor.unit == figure.unit and donor.scale == 1 and _ratio(donor.value, figure.value) < _PRICE_RATIO
        if not comparable or not _same_sentence(tokens, figure.last, donor.first):
            break
        alike.append(donor)
    return alike


def _own_factor(price: Figure) -> float:
    return price.factor or 1.0


def _beside(tokens: Tokens, price: Figure, figure: Figure) -> bool:
    """Whether a figure converts the price before it, or says by how much it differs: $270 per tonne (250 euros)."""
    between = tokens.words[price.last : figure.first]
    after = tokens.words[figure.last]
    return between == ["("] or (between == [","] and price.unit == figure.unit and after in ("above", "below", "higher", "lower", "more", "less", "up", "down"))


def _same_sentence(tokens: Tokens, first: int, last: int) -> bool:
    if last - first > _SENTENCE_REACH:
        return False
    for index in range(first, last):
        word = tokens.words[index]
        if word == WALL or (word in ".?!" and _ends_sentence(tokens, index)):
            return False
    return True


def _ends_sentence(tokens: Tokens, index: int) -> bool:
    """A full stop with a space and a capital after it, and no abbreviation's single letter before: U.S. Dlrs"""
    following, before = tokens.raw[index + 1], tokens.words[index - 1]
    return not tokens.glued(index + 1) and not following[:1].islower() and (len(before) > 1 or not before.isalpha())
