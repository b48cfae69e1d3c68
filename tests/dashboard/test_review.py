"""The review page, asked as the browser asks: what is shown, what a key does to the log, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard import ids
from dashboard.access import Access
from dashboard.app import create_app
from dashboard.components.claim_form import FIELDS, read_form, written
from dashboard.data import Archive, Queue, Selection, records
from dashboard.data import Desk as Desk_
from dashboard.pages.review import layout
from etl.accounts import Accounts, accounts_of
from etl.decisions import Decision, DecisionLog, Reviewer, log_of
from etl.model import Document
from etl.store import Store, load_reviewed, to_rows
from tests.callbacks import Json, ask
from tests.sample_store import LEDGER, make_store, record
from tests.samples import Said, year


class Desk:
    """A store, its review page, and the claim that is shown."""

    def __init__(self, folder: Path, access: Callable[[Path], Access] | None = None) -> None:
        self.store = make_store(folder / "store")
        self.client: FlaskClient = create_app(self.store, access=access and access(self.store)).server.test_client()
        self.archive = Archive(str(self.store))
        self.claim = self.queued()[0]
        self.place: Json = {"claim": self.claim, "seen": 0, "alone": False}
        self.skipped: list[str] = []
        self.form = written(self.row(self.claim))

    def queued(self) -> list[str]:
        """The claims in the order of the queue."""
        self.archive.renew(60)
        view = self.archive.view(Selection())
        rows = Queue.of(view, self.archive.checks(60)).rows
        return [str(name) for name in view.snapshot.statements["claim_id"].iloc[rows]]

    def row(self, claim_id: str) -> Any:  # noqa: ANN401
        """The cells of a claim, as it is shown."""
        return Desk_.of(self.archive, Selection()).claim(claim_id)

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

    def look_at(self, document: Document) -> Any:  # noqa: ANN401
        """The first claim of a document becomes what is shown."""
        row = self.row(claims_of(self.store, document)[0])
        self.place, self.form = {"claim": row["claim_id"], "seen": len(self.log), "alone": False}, written(row)
        return row

    def read(self, selected: Json) -> Json:
        """What the form says once a number is selected."""
        values: Json = {f"{ids.PLACE}.data": self.place, f"{ids.SELECTED}.data": selected}
        output = next(
            each["output"]
            for each in self.client.get("/_dash-dependencies").get_json()
            if [one["id"] for one in each["inputs"]] == [ids.SELECTED]
        )
        page = ask(self.client, output, values, {ids.FIELD: list(FIELDS)})
        return {json.loads(part)["index"]: cells["value"] for part, cells in page.items()}

    def decided(self, decisions: list[Decision]) -> None:
        """Somebody else has decided."""
        DecisionLog(log_of(self.store)).append(decisions)
        self.archive.renew(60)

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


REPEATED = Document("Trade was $3 billion in 2020. The $3.0 billion of 2020 stand. In 2020, USD 3,000 million.")
"""A document that says the same three times."""


def repeating(folder: Path) -> tuple[Desk, list[str]]:
    """A desk whose store has the repeated figure, and its claims in the order of the text."""
    desk = Desk(folder)
    said_of_it: Said = {}
    figures = [(words, 3e9, year(2020), said_of_it) for words in ("$3 billion", "$3.0 billion", "USD 3,000 million")]
    Store.open(desk.store).commit(to_rows([record(REPEATED, *figures)], "0"))
    desk.archive.renew(60)
    return desk, claims_of(desk.store, REPEATED)


def claims_of(store: Path, document: Document) -> list[str]:
    """The claims of a document, in the order of its text."""
    claims = load_reviewed(store).claims
    return list(map(str, claims.loc[claims["document_id"] == document.id, "claim_id"]))


def local(store: Path) -> Access:
    """Somebody at this machine."""
    return Access(Accounts(accounts_of(store)), "127.0.0.1")


def said(page: Json) -> str:
    """What the page says of an act."""
    words = page[ids.SAID]["children"]
    return str(words[0] if isinstance(words, list) else words["props"]["children"])


def test_a_queue_begins_with_what_contradicts_and_ends_with_what_nothing_speaks_against(archive: Archive) -> None:
    view = archive.view(Selection())
    queue = Queue.of(view, archive.checks(60))
    assert sorted(queue.rows.tolist()) == sorted(view.rows.tolist())
    reasons = [queue.reasons(row) for row in queue.rows]
    assert reasons[0][0] == "Sources disagree"
    weights = queue.weights[queue.rows].tolist()
    assert weights == sorted(weights, reverse=True)
    assert (queue.total, queue.reviewed, queue.doubtful) == (12, 0, sum(weight > 1 for weight in weights))


def test_what_each_act_leaves_in_the_log_and_shows_next(desk: Desk) -> None:
    first, second, third, *_ = desk.queued()
    assert said(desk.press("accept")) == "Accepted."
    assert desk.place == {"claim": second, "seen": 1, "alone": False}
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
    every = desk.queued()
    desk.press("skip")
    shown = []
    for _ in range(12):
        shown.append(desk.place["claim"])
        page = desk.press("accept")
    assert shown[-1] == desk.claim
    assert sorted(shown) == sorted(every)
    assert "All 12 claims of this view are reviewed" in str(page[ids.REVIEW])
    assert desk.reviews == {"accepted": 12, "rejected": 0}


def test_a_number_that_is_selected_becomes_a_claim_of_its_own(desk: Desk) -> None:
    """A touch of the number is enough: the figure around it is the claim, and its value is in the form at once."""
    row = desk.look_at(LEDGER)
    text, number = LEDGER.text, LEDGER.text.index("14 ministers")
    place = {"act": "add", "start": number, "end": number + 1}
    assert desk.read(place) == {"value": "14", "value_upper": "", "unit": None, "qualifier": "="}
    desk.form |= {"value": "14", "unit": None}
    assert said(desk.press("correct", selected=place)) == "Added a claim at “14 ministers”."
    [added] = load_reviewed(desk.store).claims.query("review == 'added'").to_dict("records")
    assert (added["value"], added["metric"], added["document_id"]) == (14.0, row["metric"], row["document_id"])
    assert text[added["quote_start"] : added["quote_end"]] == added["quote"]
    assert added["quote"][added["span_start"] - added["quote_start"] :].startswith("14 ministers")
    desk.look_at(LEDGER)
    assert said(desk.press("undo")) == "Taken back."
    assert desk.place["claim"] == row["claim_id"]


def test_a_claim_is_split_in_two_within_its_own_figure(desk: Desk) -> None:
    row = desk.look_at(LEDGER)
    start = row["span_start"] + len("$388")
    desk.form["value"] = "5"
    place = {"act": "split", "start": start, "end": start + 2}
    assert said(desk.press("correct", selected=place)) == "Split: a second claim at “.5”."
    assert desk.reviews == {"accepted": 1, "added": 1, "unreviewed": 11, "rejected": 0}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("$388", "is a claim already"),
        ("about the weather", "there is no number"),
        ("$920 million. Nobody expected that of the 14", "there are 2 numbers"),
        (None, "not in the text"),
    ],
)
def test_what_is_no_place_for_a_claim(desk: Desk, words: str | None, why: str) -> None:
    desk.look_at(LEDGER)
    start = LEDGER.text.index(words) if words else 10_000
    page = desk.press("correct", selected={"act": "add", "start": start, "end": start + len(words or "?")})
    assert why in said(page).lower()
    assert desk.log == []


def test_claims_that_say_the_same_are_merged_in_one_act(tmp_path: Path) -> None:
    desk, (first, *others) = repeating(tmp_path)
    desk.look_at(REPEATED)
    assert said(desk.press("merge", same=others)) == "Merged: 2 claims that said the same."
    assert desk.reviews == {"accepted": 1, "unreviewed": 12, "rejected": 2}
    assert {each.claim_id for each in desk.log} == {first, *others}
    desk.press("undo")
    assert desk.reviews == {"unreviewed": 15, "rejected": 0}


def test_nothing_is_merged_that_says_something_else_or_that_another_has_decided_about(tmp_path: Path) -> None:
    desk, (first, second, third) = repeating(tmp_path)
    desk.look_at(REPEATED)
    for same in ([], [first], [desk.claim]):
        assert "tick at least one" in said(desk.press("merge", same=same))
    desk.decided(Reviewer("Ben").correct(desk.row(second), {"value": 77.0}))
    assert said(desk.press("merge", same=[second, third])).startswith("Ben has decided about one of the claims")
    assert len(desk.log) == 1


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        pytest.param("correct", {"value": "much"}, "give a number", id="no number"),
        pytest.param("correct", {"value": ""}, "a claim has a value", id="no value"),
        pytest.param("correct", {"period": "last year"}, "last year", id="no period"),
        pytest.param("correct", {"period": "2019/2018"}, "ends before it begins", id="a period that runs backwards"),
        pytest.param("correct", {"value": "1,5"}, "1.5", id="a comma that may be either"),
        pytest.param("correct", {"value": "1.234,5"}, "1.5", id="the decimal comma of another language"),
        pytest.param("correct", {"value": "1e300"}, "no number we can be sure of", id="more than there is"),
        pytest.param("correct", {"value": "5", "value_upper": "4"}, "smaller number first", id="a range backwards"),
        pytest.param("correct", {"period": "9999"}, "a period is written", id="the year after which there is none"),
        pytest.param("correct", {"period": "FY2022/23"}, "depend on the country", id="a fiscal year of no country"),
        pytest.param("correct", {"period": "../.."}, "a period is written", id="a period without an end"),
        pytest.param("correct", {"unit": "zzz"}, "none of the choices of “Unit”", id="a unit nobody has"),
        pytest.param("correct", {"parties": ["PAK", "ZZZ"]}, "'ZZZ' is none of the choices", id="a party nobody has"),
        pytest.param("correct", {"metric": ""}, "a claim without metric", id="nothing measured"),
        pytest.param("accept", {"value": "5"}, "You changed the fields", id="accepted with changes"),
        pytest.param("skip", {"value": "5"}, "You changed the fields", id="skipped with changes"),
        pytest.param("merge", {"value": "5"}, "You changed the fields", id="merged with changes"),
        pytest.param("merge", {}, "tick at least one", id="nothing to merge"),
        pytest.param("reject", {}, "Say why", id="no reason"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(desk: Desk, act: str, form: Json, why: str) -> None:
    desk.form |= form
    page = desk.press(act)
    assert why.lower() in said(page).lower()
    assert set(page) == {ids.SAID}
    assert desk.log == []


def test_who_decides_about_what_another_has_decided_meanwhile_is_told(desk: Desk) -> None:
    desk.decided(Reviewer("Ben").accept(desk.row(desk.claim)))
    assert said(desk.press("accept")).startswith("Ben has decided about this claim")
    assert len(desk.log) == 1


def test_who_decides_about_what_was_taken_back_meanwhile_is_told(tmp_path: Path) -> None:
    """The undo of a merge names one of its claims only; it is about all of them."""
    desk, (first, *others) = repeating(tmp_path)
    ben = Reviewer("Ben")
    desk.decided(ben.merge(desk.row(first), [desk.row(name) for name in others]))
    desk.place = {"claim": others[1], "seen": 3, "alone": False}
    desk.decided(Reviewer("Ben", tuple(desk.log)).undo())
    desk.form = written(desk.row(others[1]))
    assert said(desk.press("accept")).startswith("Ben has decided about this claim")


def test_a_claim_is_shown_as_the_newest_decision_leaves_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the store is not read again: of a large one that takes long."""
    archive = Archive(str(desk.store), fresh=1e9)
    archive.snapshot()
    desk.decided(Reviewer("Ann").correct(desk.row(desk.claim), {"value": 77.0}))
    monkeypatch.setattr(Archive, "renew", lambda *_: None)
    shown = Desk_.of(archive, Selection()).claim(desk.claim)
    assert (shown["value"], shown["review"], shown["observation_id"] != "") == (77.0, "corrected", True)
    desk.decided(Reviewer("Ben", tuple(desk.log)).accept(shown))
    corrected = load_reviewed(desk.store).claims.set_index("claim_id").loc[desk.claim]
    assert (corrected["value"], corrected["review"], corrected["reviewed_by"]) == (77.0, "corrected", "Ben")
    assert desk.log[-1].seen["value"] == desk.log[0].seen["value"]


