"""Official statistics in each format: which figures are taken, and why the rest is not."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.errors import DatasetError
from etl.frame import check_frame
from etl.reference import REFERENCE_COLUMNS, SKIPPED_COLUMNS, as_claims, breach, read_dataset, read_reference
from etl.series import to_statements
from tests.samples import FROM_PAKISTAN, fiscal, months, state, year

COMTRADE = (
    "typeCode,freqCode,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,partnerISO,"
    "partner2ISO,classificationCode,cmdCode,cmdDesc,customsCode,motCode,netWgt,isNetWgtEstimated,primaryValue,isReported"
)
LEGACY = (
    "Classification,Year,Period,Aggregate Level,Trade Flow Code,Trade Flow,Reporter,Reporter ISO,Partner,Partner ISO,"
    "Commodity Code,Commodity,Netweight (kg),Trade Value (US$),Flag"
)
WORLD_BANK = (
    '\ufeff"Data Source","World Development Indicators",\r\n\r\n"Last Updated Date","2024-09-19",\r\n\r\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2017","2018",\r\n'
)
SDMX = "DATAFLOW,FREQ,REF_AREA,COUNTERPART_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,OBS_STATUS\n"
SDMX2 = (
    "STRUCTURE,STRUCTURE_ID,ACTION,COUNTRY:Country,INDICATOR:Indicator,COUNTERPART_COUNTRY:Counterpart,"
    "FREQUENCY:Frequency,TIME_PERIOD:Time period,OBS_VALUE:Value,SCALE:Scale\n"
)
EUROSTAT = "DATAFLOW,LAST UPDATE,freq,unit,na_item,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
TIDY = "metric,reporter,partner,product,unit,period,value\n"
NOTES = (
    '"Country Code","Region","SpecialNotes"\n"CHL","x",""\n'
    '"PAK","x","Fiscal year end: June 30; reporting period for national accounts data: FY."\n'
)


def flow(
    code: str = "X", partner: str = "RUS", goods: str = "TOTAL", value: str = "1500", weight: str = "", split: str = "0"
) -> str:
    """A row of UN Comtrade, which ends with one comma too many."""
    return (
        f"C,A,2018,52,2018,586,PAK,Pakistan,{code},x,{partner},W00,H5,{goods},x,C00,{split},{weight},true,{value},1,\n"
    )


def taken(path: Path, text: str, name: str = "table.csv", columns: Mapping[str, str] | None = None) -> list[str]:
    """The figures of a file on a line each, as "metric product of reporter>partner: value unit, label, status"."""
    (path / name).write_text(text, encoding="utf-8", newline="")
    figures = read_dataset(path / name, columns=columns).figures
    assert all(breach(row) is None for row in figures.to_dict("records"))
    plain = figures.astype(object).where(figures.notna(), "")
    return [
        f"{one.metric}/{one.product} {one.reporter}>{one.partner} {one.value:.12g} {one.unit} {one.period_label} "
        f"{one.status}"
        for one in plain.itertuples()
    ]


FORMATS = {
    "UN Comtrade": (
        COMTRADE + "\n" + flow() + flow("M", "W00", "1006", "99.5", "40"),
        [
            "exports/ PAK>RUS 1500 USD 2018 actual",
            "imports/rice PAK> 99.5 USD 2018 actual",
            "imports/rice PAK> 40 kilogram 2018 estimate",
        ],
    ),
    "UN Comtrade before 2023, a month": (
        LEGACY + "\nHS,2018,201806,0,2,Export,Pakistan,PAK,World,WLD,TOTAL,All,,1500,0\n",
        ["exports/ PAK> 1500 USD 2018-06 actual"],
    ),
    "World Bank": (
        WORLD_BANK
        + '"Pakistan","PAK","x","TX.VAL.MRCH.CD.WT","1.5E+10","",\r\n'
        + '"Pakistan","PAK","x","FP.CPI.TOTL.ZG","","4.1",\r\n',
        ["exports/ PAK> 15000000000 USD 2017 actual", "inflation/ PAK> 4.1 percent 2018 actual"],
    ),
    "World Bank, investment belongs to who receives it": (
        WORLD_BANK + '"Pakistan","PAK","x","BX.KLT.DINV.CD.WD","7","",\r\n',
        ["investment/ >PAK 7 USD 2017 actual"],
    ),
    "World Bank, a stock is of the last day": (
        WORLD_BANK + '"Pakistan","PAK","x","FI.RES.TOTL.CD","7","",\r\n',
        ["reserves/ PAK> 7 USD 2017-12-31 actual"],
    ),
    "World Bank, long": (
        "Country Code,Series Code,Time,Value\nCHL,NY.GDP.MKTP.CD,2018 [YR2018],7\nCHL,NY.GDP.MKTP.CD,YR2019,8\n",
        ["gdp/ CHL> 7 USD 2018 actual", "gdp/ CHL> 8 USD 2019 actual"],
    ),
    "SDMX-CSV 1": (
        SDMX
        + "IMF:DOT(1.0),Q,PK,RU,TXG_FOB_USD,_T,2018-Q2,1.5,USD,6,A\nIMF:DOT(1.0),A,PK,W00,TXG_FOB_USD,_T,2018,2,,,P\n"
        + "IMF:DOT(1.0),A,PK,RU,TXG_FOB_USD,_T,2018-07-01/P1Y,3,USD,0,F\n"
        + "IMF:DOT(1.0),S,PK,RU,TMG_CIF_USD,_T,2018-S1,4,,,E\n",
        [
            "exports/ PAK>RUS 1500000 USD 2018-Q2 actual",
            "exports/ PAK> 2 USD 2018 estimate",
            "exports/ PAK>RUS 3 USD 2018-07-01/P1Y forecast",
            "imports/ PAK>RUS 4 USD 2018-S1 estimate",
        ],
    ),
    "SDMX-CSV 2 with labels": (
        SDMX2
        + "dataflow,IMF.STA:IMTS(1.0.0): T,I,PAK: Pakistan,XG_FOB_USD: X,RUS: Russia,M: Monthly,2018-M06,2,6: M\n",
        ["exports/ PAK>RUS 2000000 USD 2018-06 actual"],
    ),
    "Eurostat": (
        EUROSTAT + "ESTAT:NAMA_10_GDP(1.0),22/05/26 11:00:00,A,CP_MEUR,P6,EL,2018,12.5,bp,\n",
        ["exports/ GRC> 12500000 EUR 2018 estimate"],
    ),
    "tidy, semicolons and decimal commas": (
        (
            "metric;reporter;partner;product;unit;period;value;status\n"
            "exports;Pakistan;Russia;wheat;million USD;2018;1,5;\nexports;PAK;RUS;1001;tonne;2018;2.125,5;forecast\n"
        ),
        ["exports/wheat PAK>RUS 1500000 USD 2018 actual", "exports/wheat PAK>RUS 2125.5 tonne 2018 forecast"],
    ),
    "tidy, a pair owns a turnover together": (
        "metric,parties,unit,period_start,period_end,value\ntrade_turnover,RUS;PAK,USD,2018-01-01,2018-09-30,3\n",
        ["trade_turnover/ > 3 USD 2018-01-01/P9M actual"],
    ),
    "tidy, a quoted line break": (
        TIDY + '"exports","PAK","RUS","","USD","2018","1,024"\nexports,PAK,RUS,,USD,2019,"1,024.5"\n',
        ["exports/ PAK>RUS 1024 USD 2018 actual", "exports/ PAK>RUS 1024.5 USD 2019 actual"],
    ),
}


@pytest.mark.parametrize(("text", "figures"), FORMATS.values(), ids=FORMATS)
def test_each_format_is_told_by_its_header(tmp_path: Path, text: str, figures: list[str]) -> None:
    assert taken(tmp_path, text) == figures


SKIPPED = {
    "re-exports": (COMTRADE + "\n" + flow("RX"), 2, "flowCode", "re-exports are in the exports already"),
    "a mode of transport": (
        *(COMTRADE + "\n" + flow(split="1000"), 2, "motCode"),
        "motCode '1000': a part of the figure, or a dimension that we do not know",
    ),
    "goods of no row": (
        *(COMTRADE + "\n" + flow(goods="610910"), 2, "cmdCode"),
        "product '610910' has no row in reference_products.txt",
    ),
    "another classification": (
        LEGACY + "\nS3,2018,2018,0,2,Export,Pakistan,PAK,World,WLD,0422,Rice,,1500,0\n",
        *(2, "Classification", "classification 'S3' is not the Harmonized System"),
    ),
    "a group of countries": (
        WORLD_BANK + '"Latin America","LAC","x","FP.CPI.TOTL.ZG","1","",\r\n',
        *(6, "Country Code", "reporter 'LAC' is no country we know: it has no row in reference_areas.txt"),
    ),
    "an indicator of no row": (
        WORLD_BANK + '"Pakistan","PAK","x","SP.POP.TOTL","1","",\r\n',
        *(6, "Indicator Code", "indicator 'SP.POP.TOTL' has no row in reference_indicators.txt"),
    ),
    "national accounts without their calendar": (
        WORLD_BANK + '"Pakistan","PAK","x","NY.GDP.MKTP.CD","","7",\r\n',
        *(6, "2018", "national accounts of PAK may go by its fiscal year: give the World Bank's zip archive, whose "),
    ),
    "a dimension that is not known": (
        SDMX + "IMF:DOT(1.0),A,PK,RU,TXG_FOB_USD,F,2018,2,,,A\n",
        *(2, "SEX", "SEX 'F': a part of the figure, or a dimension that we do not know"),
    ),
    "no figure": (SDMX + "IMF:DOT(1.0),A,PK,RU,TXG_FOB_USD,_T,2018,:,,,A\n", 2, "OBS_VALUE", "no figure in the cell"),
    "a missing value": (
        SDMX + "IMF:DOT(1.0),A,PK,RU,TXG_FOB_USD,_T,2018,1,,,M\n",
        *(2, "OBS_STATUS", "no figure: missing value"),
    ),
    "another unit than that of the indicator": (
        SDMX + "IMF:DOT(1.0),A,PK,RU,TXG_FOB_USD,_T,2018,1,EUR,,A\n",
        *(2, "UNIT_MEASURE", "unit 'EUR' where the indicator is in USD"),
    ),
    "a unit that is none": (TIDY + "exports,PAK,RUS,,widgets,2018,1\n", 2, "unit", "unit 'widgets' has no row"),
    "a metric that is none": (TIDY + "happiness,PAK,RUS,,USD,2018,1\n", 2, "metric", "metric 'happiness' has no row"),
    "a percent of what": (TIDY + "exports,PAK,RUS,,percent,2018,1\n", 2, "kind", "exports in percent: a share or a"),
    "a week": (TIDY + "exports,PAK,RUS,,USD,2018-W05,1\n", 2, "period", "no period: '2018-W05'; expected one like"),
    "a day that there is not": (TIDY + "exports,PAK,RUS,,USD,2018-02-30,1\n", 2, "period", "no period: '2018-02-30'"),
    "a month or a fiscal year": (
        TIDY + "exports,PAK,RUS,,USD,2010-11,1\n",
        *(2, "period", "'2010-11' is a month or a fiscal year: say which with --calendar gregorian or fiscal:Jul"),
    ),
    "a comma that can be either": (
        TIDY + 'exports,PAK,RUS,,USD,2018,"2,125"\n',
        *(2, "value", "'2,125': is the comma a decimal sign? say so with --decimal , or --decimal ."),
    ),
    "two numbers in a cell": (TIDY + "exports,PAK,RUS,,USD,2018,12 7\n", 2, "value", "no number: '12 7'"),
    "an endless number": (TIDY + "exports,PAK,RUS,,USD,2018,inf\n", 2, "value", "no number: 'inf'"),
    "a short row": (TIDY + "exports,PAK\n", 2, "unit", "2 cells where the header names 7 columns"),
    "an open quotation mark": (TIDY + 'exports,PAK,"RUS,,USD,2018,1\n', 2, None, "a quotation mark is opened and not"),
    "a figure twice": (
        TIDY + "exports,PAK,RUS,,USD,2018,1\nexports,PAK,RUS,,USD,2018,2\n",
        *(3, "value", "line 2 has another figure (1) for this series and period"),
    ),
}


@pytest.mark.parametrize(("text", "line", "column", "reason"), SKIPPED.values(), ids=SKIPPED)
def test_what_is_not_taken_is_listed_with_its_line_and_reason(
    tmp_path: Path, text: str, line: int, column: str | None, reason: str
) -> None:
    (tmp_path / "table.csv").write_text(text, encoding="utf-8", newline="")
    found = read_dataset(tmp_path / "table.csv")
    [row] = found.skipped.astype(object).where(found.skipped.notna(), None).to_dict("records")
    assert (row["file"], row["line"], row["column"]) == ("table.csv", line, column)
    assert row["reason"].startswith(reason)
    assert (list(found.skipped), list(found.figures)) == (
        [column.name for column in SKIPPED_COLUMNS],
        [column.name for column in REFERENCE_COLUMNS],
    )


def test_a_broken_line_fails_alone(tmp_path: Path) -> None:
    rows = [f"exports,PAK,RUS,,USD,{number},1\n" for number in (2016, 2017, 2018)]
    rows.insert(1, 'exports,PAK,"RUS,,USD,2015,1\n')
    assert len(taken(tmp_path, TIDY + "".join(rows))) == 3


PERIODS = {
    "2018": (None, "2018", "2018-01-01"),
    "2018/19": (None, "FY2018/19", "2018-07-01"),
    "2018-2019": (None, "FY2018/19", "2018-07-01"),
    "2018-19": (None, "FY2018/19", "2018-07-01"),
    "FY2019": (None, "FY2018/19", "2018-07-01"),
    "FY19": (None, "FY2018/19", "2018-07-01"),
    "FY2018-19-Q2": (None, "FY2018/19-Q2", "2018-10-01"),
    "2018-Q3": (None, "2018-Q3", "2018-07-01"),
    "2018Q3": (None, "2018-Q3", "2018-07-01"),
    "2018-H1": (None, "2018-S1", "2018-01-01"),
    "2019": ("fiscal:Jul", "FY2018/19", "2018-07-01"),
    "2019-S1": ("fiscal", "FY2018/19-S1", "2018-07-01"),
    "2010-11": ("gregorian", "2010-11", "2010-11-01"),
    "2011-12": ("fiscal", "FY2011/12", "2011-07-01"),
    "FY2018/19": ("fiscal:04-01", "FY2018/19", "2018-04-01"),
}


@pytest.mark.parametrize(("period", "calendar", "label", "start"), [(one, *said) for one, said in PERIODS.items()])
def test_the_years_of_a_file_go_by_the_calendar_that_is_said(
    tmp_path: Path, period: str, calendar: str | None, label: str, start: str
) -> None:
    (tmp_path / "table.csv").write_text(f"{TIDY}exports,PAK,RUS,,USD,{period},1\n", encoding="utf-8")
    [found] = read_reference(tmp_path / "table.csv", calendar=calendar).to_dict("records")
    assert (found["period_label"], f"{found['period_start']:%Y-%m-%d}") == (label, start)


def test_the_archive_of_the_world_bank_says_whose_accounts_go_by_fiscal_years(tmp_path: Path) -> None:
    rows = '"Pakistan","PAK","x","NY.GDP.MKTP.CD","","7",\r\n"Chile","CHL","x","NY.GDP.MKTP.CD","","8",\r\n'
    with zipfile.ZipFile(tmp_path / "API.zip", "w") as archive:
        archive.writestr("Metadata_Country_API_NY.csv", "\ufeff" + NOTES)
        archive.writestr("API_NY.csv", WORLD_BANK + rows)
    figures = read_reference(tmp_path / "API.zip")
    assert list(zip(figures["reporter"], figures["period_label"], figures["file"], strict=True)) == [
        ("PAK", "FY2017/18", "API.zip/API_NY.csv"),
        ("CHL", "2018", "API.zip/API_NY.csv"),
    ]


def test_a_figure_cites_dataset_line_and_cell(tmp_path: Path) -> None:
    (tmp_path / "wb.csv").write_text(
        WORLD_BANK + '"Pakistan\r\n(a note)","PAK","x","FP.CPI.TOTL.ZG","","4.1",\r\n', encoding="utf-8", newline=""
    )
    [found] = read_reference(tmp_path / "wb.csv", url="https://bank.example/x", retrieved="2024-10-01").to_dict(
        "records"
    )
    cited = ("dataset", "publisher", "published", "retrieved", "url", "measure", "line", "column", "cell", "quote")
    assert [found[name] for name in cited] == [
        "World Development Indicators",
        "World Bank",
        pd.Timestamp("2024-09-19"),
        pd.Timestamp("2024-10-01"),
        "https://bank.example/x",
        "Inflation, consumer prices (annual %)",
        6,
        "2018",
        "4.1",
        '"Pakistan\r\n(a note)","PAK","x","FP.CPI.TOTL.ZG","","4.1",',
    ]
    assert breach({**found, "cell": "4.2"}) == "the row of line 6 of wb.csv does not have '4.2' at 52"


def test_columns_of_other_names_are_named(tmp_path: Path) -> None:
    text = "Land,Jahr,Wert,metric,unit\nPAK,2018,7,exports,USD\n"
    columns = {"reporter": "Land", "period": "Jahr", "value": "Wert"}
    assert taken(tmp_path, text, columns=columns) == ["exports/ PAK> 7 USD 2018 actual"]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a,b\n1,2\n", {}, "table.csv: no line names columns of official statistics; a tidy table has metric"),
        (TIDY, {"columns": {"value": "Wert"}}, "(no column is called 'Wert')"),
        (TIDY, {"columns": {"worth": "value"}}, "no field 'worth'; the fields are reporter, partner"),
        (TIDY, {"calendar": "fiscal:Foo"}, "no calendar: 'fiscal:Foo'; expected gregorian, fiscal"),
        (TIDY, {"decimal": ";"}, "no decimal sign: ';'; expected . or ,"),
        (TIDY, {"published": "2024-13-01"}, "published must be a day as YYYY-MM-DD"),
        ("\0\0", {}, "table.csv is no text"),
        ("", {}, "table.csv: no line names columns"),
    ],
)
def test_a_file_or_option_that_does_not_fit_is_refused(
    tmp_path: Path, text: str, options: dict[str, Any], message: str
) -> None:
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        read_dataset(tmp_path / "table.csv", **options)
    assert message in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"cannot read .*: No such file"):
        read_reference(tmp_path / "none.csv")


def test_names_of_countries_in_one_byte_letters_do_no_harm(tmp_path: Path) -> None:
    row = flow().replace("Pakistan", "Côte").replace("PAK", "CIV")
    (tmp_path / "ct.csv").write_bytes((COMTRADE + "\n" + row).encode("cp1252"))
    assert read_reference(tmp_path / "ct.csv")["reporter"].tolist() == ["CIV"]


def test_an_id_is_the_same_when_figure_place_and_version_change(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(SDMX + "IMF:DOT(1.0),A,PK,RU,TXG_FOB_USD,_T,2018,2,,,P\n", encoding="utf-8")
    second.write_text(SDMX + "\nIMF:DOT(2.0),A,PAK,RUS,TXG_FOB_USD,_T,2018,3,,,A\n", encoding="utf-8")
    assert read_reference(first)["reference_id"].tolist() == read_reference(second)["reference_id"].tolist()


CLAIMS = {
    "a calendar year": (
        "exports,PAK,RUS,,USD,2018,1450000",
        state("$1.45 million", 1.45e6, year(2018), **FROM_PAKISTAN),
    ),
    "a fiscal year": ("exports,PAK,RUS,,USD,FY2018/19,2000", state("$2,000", 2e3, fiscal(2018), **FROM_PAKISTAN)),
    "goods by weight": (
        "exports,PAK,RUS,1006,tonne,2018-06,9",
        state("9 tonnes", 9.0, months(2018, 6, 6), unit="tonne", product="rice", **FROM_PAKISTAN),
    ),
    "a turnover": ("trade_turnover,RUS,PAK,,USD,2018-Q2,5000", state("$5,000", 5e3, months(2018, 4, 6))),
}


@pytest.mark.parametrize(("row", "claim"), CLAIMS.values(), ids=CLAIMS)
def test_an_official_figure_is_of_the_observation_that_a_claim_is_of(
    tmp_path: Path, row: str, claim: pd.DataFrame
) -> None:
    (tmp_path / "table.csv").write_text(TIDY + row + "\n", encoding="utf-8")
    official = check_frame(as_claims(read_reference(tmp_path / "table.csv", published=dt.date(2019, 2, 1))))
    placed = to_statements(pd.concat([claim, official], ignore_index=True))
    assert (placed["observation_id"].nunique(), placed["series_id"].nunique(), placed["source"].nunique()) == (1, 1, 2)
