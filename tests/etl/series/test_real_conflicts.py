"""The 29 disagreements of the bundled documents: what series and checks say of each, of their own accord.

Ids are those of the list from which the documents were chosen; the table of data/documents/README.md tells
most of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from etl.pipeline import bundled_documents, run
from etl.store import load_checks, load_claims, load_documents, load_series

# What tells series apart, in the words of the table below.
TELLING = {
    "metric": "metric",
    "product": "product",
    "reporter": "owner",
    "kind": "kind",
    "dimension": "unit",
    "calendar_group": "calendar",
    "status_class": "status",
    "period": "period",
}


class Told(NamedTuple):
    """How the claims stand to each other, by what they are kept apart, and which checks name them."""

    how: str
    by: str = ""
    checks: tuple[str, ...] = ()


class Conflict(NamedTuple):
    """What is disputed, each side as a document and its words for the figure, and what is said of it."""

    about: str
    sides: tuple[tuple[str, str], ...]
    told: Told


CONFLICTS: dict[str, Conflict] = {
    "c01": Conflict(
        "trade in April 2007",
        (
            ("s06", "$520 million"),
            ("s07", "400 million dollars"),
        ),
        Told("apart", "undated"),
    ),
    "c02": Conflict(
        "the direction of trade in 2009",
        (
            ("s11", "US $600 mln"),
            ("s11", "300 mln"),
        ),
        Told("apart", "period"),
    ),
    "c03": Conflict(
        "trade around 1990",
        (
            ("s11", "138 mln"),
            ("r12", "90 million dollars"),
        ),
        Told("apart", "calendar, period"),
    ),
    "c04": Conflict(
        "trade in 2013",
        (
            ("s14", "$547 million"),
            ("s13", "$484.47m"),
            ("s13", "$419.34 million"),
        ),
        Told("apart", "calendar, period"),
    ),
    "c05": Conflict(
        "trade in 2014",
        (
            ("s14", "$474 million"),
            ("s17", "$454m"),
        ),
        Told("conflict", "", ("conflict contradicts",)),
    ),
    "c06": Conflict(
        "growth in 2017 against its level",
        (
            ("s05", "$500 million"),
            ("r05", "209 percent"),
            ("s18", "33 percent"),
        ),
        Told("apart", "metric, owner, kind, unit, calendar, period"),
    ),
    "c07": Conflict(
        "trade in 2018 and its parts",
        (
            ("s19", "660 mln dollars"),
            ("s19", "750 to 800 mln dollars"),
            ("s21", "$700 million"),
            ("s21", "$150 million"),
            ("s21", "$250 million"),
        ),
        Told("apart", "metric, owner, calendar, status, period", ("identities contradicts",)),
    ),
    "c08": Conflict(
        "Pakistani exports, 2018 to 2020",
        (
            ("r09", "US$277 million"),
            ("s21", "$150 million"),
            ("r10", "$144.5 million"),
            ("s22", "USD 681.1 mln"),
            ("s22", "USD 412.9 mln"),
        ),
        Told("apart", "metric, owner, calendar, period", ("identities contradicts",)),
    ),
    "c09": Conflict(
        "trade in 2020 and 2021",
        (
            ("s23", "$790 million"),
            ("s26", "$697 million"),
            ("s24", "US$945.87 million"),
        ),
        Told("apart", "product, calendar, period"),
    ),
    "c10": Conflict(
        "the deficit of fiscal 2020-21",
        (
            ("s24", "US$620.99 million"),
            ("s24", "$171.94 million"),
            ("s24", "$773.93 million"),
        ),
        Told("apart", "metric", ("identities contradicts",)),
    ),
    "c11": Conflict(
        "trade in 2021 and fiscal 2021-22",
        (
            ("s26", "$697 million"),
            ("s27", "USD388.492 million"),
        ),
        Told("apart", "calendar, period"),
    ),
    "c12": Conflict(
        "trade in fiscal 2022-23",
        (
            ("s31", "US$920 million"),
            ("s32", "USD 666.85 million"),
        ),
        Told("conflict", "", ("conflict contradicts",)),
    ),
    "c13": Conflict(
        "trade in the middle of 2023",
        (
            ("r12", "half a billion dollars"),
            ("r14", "76 crore dollars"),
            ("r14", "$760 million"),
            ("r13", "49.2%"),
        ),
        Told("single, apart", "kind, unit, calendar, period"),
    ),
    "c14": Conflict(
        "trade in 2023",
        (
            ("s01", "$1 billion"),
            ("s02", "USD 1 billion"),
            ("s03", "one billion dollars"),
            ("s36", "$1bn"),
            ("s40", "one billion US dollars"),
            ("s31", "US$920 million"),
            ("s37", "$1.81 billion"),
        ),
        Told("agree, apart", "calendar, period", ("conflict contradicts", "pace implausible")),
    ),
    "c15": Conflict(
        "twelve months of trade and eleven",
        (
            ("s37", "$1.81 billion"),
            ("s37", "$1.04 billion"),
        ),
        Told("apart", "calendar, period", ("pace implausible",)),
    ),
    "c16": Conflict(
        "trade in 2024 and 2025",
        (
            ("s37", "$236 million"),
            ("s37", "one billion US dollars"),
            ("r17", "$1 billion"),
            ("s36", "13pc"),
        ),
        Told("apart", "kind, unit, calendar, period"),
    ),
    "c17": Conflict(
        "growth over five years",
        (
            ("s37", "50 percent"),
            ("s37", "doubled"),
        ),
        Told("apart", "unit"),
    ),
    "c18": Conflict(
        "wheat shipped in 2022",
        (
            ("s29", "one million tons"),
            ("s33", "1.6 million tonnes"),
            ("s28", "750,000 tons"),
        ),
        Told("apart", "metric, product, owner, calendar, status, period"),
    ),
    "c19": Conflict(
        "wheat booked for 2022-23",
        (
            ("s28", "750,000 tons"),
            ("s28", "450,000 tons"),
        ),
        Told("apart", "calendar, period"),
    ),
    "c20": Conflict("the first cargo of crude", (("s30", "45,122 tonnes"),), Told("one side")),
    "c21": Conflict("the second cargo of crude", (("s30", "56,000 tonnes"),), Told("one side")),
    "c22": Conflict(
        "the share of oil to come from Russia",
        (
            ("s30", "20 percent"),
            ("s29", "35%"),
        ),
        Told("apart", "status"),
    ),
    "c23": Conflict(
        "what the gas pipeline costs",
        (
            ("r03", "$3 billion"),
            ("s15", "two billion dollars"),
            ("s20", "USD 2.5 billion"),
            ("r07", "$2.5 billion"),
            ("r08", "US$2.5 billion"),
            ("s25", "$1.5 billion"),
            ("s25", "$3.5 billion"),
        ),
        Told("apart", "metric, product, owner, calendar, status, period"),
    ),
    "c24": Conflict(
        "what the gas pipeline carries",
        (
            ("s23", "12.4 billion cubic metres of gas a year"),
            ("s25", "12.4 billion cubic metres a year"),
            ("r06", "12.3 bln cubic metres of gas a year"),
            ("x01", "12.4 million cubic metres"),
            ("r02", "550 mmcfd"),
        ),
        Told("apart", "product, unit, status", ("scale implausible",)),
    ),
    "c25": Conflict("when the gas pipeline is ready", (), Told("no figure")),
    "c26": Conflict(
        "how trade is paid in 2024",
        (
            ("s02", "80%"),
            ("s39", "80 per cent"),
            ("s33", "half"),
        ),
        Told("apart", "metric, product, owner, calendar, period"),
    ),
    "c27": Conflict("the first delivery of LPG", (("r15", "100,000 metric tons"),), Told("one side")),
    "c28": Conflict("where two leaders met", (), Told("no figure")),
    "c29": Conflict("what a steel mill makes", (("s09", "one million tonnes a year"),), Told("one side")),
}
"""A side that is missing here is not in the set, gives no amount, or has a wording no claim is read from."""


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Every claim with the name of its document, its observation, and the checks that do not hold and name it."""
    store = tmp_path_factory.mktemp("bundled") / "store"
    run(bundled_documents(), store)
    names = load_documents(store).set_index("document_id")["source"].map(lambda source: Path(source).stem.split("_")[0])
    found = load_claims(store)[["claim_id", "document_id", "span_text"]].assign(
        name=lambda each: each["document_id"].map(names)
    )
    return found.merge(_observed(load_series(store)), on="claim_id").merge(
        _checked(load_checks(store)), on="claim_id", how="left"
    )


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_real_conflict_is_found_or_its_sides_are_kept_apart(claims: pd.DataFrame, name: str) -> None:
    _, sides, expected = CONFLICTS[name]
    stated = [claims[(claims["name"] == document) & (claims["span_text"] == words)] for document, words in sides]
    assert [side for side, rows in zip(sides, stated, strict=True) if rows.empty] == []
    assert _tell(pd.concat([claims.head(0), *stated])) == expected