def test_one_press_too_many_takes_back_one_decision(desk: Desk) -> None:
    desk.press("accept")
    desk.press("accept")
    before = dict(desk.place)
    assert said(desk.press("undo")) == "Taken back."
    desk.place = before
    assert said(desk.press("undo")).startswith("You have decided something since")
    assert desk.reviews == {"accepted": 1, "unreviewed": 11, "rejected": 0}


def test_a_claim_that_was_taken_out_can_be_looked_at_and_brought_back(desk: Desk) -> None:
    desk.press("reject", "a mistake")
    desk.place["claim"] = desk.claim
    with create_app(desk.store).server.test_request_context():
        page = str(layout(Archive(str(desk.store)), local(desk.store), claim=desk.claim))
    assert "Taken out; accept it to bring it back" in page
    assert "a mistake" in page
    desk.form = written(desk.row(desk.claim))
    assert said(desk.press("accept")) == "Accepted."
    assert desk.reviews == {"accepted": 1, "unreviewed": 11, "rejected": 0}


def test_a_claim_that_is_read_otherwise_since_comes_first_and_can_be_decided_about(desk: Desk) -> None:
    last = desk.queued()[-1]
    desk.decided(Reviewer("Ann").accept({**desk.row(last), "value": 123.0}))
    assert desk.queued()[0] == last
    view = desk.archive.view(Selection())
    queue = Queue.of(view, desk.archive.checks(60), desk.log)
    assert (queue.total, queue.reviewed, queue.reasons(queue.rows[0])[0]) == (
        12,
        0,
        "Read otherwise since it was decided",
    )
    desk.place, desk.form = {"claim": last, "seen": 1, "alone": False}, written(desk.row(last))
    assert said(desk.press("reject:1")) == "Rejected."
    assert desk.reviews == {"unreviewed": 11, "rejected": 1}
    assert last not in desk.queued()


