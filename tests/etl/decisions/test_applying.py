"""Claims with decisions applied: values, reviews, what was taken out, what conflicts, what is stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.decisions import FIELDS, Decision, review
from etl.frame import COLUMNS, check_frame, claim_id
from etl.store import load_claims, load_documents, load_text
from tests.decided import about, decide
from tests.sample_store import LEDGER, make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store nobody writes to."""
    return make_store(tmp_path_factory.mktemp("decided") / "store")


@pytest.fixture(scope="module")
def claims(store: Path) -> pd.DataFrame:
    """Its claims."""
    return load_claims(store)


@pytest.fixture(scope="module")
def documents(store: Path) -> pd.DataFrame:
    """Its documents."""
    return load_documents(store)


def changed(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Claim id → the cells that differ, those of the review among them."""
    old = before.set_index("claim_id")
    rows = {row["claim_id"]: row for row in after.to_dict("records") if row["review"] != "unreviewed"}
    return {
        str(name): {
            str(key): cell
            for key, cell in row.items()
            if key not in old or not (cell == old.loc[str(name), str(key)] or pd.isna([cell]).all())
            if key not in {"claim_id", "reviewed"}
        }
        for name, row in rows.items()
    }


def test_without_decisions_every_claim_is_unreviewed(claims: pd.DataFrame, documents: pd.DataFrame) -> None:
    reviewed = review(claims, [], documents)
    pd.testing.assert_frame_equal(reviewed.claims[[column.name for column in COLUMNS]], claims)
    assert set(reviewed.claims["review"]) == {"unreviewed"}
    assert (len(reviewed.rejected), reviewed.conflicts, reviewed.stale) == (0, (), ())


def test_what_each_action_makes_of_a_claim(claims: pd.DataFrame, documents: pd.DataFrame) -> None:
    told = [about(claims, row) for row in range(4)]
    decisions = [
        decide(told[0], "a", "accept"),
        decide(told[1], "b", "reject", reason="a count of people", who="Ben"),
        decide(told[2], "c", "correct", decided={"value": 7e8, "period_start": "2018-07-01", "qualifier": "~"}),
    ]
    reviewed = review(claims, decisions, documents)
    assert changed(claims, reviewed.claims) == {
        told[0]["claim_id"]: {"review": "accepted", "reviewed_by": "Ann"},
        told[2]["claim_id"]: {
            "value": 7e8,
            "period_start": pd.Timestamp("2018-07-01"),
            "qualifier": "~",
            "review": "corrected",
            "reviewed_by": "Ann",
        },
    }
    assert list(reviewed.rejected["claim_id"]) == [told[1]["claim_id"]]
    assert len(reviewed.claims) == len(claims) - 1
    assert set(reviewed.claims["reviewed"].dropna()) == {pd.Timestamp("2026-11-20")}
    check_frame(reviewed.claims[[column.name for column in COLUMNS]])


def added(claims: pd.DataFrame, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """What a person says who adds the 14 ministers of the ledger as a claim."""
    start = LEDGER.text.index("14 ministers")
    quote = LEDGER.text.index("Nobody")
    model = claims.iloc[0]
    said = {name: model[name] for name in FIELDS} | {"metric": "exports", "value": 14.0, "unit": "minister"} | fields
    place = {
        "quote": LEDGER.text[quote:],
        "quote_start": quote,
        "quote_end": len(LEDGER.text),
        "span_text": "14",
        "span_start": start,
        "span_end": start + 2,
        "page": None,
    }
    return {
        "claim_id": claim_id(LEDGER.id, start, start + 2),
        "document_id": LEDGER.id,
        "document_sha256": LEDGER.sha256,
        "span_start": start,
        "span_end": start + 2,
        "decided": {**said, **place},
    }


def test_an_added_claim_is_a_row_that_proves_itself(claims: pd.DataFrame, documents: pd.DataFrame, store: Path) -> None:
    reviewed = review(claims, [decide(added(claims), "a", "add")], documents)
    new = reviewed.claims[reviewed.claims["review"] == "added"].iloc[0]
    assert (new["value"], new["unit"], new["title"], new["publisher"]) == (
        14,
        "minister",
        "Two fiscal years",
        "The Ledger",
    )
    assert load_text(store, new["document_id"])[new["span_start"] : new["span_end"]] == "14"
    check_frame(reviewed.claims[[column.name for column in COLUMNS]])


def test_a_claim_added_by_hand_that_is_found_later_is_an_accepted_one(
    claims: pd.DataFrame, documents: pd.DataFrame
) -> None:
    by_hand = [decide(added(claims), "a", "add")]
    found = review(claims, by_hand, documents).claims[[column.name for column in COLUMNS]]
    again = review(found, by_hand, documents)
    assert list(again.claims["review"]).count("accepted") == 1
    assert (len(again.claims), again.stale) == (len(found), ())


def moved(claims: pd.DataFrame) -> pd.DataFrame:
    """The same claims of the same texts under other ids: their publisher became known."""
    named = renamed(claims)
    spots = zip(named["document_id"], named["span_start"], named["span_end"], strict=True)
    return named.assign(claim_id=[claim_id(*spot) for spot in spots])


def renamed(rows: pd.DataFrame) -> pd.DataFrame:
    """Claims or documents of the same texts whose publisher became known."""
    return rows.assign(document_id=rows["document_id"].str[::-1], publisher="Known Now")


def without(claims: pd.DataFrame) -> pd.DataFrame:
    return claims.iloc[1:]


def otherwise(claims: pd.DataFrame) -> pd.DataFrame:
    """The same claims, whose values and products are read differently."""
    return claims.assign(value=claims["value"] * 1000, product="wheat")


@pytest.mark.parametrize(
    ("action", "decided", "change", "expected", "why"),
    [
        ("accept", {}, moved, "accepted", ""),
        ("reject", {}, moved, None, ""),
        ("correct", {"value": 5.0}, moved, "corrected", ""),
        ("reject", {}, without, None, ""),
        ("accept", {}, without, None, "The claim is no longer found in the text."),
        ("correct", {"value": 5.0}, without, None, "The claim is no longer found in the text."),
        ("accept", {}, otherwise, "stale", "The extractor now reads it differently: product, value."),
        ("reject", {}, otherwise, "stale", "The extractor now reads it differently: product, value."),
        # A correction speaks of what it corrects, not of the rest.
        ("correct", {"value": 5.0}, otherwise, "stale", "The extractor now reads it differently: value."),
        ("correct", {"unit": "EUR"}, otherwise, "corrected", ""),
        # The extractor has learnt what the person knew.
        ("correct", {"product": "wheat"}, otherwise, "corrected", ""),
    ],
)
def test_what_a_decision_is_worth_after_the_texts_were_read_again(
    claims: pd.DataFrame,
    documents: pd.DataFrame,
    action: str,
    decided: dict[str, object],
    change: Callable[[pd.DataFrame], pd.DataFrame],
    expected: str | None,
    why: str,
) -> None:
    told = about(claims, 0)
    now = renamed(documents) if change is moved else documents
    reviewed = review(change(claims), [decide(told, "a", action, decided=decided)], now)
    at_place = reviewed.claims[
        (reviewed.claims["document_sha256"] == told["document_sha256"])
        & (reviewed.claims["span_start"] == told["span_start"])
    ]
    assert list(at_place["review"]) == ([expected] if expected else [])
    assert [each.why for each in reviewed.stale] == ([why] if why else [])


def test_decisions_about_one_place_belong_together_whatever_its_ids_were(
    claims: pd.DataFrame, documents: pd.DataFrame
) -> None:
    """Ben did not see what Ann had said of the claim under its old id, Cid did."""
    now, texts = moved(claims), renamed(documents)
    ann = decide(about(claims, 0), "a", "correct", decided={"value": 5.0})
    apart = review(now, [ann, decide(about(now, 0), "b", "correct", decided={"value": 6.0}, who="Ben")], texts)
    assert [[each.who for each in ruling.decisions] for ruling in apart.conflicts] == [["Ann", "Ben"]]
    after = decide(about(now, 0), "c", "correct", decided={"value": 6.0}, who="Cid", saw=("a",))
    together = review(now, [ann, after], texts)
    assert (together.conflicts, together.claims.query("review == 'corrected'")["value"].tolist()) == ((), [6.0])


def test_one_text_at_two_addresses_is_decided_about_twice(claims: pd.DataFrame, documents: pd.DataFrame) -> None:
    both = pd.concat([claims, moved(claims)], ignore_index=True)
    texts = pd.concat([documents, renamed(documents)], ignore_index=True)
    reviewed = review(
        both, [decide(about(claims, 0), "a", "reject"), decide(about(both, len(claims)), "b", "accept")], texts
    )
    assert reviewed.rejected["claim_id"].tolist() == [claims["claim_id"].iloc[0]]
    assert reviewed.claims.query("review == 'accepted'")["claim_id"].tolist() == [both["claim_id"].iloc[len(claims)]]


def test_a_text_that_changed_makes_its_decisions_stale_and_none_is_lost(
    claims: pd.DataFrame, documents: pd.DataFrame
) -> None:
    decisions = [decide(about(claims, row), name, "accept") for row, name in enumerate("abc")]
    left = documents[~documents["document_sha256"].isin(claims["document_sha256"].iloc[:3])]
    reviewed = review(claims[claims["document_sha256"].isin(left["document_sha256"])], decisions, left)
    assert {each.why for each in reviewed.stale} == {
        "The text it was made about has changed, or is no longer in the store."
    }
    assert sorted(decision.id for each in reviewed.stale for decision in each.ruling.decisions) == ["a", "b", "c"]


def test_decisions_that_cannot_both_hold_change_nothing_and_are_shown(
    claims: pd.DataFrame, documents: pd.DataFrame
) -> None:
    told = about(claims, 0)
    apart = [decide(told, "a", "correct", decided={"value": 6.0}), decide(told, "b", "reject", who="Ben")]
    reviewed = review(claims, apart, documents)
    assert changed(claims, reviewed.claims) == {told["claim_id"]: {"review": "conflict", "reviewed_by": "Ann;Ben"}}
    assert [[each.id for each in ruling.decisions] for ruling in reviewed.conflicts] == [["a", "b"]]


def test_applying_a_log_twice_changes_nothing(claims: pd.DataFrame, documents: pd.DataFrame) -> None:
    decisions: list[Decision] = [
        decide(about(claims, 0), "a", "correct", decided={"value": 6.0}),
        decide(about(claims, 1), "b", "reject"),
        decide(added(claims), "c", "add"),
    ]
    once, twice = (review(claims, log, documents).claims for log in (decisions, decisions[::-1] + decisions))
    pd.testing.assert_frame_equal(once, twice)
