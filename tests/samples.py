"""Small documents written for the tests, and their claims as a tidy frame: every case a chart or a table must show."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal, TypedDict, Unpack

import pandas as pd

from etl.frame import claim_rows, claims_to_frame, typed
from etl.model import Bound, Citation, Claim, Document, Granularity, Kind, Period, Qualifier, Quantity, Status

__all__ = ["SAMPLE_DOCUMENTS", "day", "fiscal", "months", "one_article", "sample_claims", "state", "state_row", "year"]


class Said(TypedDict, total=False):
    """What is said of a figure beside its value and period."""

    value_upper: float
    unit: str
    qualifier: Qualifier
    metric: str
    kind: Kind
    status: Status
    parties: tuple[str, ...]
    reporter: str
    partner: str
    product: str
    attribution: str


class Flow(TypedDict):
    """Whose goods go where."""

    metric: str
    reporter: str
    partner: str


TO_PAKISTAN: Flow = {"metric": "exports", "reporter": "RUS", "partner": "PAK"}
FROM_PAKISTAN: Flow = {"metric": "exports", "reporter": "PAK", "partner": "RUS"}


def year(number: int) -> Period:
    """A calendar year."""
    return _period(dt.date(number, 1, 1), dt.date(number, 12, 31), f"{number}", "year")


def fiscal(number: int, month: int = 7) -> Period:
    """The fiscal year that begins in `number`, in July if nothing else is said."""
    end = dt.date(number + 1, month, 1) - dt.timedelta(days=1)
    label = f"FY{number}/{(number + 1) % 100:02}"
    return _period(dt.date(number, month, 1), end, label, "year", calendar="fiscal")


def months(number: int, first: int, last: int) -> Period:
    """Whole months of one year, or from a month of `number` to a month of the next where `last` exceeds 12."""
    last_year, last_month = number + (last - 1) // 12, (last - 1) % 12 + 1
    end = dt.date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
    size = last - first + 1
    names: dict[int, Granularity] = {1: "month", 3: "quarter", 6: "half"}
    return _period(dt.date(number, first, 1), end, f"{number}-{first:02}-01/P{size}M", names.get(size, "range"))


def day(number: int, month: int, of_month: int) -> Period:
    """One day."""
    date = dt.date(number, month, of_month)
    return _period(date, date, date.isoformat(), "day", bound="asof")


def state(
    figure: str,
    value: float,
    period: Period | None = None,
    *,
    publisher: str | None = "Wire",
    published: dt.date | None = None,
    **said: Unpack[Said],
) -> pd.DataFrame:
    """The frame of one claim, in a document of its own: bilateral trade in US dollars unless said otherwise."""
    return typed(state_row(figure, value, period, publisher=publisher, published=published, **said))


def state_row(
    figure: str,
    value: float,
    period: Period | None = None,
    *,
    publisher: str | None = "Wire",
    published: dt.date | None = None,
    **said: Unpack[Said],
) -> list[dict[str, object]]:
    """What `state` puts into its frame: many rows go into one `typed` frame, which costs what one costs."""
    document = Document(f"It came to {figure}.", publisher=publisher, published=published)
    return claim_rows(document, [_claim(document, figure, value, period, said)], extractor_version="0")


def one_article(*claims: pd.DataFrame) -> pd.DataFrame:
    """The claims as if one document made them, one after the other."""
    joined = pd.concat(claims, ignore_index=True)
    return joined.assign(document_id=joined["document_id"].iloc[0], span_start=range(len(joined)))


def sample_claims() -> pd.DataFrame:
    """The claims of `SAMPLE_DOCUMENTS`: one row a claim, the columns of `etl.frame.COLUMNS`."""
    frames = [
        claims_to_frame(document, [_claim(document, *row) for row in stated], extractor_version="0")
        for document, stated in SAMPLE_DOCUMENTS
    ]
    return pd.concat(frames, ignore_index=True)


def _period(
    start: dt.date,
    end: dt.date,
    label: str,
    granularity: Granularity,
    *,
    calendar: Literal["gregorian", "fiscal"] = "gregorian",
    bound: Bound = "closed",
) -> Period:
    return Period(0, 0, label, start, end, label, granularity, calendar, bound=bound, basis="explicit")


def _claim(document: Document, figure: str, value: float, period: Period | None, said: Said) -> Claim:
    start = document.text.index(figure)
    upper, unit, qualifier = said.get("value_upper"), said.get("unit", "USD"), said.get("qualifier", "=")
    return Claim(
        Quantity(start, start + len(figure), figure, value, upper, unit, qualifier),
        _sentence(document.text, start),
        said.get("metric", "trade_turnover"),
        said.get("kind", "level"),
        said.get("status", "actual"),
        said.get("parties", ("PAK", "RUS")),
        said.get("reporter"),
        said.get("partner"),
        said.get("product"),
        period,
        attribution=said.get("attribution"),
    )


def _sentence(text: str, at: int) -> Citation:
    """The sentence around an offset; the sample sentences end with a full stop and a space."""
    start = text.rfind(". ", 0, at) + 2 if ". " in text[:at] else 0
    stop = text.find(". ", at)
    end = len(text) if stop < 0 else stop + 1
    return Citation(text[start:end], start, end, text[max(0, start - 32) : start], text[end : end + 32])


def _stated(
    figure: str, value: float, period: Period | None = None, **said: Unpack[Said]
) -> tuple[str, float, Period | None, Said]:
    return figure, value, period, said


SAMPLE_DOCUMENTS = (
    (
        Document(
            "Trade with Moscow was worth about $600 million in 2008 and fell to around $300 million a year later. "
            "The chamber wants $700 million in 2012.",
            title="What happened to trade with Moscow?",
            publisher="Harbour Gazette",
            published=dt.date(2010, 5, 4),
            url="https://harbour.example/moscow",
        ),
        (
            _stated("$600 million", 6e8, year(2008), qualifier="~"),
            _stated("$300 million", 3e8, year(2009), qualifier="~"),
            _stated("$700 million", 7e8, year(2012), status="target"),
        ),
    ),
    (
        Document(
            "Two-way trade stood at $542 million in 2012, the customs service says. It grew to $547 million in 2013. "
            "In 2014 it slipped to $474 million.",
            title="Three years of customs data",
            publisher="Customs Review",
            published=dt.date(2015, 4, 11),
            url="https://customs.example/three-years",
        ),
        (
            _stated("$542 million", 5.42e8, year(2012), attribution="customs service"),
            _stated("$547 million", 5.47e8, year(2013)),
            _stated("$474 million", 4.74e8, year(2014)),
        ),
    ),
    (
        Document(
            "The business council puts trade in 2014 at $395m. A year on it was $381m. "
            "Between July 2013 and June 2014, by the central bank's count, it was $419.34m.",
            title="Counting a small trade",
            publisher="Council Bulletin",
            published=dt.date(2016, 3, 22),
        ),
        (
            _stated("$395m", 3.95e8, year(2014), attribution="business council"),
            _stated("$381m", 3.81e8, year(2015), attribution="business council"),
            _stated("$419.34m", 4.1934e8, fiscal(2013), attribution="central bank"),
        ),
    ),
    (
        Document(
            "In 2017 bilateral trade was close to $500 million, a third more than before. From January to October 2018 "
            "it reached $660 million, and $750 to $800 million is expected for the year.",
            title="A record is in sight",
            publisher="Northern Wire",
            published=dt.date(2018, 12, 29),
            url="https://northern.example/record",
        ),
        (
            _stated("$500 million", 5e8, year(2017), qualifier="~"),
            _stated("$660 million", 6.6e8, months(2018, 1, 10)),
            _stated("$750 to $800 million", 7.5e8, year(2018), value_upper=8e8, status="forecast"),
        ),
    ),
    (
        Document(
            "Trade came to $790 million in 2020. Russian exports to Pakistan were $411.4 million from January to "
            "November, and trade grew 45.9% in 2020.",
            title="Trade mission: a good year",
            publisher="Northern Wire",
            published=dt.date(2021, 4, 29),
        ),
        (
            _stated("$790 million", 7.9e8, year(2020)),
            _stated("$411.4 million", 4.114e8, months(2020, 1, 11), **TO_PAKISTAN),
            _stated("45.9%", 45.9, year(2020), unit="percent", kind="change_rel"),
        ),
    ),
    (
        Document(
            "Trade for 2020 stayed under $800 million, and in 2021 it fell 12% to $697 million.",
            title="Why trade stays small",
            publisher="Policy Notes",
            published=dt.date(2022, 6, 11),
        ),
        (
            _stated("$800 million", 8e8, year(2020), qualifier="<"),
            _stated("12%", -12.0, year(2021), unit="percent", kind="change_rel"),
            _stated("$697 million", 6.97e8, year(2021)),
        ),
    ),
    (
        Document(
            "Trade was $945.87 million in the fiscal year 2020-21. It was $388.492 million in 2021-22, and last fiscal "
            "year it recovered to $920 million.",
            title="Three fiscal years",
            publisher="The Ledger",
            published=dt.date(2023, 10, 13),
            url="https://ledger.example/fiscal",
        ),
        (
            _stated("$945.87 million", 9.4587e8, fiscal(2020)),
            _stated("$388.492 million", 3.88492e8, fiscal(2021)),
            _stated("$920 million", 9.2e8, fiscal(2022)),
        ),
    ),
    (
        Document(
            "A federation of chambers counts $666.85 million for the fiscal year 2022-23.",
            title="Chambers count again",
            publisher="Chamber Monthly",
            published=dt.date(2024, 3, 7),
        ),
        (_stated("$666.85 million", 6.6685e8, fiscal(2022), attribution="a federation of chambers"),),
    ),
    (
        Document(
            "Trade between the two reached $1 billion last year. Less than 20% of payments were in national currencies "
            "in 2022; in the first half of this year it was more than 80%.",
            title="Ministers meet",
            publisher="Capital Post",
            published=dt.date(2024, 9, 19),
            url="https://capital.example/ministers",
        ),
        (
            _stated("$1 billion", 1e9, year(2023)),
            _stated("20%", 20.0, year(2022), unit="percent", kind="share", metric="settlement_share", qualifier="<"),
            _stated(
                "80%", 80.0, months(2024, 1, 6), unit="percent", kind="share", metric="settlement_share", qualifier=">"
            ),
        ),
    ),
    (
        Document(
            "A billion dollars: last year's trade was $1bn.",
            title="A billion",
            publisher="Evening Sheet",
            published=dt.date(2024, 9, 20),
        ),
        (_stated("$1bn", 1e9, year(2023)),),
    ),
    (
        Document(
            "In 2023 mutual trade exceeded $1 billion, the agency reports.",
            publisher="Northern Wire",
            published=dt.date(2025, 12, 16),
        ),
        (_stated("$1 billion", 1e9, year(2023), qualifier=">", attribution="the agency"),),
    ),
    (
        Document(
            "From July to May of the last fiscal year trade was $236 million, after $1.04 billion in the same months "
            "before. The year 2023-24 as a whole had brought $1.81 billion.",
            title="A steep fall",
            publisher="Desert Times",
            published=dt.date(2025, 7, 2),
        ),
        (
            _stated("$236 million", 2.36e8, months(2024, 7, 17)),
            _stated("$1.04 billion", 1.04e9, months(2023, 7, 17)),
            _stated("$1.81 billion", 1.81e9, fiscal(2023)),
        ),
    ),
    (
        Document(
            "Pakistan sold Russia goods for $145 million in 2019 and $173 million in 2020. Wheat came the other way: "
            "1,010,000 tonnes in 2023, of which 180,000 tonnes in January, at $372 a tonne.",
            title="Goods in both directions",
            publisher="Grain Letter",
            published=dt.date(2024, 4, 5),
        ),
        (
            _stated("$145 million", 1.45e8, year(2019), **FROM_PAKISTAN),
            _stated("$173 million", 1.73e8, year(2020), **FROM_PAKISTAN),
            _stated("1,010,000 tonnes", 1.01e6, year(2023), unit="tonne", product="wheat", **TO_PAKISTAN),
            _stated("180,000 tonnes", 1.8e5, months(2023, 1, 1), unit="tonne", product="wheat", **TO_PAKISTAN),
            _stated(
                "$372 a tonne",
                372.0,
                year(2023),
                unit="USD/tonne",
                product="wheat",
                metric="price",
                kind="price",
                parties=("RUS",),
            ),
        ),
    ),
    (
        Document(
            "Pakistan is short of 3.1 million tons of steel. A mill would cost up to $2 billion. "
            "Trade could reach $5 billion.",
            title="What a mill would bring",
        ),
        (
            _stated(
                "3.1 million tons",
                3.1e6,
                unit="tonne",
                product="steel",
                metric="production_gap",
                kind="gap",
                parties=("PAK",),
            ),
            _stated("$2 billion", 2e9, metric="project_cost", product="steel", qualifier="<=", status="potential"),
            _stated("$5 billion", 5e9, status="potential"),
        ),
    ),
    (
        Document(
            "Trade now stands at $520 million, the minister said on 9 April 2007.",
            publisher="Harbour Gazette",
            published=dt.date(2007, 4, 10),
        ),
        (_stated("$520 million", 5.2e8, day(2007, 4, 9), attribution="the minister"),),
    ),
)
"""Each document with its claims: (figure, value, period) and what else is said of it."""
