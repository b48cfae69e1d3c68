"""An address → a selection and what is wrong with it; a selection → its one address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data import NONE, PARAMETERS, Parameter, Selection, read_query, write_query


class Store:
    """A store that has these names."""

    options: Mapping[str, tuple[str, ...]] = {
        "metric": ("exports", "price"),
        "parties": ("PAK", "RUS", NONE),
        "reporter": ("RUS", NONE),
        "product": ("wheat", NONE),
        "publisher": ("**Bold** & Sons", "Dawn", NONE),
        "series": ("exports.rus.currency-usd", "exports.rus.currency-usd.calendar-year"),
    }


KNOWN = Store()

SUCH = "a condition such as value>=1000, publisher~times or published>=2023-06-30 was expected"


@pytest.mark.parametrize(
    ("query", "selection"),
    [
        ({}, Selection()),
        ({"metric": "exports"}, Selection(metric=("exports",))),
        ({"metric": ["price", "exports"]}, Selection(metric=("exports", "price"))),
        ({"parties": ["PAK", "PAK"]}, Selection(parties=("PAK",))),
        ({"product": NONE}, Selection(product=(NONE,))),
        ({"publisher": "**Bold** & Sons"}, Selection(publisher=("**Bold** & Sons",))),
        ({"from": "2018", "to": "2020"}, Selection(first=2018, last=2020)),
        ({"from": "2018"}, Selection(first=2018)),
        ({"from": ["2018", "2019"]}, Selection(first=2019)),
        ({"reporter": "RUS", "frequency": "annual"}, Selection(reporter=("RUS",), frequency=("annual",))),
        ({"agreement": ["conflict", "agree"], "sources": "2"}, Selection(agreement=("agree", "conflict"), sources=2)),
        ({"q": "  Wheat  pakistan "}, Selection(q="Wheat pakistan")),
        ({"q": "x" * 900}, Selection(q="x" * 200)),
        ({"series": "exports.rus.currency-usd"}, Selection(series=("exports.rus.currency-usd",))),
        ({"as_of": "2023-06-30"}, Selection(as_of=dt.date(2023, 6, 30))),
        ({"rule": "latest published", "page": "3"}, Selection(rule="latest published", page=3)),
        ({"clock": "published", "layout": "overlay"}, Selection(clock="published", layout="overlay")),
        (
            {"transform": "index", "base": "2015", "scale": "log"},
            Selection(transform="index", base="2015", scale="log"),
        ),
        ({"unit": "USD/tonne", "currency": "eur"}, Selection(unit="USD/tonne", currency="EUR")),
        (
            {"sort": "-value,,published", "where": ["value>=1000", "publisher~times of"]},
            Selection(sort="-value,published", where=("publisher~times of", "value>=1000")),
        ),
    ],
)
def test_a_link_of_this_dashboard_is_read_without_complaint(
    query: dict[str, str | list[str]], selection: Selection
) -> None:
    assert read_query(query, KNOWN) == (selection, [])


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (
            {"metric": "nonsense"},
            "The link asks for “nonsense” under “What is measured”; no claim in this store has it.",
        ),
        ({"color": "red"}, "The link sets “color”, which this page does not know."),
        ({"status": "sure"}, "The link asks for “sure” under “Status”; this is none of its values."),
        ({"from": "20x5"}, "The link sets “from” to “20x5”; a year such as 2015 was expected."),
        ({"from": "²"}, "The link sets “from” to “²”; a year such as 2015 was expected."),
        ({"to": "99999"}, "The link sets “to” to “99999”; a year such as 2015 was expected."),
        (
            {"from": "2020", "to": "2018"},
            "The link asks for the years 2020 to 2018, which run backwards; the period is left open.",
        ),
        ({"sources": "0"}, "The link sets “sources” to “0”; a number such as 2 was expected."),
        ({"page": "-1"}, "The link sets “page” to “-1”; a number such as 2 was expected."),
        ({"as_of": "2023-02-31"}, "The link sets “as_of” to “2023-02-31”; a day such as 2023-06-30 was expected."),
        ({"scale": "cubic"}, "The link sets “scale” to “cubic”; linear or log was expected."),
        (
            {"rule": "loudest"},
            "The link sets “rule” to “loudest”; most sources, latest published or most precise was expected.",
        ),
        (
            {"base": "soon"},
            "The link sets “base” to “soon”; a period such as 2015, 2015-Q1 or 2014-07/2015-06 was expected.",
        ),
        ({"unit": "<b>"}, "The link sets “unit” to “<b>”; a unit such as tonne or USD was expected."),
        ({"currency": "ABC"}, "The link sets “currency” to “ABC”; a currency such as EUR was expected."),
        (
            {"sort": "quote"},
            "The link sets “sort” to “quote”; columns of the table such as -value,published, each once, were expected.",
        ),
        (
            {"where": "value~1"},
            f"The link sets “where” to “value~1”; {SUCH}.",
        ),
        (
            {"status": "<script>x()</script>" + "x" * 99},
            "The link asks for “<script>x()</script>xxxxxxxxxxxxxxxxxxx…” under “Status”; this is none of its values.",
        ),
    ],
)
def test_a_part_that_makes_no_sense_is_named_and_left_out(query: dict[str, str], problem: str) -> None:
    assert read_query(query, KNOWN) == (Selection(), [problem])
    assert read_query(query | {"reporter": "RUS"}, KNOWN) == (Selection(reporter=("RUS",)), [problem])


def test_every_field_of_a_selection_is_a_parameter() -> None:
    assert [each.field for each in PARAMETERS] == [field.name for field in fields(Selection)]


CONDITIONS = ("page=", "publisher~wire", "published<2024-02-12", "title!=", "value>=-1.5")


def _values(each: Parameter) -> st.SearchStrategy[object]:
    if each.kind == "conditions":
        return st.lists(st.sampled_from(CONDITIONS), unique=True).map(lambda chosen: tuple(sorted(chosen)))
    if each.is_many:
        names = each.values or KNOWN.options[each.name]
        return st.lists(st.sampled_from(names), unique=True).map(lambda chosen: tuple(sorted(chosen)))
    some: dict[str, st.SearchStrategy[object]] = {
        "choice": st.sampled_from(each.values or ("",)),
        "year": st.none(),
        "day": st.none() | st.dates(),
        "order": st.sampled_from(["", "value", "-period,page"]),
        "number": st.integers(1, 99_999),
        "words": st.text(max_size=300).map(lambda text: " ".join(text.split())[:200].strip()),
        "period": st.sampled_from(["", "2015", "2015-Q1", "2014-07/2015-06"]),
        "unit": st.sampled_from(["", "tonne", "USD/tonne", "%"]),
        "currency": st.sampled_from(["", "EUR", "PKR"]),
    }
    return some[each.kind]


YEARS = st.tuples(st.none() | st.integers(1000, 1999), st.none() | st.integers(2000, 2999))
SELECTIONS = st.builds(
    lambda years, **chosen: Selection(**chosen | {"first": years[0], "last": years[1]}),
    YEARS,
    **{each.field: _values(each) for each in PARAMETERS},
)


@given(SELECTIONS)
def test_a_selection_survives_its_address_which_is_always_the_same(selection: Selection) -> None:
    query = write_query(selection)
    assert read_query(parse_qs(query), KNOWN) == (selection, [])


@given(st.dictionaries(st.sampled_from([each.name for each in PARAMETERS]), st.lists(st.text(), max_size=3)))
def test_whatever_is_asked_the_address_that_is_read_is_canonical(query: dict[str, list[str]]) -> None:
    selection, _ = read_query(query, KNOWN)
    again, problems = read_query(parse_qs(write_query(selection)), KNOWN)
    assert (again, problems) == (selection, [])


def test_the_filters_are_counted_and_told_from_the_drawing() -> None:
    chosen = Selection(metric=("exports",), first=2015, last=2016, sources=2, scale="log", unit="tonne", page=4)
    assert chosen.size == 3
    assert chosen.filters == Selection(metric=("exports",), first=2015, last=2016, sources=2)
