"""The review page, asked as the browser asks: what is shown, what a key does to the log, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import ids
from dashboard.access import Access
from dashboard.app import create_app
from dashboard.components.claim_form import FIELDS, read_form, written
from dashboard.data import Archive, Queue, Selection, records
from dashboard.pages.review import layout
from etl.accounts import Accounts, accounts_of
from etl.decisions import Decision, DecisionLog, Reviewer, log_of
from etl.errors import TradeFiguresError
from etl.store import load_reviewed
from tests.callbacks import Json, ask
from tests.sample_store import make_store


class Desk:
    """A store, its review page, and the claim that is shown."""

    def __init__(self, folder: Path, access: Callable[[Path], Access] | None = None) -> None:
        self.store = make_store(folder / "store")
        self.client: FlaskClient = create_app(self.store, access=access and access(self.store)).server.test_client()
        self.archive = Archive(str(self.store))
        self.claim = self.queued()[0]
        self.place: Json = {"claim": self.claim, "seen": 0}
        self.skipped: list[str] = []
        self.form = written(self.row(self.claim))

    def queued(self) -> list[str]:
        """The claims in the order of the queue, before anything is decided."""
        view = self.archive.view(Selection())
        rows = Queue.of(view, self.archive.checks(60), []).rows
        return [str(name) for name in view.snapshot.statements["claim_id"].iloc[rows]]

    def row(self, claim_id: str) -> Any:  # noqa: ANN401
        """The cells of a claim."""
        snapshot = self.archive.snapshot()
        return records(snapshot.claims_at([snapshot.claim_ids.place(claim_id)]))[0]

    def press(self, act: str, reason: str = "", selected: Json | None = None, same: list[str] | None = None) -> Json:
        """The page after an act, which becomes what is shown."""
        values: Json = {f"{ids.FIELD}.{name}.value": self.form.get(name) for name in FIELDS}
        values |= {f"{ids.DECIDE}.{act}.n_clicks": 1, f"{ids.SAME}.0.value": same or []}
        values |= {f"{ids.REASON}.value": reason, f"{ids.PLACE}.data": self.place, f"{ids.QUERY}.data": ""}
        values |= {f"{ids.SKIPPED}.data": self.skipped, f"{ids.SELECTED}.data": selected or {}}
        parts = {ids.FIELD: list(FIELDS), ids.DECIDE: [act], ids.SAME: ["0"]}
        page = ask(self.client, f"{ids.REVIEW}.children", values, parts, f"{ids.DECIDE}.{act}.n_clicks")
        if ids.PLACE in page:
            self.place, self.skipped = page[ids.PLACE]["data"], page[ids.SKIPPED]["data"]
            fields = {key: cells["value"] for key, cells in page.items() if f'"type":"{ids.FIELD}"' in key}
            self.form = {name: next(cell for key, cell in fields.items() if f'"{name}"' in key) for name in FIELDS}
        return page

    @property
    def log(self) -> list[Decision]:
        """What has been decided."""
        return DecisionLog(log_of(self.store)).read()

    @property
    def reviews(self) -> dict[str, int]:
        """How many claims have which review, and how many are rejected."""
        reviewed = load_reviewed(self.store)
        counts = {str(name): int(number) for name, number in reviewed.claims["review"].value_counts().items()}
        return {**counts, "rejected": len(reviewed.rejected)}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A review of its own."""
    return Desk(tmp_path)


def said(page: Json) -> str:
    """What the page says of an act."""
    words = page[ids.SAID]["children"]
    return words if isinstance(words, str) else str(words["props"]["children"])


def test_a_queue_begins_with_what_contradicts_and_ends_with_what_nothing_speaks_against(archive: Archive) -> None:
    view = archive.view(Selection())
    queue = Queue.of(view, archive.checks(60), [])
    assert sorted(queue.rows.tolist()) == sorted(view.rows.tolist())
    reasons = [queue.reasons(row) for row in queue.rows]
    assert reasons[0][0] == "Sources disagree"
    weights = queue.weights[queue.rows].tolist()
    assert weights == sorted(weights, reverse=True)
    assert (queue.total, queue.reviewed, queue.doubtful) == (12, 0, sum(weight > 1 for weight in weights))