def test_every_conflict_of_the_list_is_here() -> None:
    assert list(CONFLICTS) == [f"c{number:02}" for number in range(1, 30)]


def _tell(sides: pd.DataFrame) -> Told:
    checks = tuple(sorted({check for named in sides["checks"].dropna() for check in named}))
    if len(sides) < 2:
        return Told("one side" if len(sides) else "no figure", "", checks)
    if len(set(sides["observation_id"])) == 1:
        return Told(sides["agreement"].iloc[0], "", checks)
    together = sides[sides["observation_id"].duplicated(keep=False)]["agreement"].unique()
    parted = [word for column, word in TELLING.items() if len(set(sides[column].fillna(""))) > 1]
    return Told(", ".join([*together, "apart"]), ", ".join(parted) or "undated", checks)


def _observed(observations: pd.DataFrame) -> pd.DataFrame:
    """One row a claim: its observation, and what tells the series of that apart."""
    days = observations["period_start"].astype("str") + "/" + observations["period_end"].astype("str")
    status = observations["series_id"].str.extract(r"\.(target|forecast)$")[0]
    told = observations.assign(
        claim_id=observations["claim_ids"].str.split(";"), period=days, status_class=status.fillna("actual")
    )
    return told.explode("claim_id")[["claim_id", "observation_id", "agreement", *TELLING]]


def _checked(checks: pd.DataFrame) -> pd.DataFrame:
    """One row a claim that checks find fault with: these, as "rule verdict"."""
    faults = checks[checks["verdict"] != "holds"]
    both = faults["left_claims"] + ";" + faults["right_claims"].fillna("")
    named = faults.assign(checks=faults["rule"] + " " + faults["verdict"], claim_id=both.str.split(";"))
    return named.explode("claim_id").groupby("claim_id")["checks"].agg(list).reset_index()