def test_a_claim_that_is_looked_at_alone_stays(desk: Desk) -> None:
    desk.place["alone"] = True
    desk.form["value"] = "77"
    assert said(desk.press("correct")) == "Corrected."
    assert (desk.place["claim"], desk.form["value"]) == (desk.claim, "77")
    assert said(desk.press("reject:1")) == "Rejected."
    assert "Taken out" in str(desk.press("undo")[ids.REVIEW]) or desk.place["claim"] == desk.claim
    assert desk.reviews == {"corrected": 1, "unreviewed": 11, "rejected": 0}


def test_decisions_that_need_a_look_are_listed_on_the_page(desk: Desk) -> None:
    claim = desk.row(desk.claim)
    log = DecisionLog(log_of(desk.store))
    log.append([*Reviewer("Ann").accept(claim), *Reviewer("Ben").reject(claim, "a misprint")])
    log.append(Reviewer("Cid").accept({**desk.row(desk.queued()[1]), "value": 1.0}))
    with create_app(desk.store).server.test_request_context():
        page = str(layout(Archive(str(desk.store)), local(desk.store)))
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
        pytest.param({"value": "7.5e8"}, {"value": 7.5e8}, id="a number as it is typed"),
        pytest.param({"value": "1,234.5"}, {"value": 1234.5}, id="thousands"),
        pytest.param({"value": "1 234 567"}, {"value": 1234567.0}, id="thousands with spaces"),
        pytest.param({"value": "1.2 billion"}, {"value": 1.2e9}, id="a number as texts have it"),
        pytest.param({"value": "-0.5"}, {"value": -0.5}, id="less than nothing"),
        pytest.param({"parties": ["RUS", "KAZ"]}, {"parties": "KAZ;RUS"}, id="parties in order"),
        pytest.param({"parties": []}, {"parties": None}, id="no party"),
        pytest.param({"product": None}, {}, id="nothing is nothing"),
    ],
)
def test_the_form_says_only_what_was_touched(archive: Archive, form: Json, fields: Json) -> None:
    claim = records(archive.view(Selection(metric=("trade_turnover",))).claims_at(0, 1))[0]
    assert read_form({**written(claim), **form}, claim, archive.snapshot()) == fields


@pytest.mark.parametrize(
    ("typed", "days", "label", "bound"),
    [
        ("2019-Q2", ("2019-04-01", "2019-06-30"), "2019-Q2", "closed"),
        ("2015-07/2016-06", ("2015-07-01", "2016-06-30"), None, "closed"),
        ("2015/..", ("2015-01-01", None), None, "since"),
        ("../2012", (None, "2012-12-31"), None, "until"),
        ("", (None, None), None, None),
    ],
)
def test_a_period_takes_its_days_and_its_name(
    archive: Archive, typed: str, days: tuple[str | None, str | None], label: str | None, bound: str | None
) -> None:
    claim = records(archive.view(Selection()).claims_at(0, 1))[0]
    fields = read_form({**written(claim), "period": typed}, claim, archive.snapshot())
    found = tuple(None if fields[name] is None else str(fields[name])[:10] for name in ("period_start", "period_end"))
    assert (found, fields["period_label"], fields["period_bound"]) == (days, label, bound)
    again = {**claim, **{name: pd.NaT if cell is None else cell for name, cell in fields.items()}}
    assert read_form(written(again), again, archive.snapshot()) == {}