def test_what_each_act_leaves_in_the_log_and_shows_next(desk: Desk) -> None:
    first, second, third, *_ = desk.queued()
    assert said(desk.press("accept")) == "Accepted."
    assert desk.place == {"claim": second, "seen": 1}
    assert said(desk.press("skip")).startswith("Skipped")
    assert desk.place["claim"] == third
    desk.form["value"] = "1,234"
    assert said(desk.press("correct")) == "Corrected."
    assert said(desk.press("reject:1")) == "Rejected."
    assert said(desk.press("reject", "another reason")) == "Rejected."
    assert desk.reviews == {"accepted": 1, "corrected": 1, "unreviewed": 8, "rejected": 2}
    assert [(each.act, each.reason) for each in desk.log[-2:]] == [
        ("reject", "It is no figure of trade"),
        ("reject", "another reason"),
    ]
    rejected = desk.log[-1].claim_id
    assert said(desk.press("undo")) == "Taken back."
    assert desk.place["claim"] == rejected
    assert desk.reviews == {"accepted": 1, "corrected": 1, "unreviewed": 9, "rejected": 1}
    assert {each.claim_id for each in desk.log[:1]} == {first}


def test_the_whole_queue_can_be_reviewed_and_skipped_claims_come_again(desk: Desk) -> None:
    desk.press("skip")
    shown = []
    for _ in range(12):
        shown.append(desk.place["claim"])
        page = desk.press("accept")
    assert shown[-1] == desk.claim
    assert sorted(shown) == sorted(desk.queued())
    assert "All 12 claims of this view are reviewed" in str(page[ids.REVIEW])
    assert desk.reviews == {"accepted": 12, "rejected": 0}


def test_a_number_that_is_selected_becomes_a_claim_of_its_own(desk: Desk) -> None:
    row = desk.row(desk.claim)
    text = desk.archive.snapshot().text(row["document_id"])
    place = {"act": "add", "start": row["quote_start"], "end": row["quote_start"] + 3}
    desk.form["value"] = "5"
    assert said(desk.press("correct", selected=place)) == f"Added a claim at “{text[place['start'] : place['end']]}”."
    [added] = load_reviewed(desk.store).claims.query("review == 'added'").to_dict("records")
    assert (added["value"], added["metric"], added["document_id"]) == (5.0, row["metric"], row["document_id"])
    assert text[added["quote_start"] : added["quote_end"]] == added["quote"]
    assert added["quote"][added["span_start"] - added["quote_start"] :].startswith(added["span_text"])
    desk.form["value"] = "6"
    desk.place["claim"] = desk.claim
    assert said(desk.press("correct", selected={**place, "act": "split", "end": place["start"] + 2})).startswith(
        "Split"
    )


def test_claims_that_say_the_same_are_merged_in_one_act(desk: Desk) -> None:
    others = desk.queued()[1:3]
    assert said(desk.press("merge", same=others)) == "Merged: 2 claims that said the same."
    assert desk.reviews == {"accepted": 1, "unreviewed": 9, "rejected": 2}
    desk.press("undo")
    assert desk.reviews == {"unreviewed": 12, "rejected": 0}


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        pytest.param("correct", {"value": "much"}, "give a number", id="no number"),
        pytest.param("correct", {"value": ""}, "a claim has a value", id="no value"),
        pytest.param("correct", {"period": "last year"}, "last year", id="no period"),
        pytest.param("correct", {"period": "2019/2018"}, "ends before it begins", id="a period that runs backwards"),
        pytest.param("reject", {}, "Say why", id="no reason"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(desk: Desk, act: str, form: Json, why: str) -> None:
    desk.form |= form
    page = desk.press(act)
    assert why in said(page)
    assert set(page) == {ids.SAID}
    assert desk.log == []


def test_who_decides_about_what_another_has_decided_meanwhile_is_told(desk: Desk) -> None:
    hand = Reviewer("Ben")
    DecisionLog(log_of(desk.store)).append(hand.accept(desk.row(desk.claim)))
    assert said(desk.press("accept")).startswith("Ben has decided about this claim")
    assert len(desk.log) == 1


def test_decisions_that_need_a_look_are_listed_on_the_page(desk: Desk) -> None:
    claim = desk.row(desk.claim)
    log = DecisionLog(log_of(desk.store))
    log.append([*Reviewer("Ann").accept(claim), *Reviewer("Ben").reject(claim, "a misprint")])
    log.append(Reviewer("Cid").accept({**desk.row(desk.queued()[1]), "value": 1.0}))
    with create_app(desk.store).server.test_request_context():
        page = str(layout(Archive(str(desk.store)), Access(Accounts(accounts_of(desk.store)), "127.0.0.1")))
    for words in (
        "Decided in different ways",
        "Ben: reject",
        "a misprint",
        "reads it differently: value",
        "Cid: accept",
    ):
        assert words in page


def test_nothing_is_written_without_an_identity(tmp_path: Path) -> None:
    desk = Desk(tmp_path, lambda store: Access(Accounts(accounts_of(store)), "0.0.0.0"))  # noqa: S104  never bound
    for act in ("accept", "correct", "reject:1", "merge", "undo"):
        assert "user add NAME" in said(desk.press(act))
    assert desk.log == []
    assert said(desk.press("skip")).startswith("Skipped")


def test_a_decision_has_the_name_of_who_has_signed_in_at_that_moment(desk: Desk) -> None:
    """Nobody before, Ann, and nobody again as soon as her account is gone, whatever her cookie says."""
    accounts = Accounts(accounts_of(desk.store))
    accounts.add("Ann", "correct horse battery staple")
    refused = [desk.press("accept")]
    desk.client.post("/login", data={"name": "Ann", "password": "correct horse battery staple"})
    desk.press("accept")
    accounts.remove("Ann")
    accounts.add("Bob", "correct horse battery staple")
    refused.append(desk.press("accept"))
    assert ["Sign in to decide about claims" in str(page) for page in refused] == [True, True]
    assert [(each.who, each.claim_id) for each in desk.log] == [("Ann", desk.claim)]


def test_words_of_a_reviewer_are_text(desk: Desk) -> None:
    desk.press("reject", "<img src=x onerror=alert(1)>")
    desk.press("undo")
    page = desk.press("skip")
    assert desk.log[0].reason == "<img src=x onerror=alert(1)>"
    assert "dangerously" not in str(page)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        pytest.param({}, {}, id="nothing touched"),
        pytest.param({"value": "7e8"}, {"value": "7e8"}, id="a number as it is typed"),
        pytest.param({"parties": ["RUS", "KAZ"]}, {"parties": "KAZ;RUS"}, id="parties in order"),
        pytest.param({"parties": []}, {"parties": None}, id="no party"),
        pytest.param({"product": None}, {}, id="nothing is nothing"),
    ],
)
def test_the_form_says_only_what_was_touched(archive: Archive, form: Json, fields: Json) -> None:
    claim = records(archive.view(Selection(metric=("trade_turnover",))).claims_at(0, 1))[0]
    assert read_form({**written(claim), **form}, claim) == fields


def test_a_period_takes_its_days_and_its_name(archive: Archive) -> None:
    claim = records(archive.view(Selection()).claims_at(0, 1))[0]
    fields = read_form({**written(claim), "period": "2019-Q2"}, claim)
    assert (str(fields["period_start"])[:10], str(fields["period_end"])[:10]) == ("2019-04-01", "2019-06-30")
    assert (fields["period_label"], fields["period_bound"]) == ("2019-Q2", "closed")
    with pytest.raises(TradeFiguresError):
        read_form({**written(claim), "period": "soon"}, claim)
