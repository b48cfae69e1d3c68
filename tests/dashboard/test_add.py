"""Documents added in the browser, without a browser: given, looked at, kept or discarded; and all that is refused."""

from __future__ import annotations

import io
import json
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from dashboard import ids
from dashboard.access import Access
from dashboard.app import create_app
from dashboard.data import Archive
from dashboard.intake import ADDRESS, GIVES, MOST_FILES, MOST_TEXT
from dashboard.jobs import MOST_BYTES, BusyError, Job, Jobs, Upload
from dashboard.pages import add
from etl.accounts import Accounts, accounts_of
from etl.errors import StoreError
from etl.store import Store, add_reference, load_claims, load_documents
from tests.dashboard.test_app import page
from tests.pdfs import set_pdf
from tests.sample_store import POST, make_store

TURNOVER = "Trade between Russia and Pakistan reached $1.4 billion in 2023."
EXPORTS = "Pakistan's exports to Russia were $90 million in 2023. Fourteen ministers came."
TEXT = f"{TURNOVER} {EXPORTS}"
FRENCH = "Le commerce entre la Russie et le Pakistan a atteint un milliard de dollars, selon le ministre du commerce."
HOSTILE = "<img src=x onerror=alert(1)> Trade between Russia and Pakistan was <b>$3 billion</b> in 2015."
PATIENCE = 60


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that may be changed; what lies in a private folder lies in `private`, beside it."""
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))
    return make_store(tmp_path / "store")


@pytest.fixture
def adding(store: Path) -> FlaskClient:
    """A caller of the dashboard over that store."""
    caller: FlaskClient = create_app(store).server.test_client()
    return caller


def give(client: FlaskClient, files: dict[str, bytes] | None = None, **fields: str) -> tuple[int, dict[str, str]]:
    """What is answered to a text and files that are given."""
    handed = [FileStorage(io.BytesIO(content), filename=name) for name, content in (files or {}).items()]
    boundary, body = encode_multipart({**fields, "files": handed})
    answer = client.post(ADDRESS, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    told: dict[str, str] = answer.get_json()
    return answer.status_code, told


def given(client: FlaskClient, files: dict[str, bytes] | None = None, **fields: str) -> str:
    """The token of what is given."""
    status, told = give(client, files, **fields)
    assert status == 202, told
    return told["job"]


def answer(client: FlaskClient, token: str, decision: str = "") -> tuple[str, bool]:
    """What the page shows after a look at the job, or a decision; and whether it has come to rest."""
    button = json.dumps({"index": decision, "type": ids.ADD_ANSWER}, separators=(",", ":"))
    changed = f"{button}.n_clicks" if decision else f"{ids.ADD_POLL}.n_intervals"
    clicks = [
        {"id": {"type": ids.ADD_ANSWER, "index": name}, "property": "n_clicks", "value": int(name == decision) or None}
        for name in ("keep", "discard")
    ]
    body = {
        "output": f"..{ids.ADD_STAGE}.children...{ids.ADD_POLL}.disabled..",
        "outputs": [{"id": ids.ADD_STAGE, "property": "children"}, {"id": ids.ADD_POLL, "property": "disabled"}],
        "inputs": [{"id": ids.ADD_POLL, "property": "n_intervals", "value": 1}, clicks],
        "changedPropIds": [changed],
        "state": [{"id": ids.ADD_JOB, "property": "data", "value": token}],
    }
    response = client.post("/_dash-update-component", json=body)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.get_json()["response"]
    return json.dumps(told[ids.ADD_STAGE]["children"], ensure_ascii=False), told[ids.ADD_POLL]["disabled"]


def settled(client: FlaskClient, token: str, decision: str = "") -> str:
    """What the page shows when the job goes on no more by itself."""
    end = time.monotonic() + PATIENCE
    shown, rests = answer(client, token, decision)
    while not rests and time.monotonic() < end:
        time.sleep(0.05)
        shown, rests = answer(client, token)
    assert rests
    return shown


def test_a_job_that_ends_while_it_is_shown_is_asked_about_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, shown = Job((), Mock(), phase="reading"), add.stage

    def ends(job: Job, number: int = 1) -> list[Component]:
        parts = shown(job, number)
        job.phase = "failed"
        return parts

    monkeypatch.setattr(add, "stage", ends)
    access = Access(Accounts(accounts_of(tmp_path / "store")), "127.0.0.1")
    here = {"REMOTE_ADDR": "127.0.0.1"}
    with create_app(tmp_path / "store").server.test_request_context(environ_base=here):
        found = str(add.layout(Mock(find=lambda _: job), access, job=job.token))
    assert (job.is_busy, "disabled=False" in found) == (False, True)


def leftovers(store: Path) -> list[Path]:
    return list((store.parent / "private").iterdir())


def test_what_is_given_is_shown_with_its_claims_and_what_they_change(adding: FlaskClient, store: Path) -> None:
    before = Store.open(store).version
    shown = settled(adding, given(adding, text=TEXT, title="Ministers", publisher="Wire", published="2024-10-05"))
    for words in (
        "2 claims found in 1 document.",
        "1 new series",
        "Pakistan: exports to Russia, USD",
        "1 new figure",
        "Pakistan: exports to Russia, 2023, $90 m",
        "1 figure on which sources disagree",
        "Sources disagree beyond rounding: $1.00 bn, $1.02 bn and $1.40 bn.",
        "Wire · 5 Oct 2024 · pasted text",
        "disagrees with a figure",
        "a count of things that are not goods in trade",
        "Keep 1 document",
    ):
        assert words in shown
    assert Store.open(store).version == before
    assert leftovers(store) == []


def test_many_documents_are_looked_at_page_by_page(adding: FlaskClient) -> None:
    lines = "".join(f'{{"title": "Report {at}", "text": "Trade grew. {TURNOVER} {at}"}}\n' for at in range(12))
    token = given(adding, {"reports.jsonl": lines.encode()})
    first = settled(adding, token)
    assert "12 claims found in 12 documents." in first
    assert [name in first for name in ("Report 9", "Report 10", "1 to 10 of 12 documents")] == [True, False, True]
    for number in ("2", "99"):
        last = page(adding, "/add", f"?job={token}&page={number}")[0]
        assert [name in last for name in ("Report 9", "Report 11", "11 to 12 of 12 documents")] == [False, True, True]


def test_what_is_kept_is_one_commit_and_on_every_page_at_once(adding: FlaskClient, store: Path) -> None:
    before = Store.open(store)
    token = given(adding, {"tea.pdf": set_pdf("Kenya's tea exports to Egypt were $250 million in 2022.")}, text=TEXT)
    settled(adding, token)
    kept = settled(adding, token, "keep")
    assert "Kept: 2 documents with 3 claims" in kept
    after = Store.open(store)
    assert (after.version, after.count("claim")) == (before.version + 1, before.count("claim") + 3)
    assert after.history()["run"].iloc[0] == "added in the browser"
    added = load_documents(store).set_index("source")["document_id"][["pasted text", "tea.pdf"]]
    for name in added:
        assert f"/document/{name}" in kept
        assert "This store has no such document" not in page(adding, f"/document/{name}")[0]
    assert "Kenya" in page(adding, "/")[0]
    # Once more, by a second window or an impatient reader, changes nothing.
    assert "Kept: 2 documents" in settled(adding, token, "keep")
    assert Store.open(store).version == after.version
    assert "Kept: 2 documents" in page(adding, "/add", f"?job={token}")[0]


def test_what_is_discarded_leaves_no_trace(adding: FlaskClient, store: Path) -> None:
    before = Store.open(store).version
    token = given(adding, text=TEXT)
    settled(adding, token)
    assert "Nothing was kept" in answer(adding, token, "discard")[0]
    assert (Store.open(store).version, leftovers(store)) == (before, [])
    assert "What was given here is gone" in answer(adding, token, "keep")[0]
    assert "What was given here is gone" in page(adding, "/add", f"?job={token}")[0]


def test_the_same_document_again_is_not_added_but_linked(adding: FlaskClient) -> None:
    shown = settled(adding, given(adding, text=POST.text, publisher=str(POST.publisher), url=str(POST.url)))
    assert "There is nothing new to keep." in shown
    assert f'"/document/{POST.id}"' in shown
    assert "Ministers meet" in shown
    assert f'"type": "{ids.ADD_ANSWER}"' not in shown


def test_a_text_the_store_has_is_linked_where_nothing_else_is_said_of_it(adding: FlaskClient) -> None:
    assert f'"/document/{POST.id}"' in settled(adding, given(adding, text=POST.text))
    assert "2 claims found in 1 document." in settled(adding, given(adding, text=POST.text, publisher="Daily"))


def test_official_figures_are_set_against_what_is_given(store: Path) -> None:
    file = store.parent / "customs.csv"
    file.write_text("metric,reporter,partner,unit,period,value\nexports,PAK,RUS,USD,2023,50000000\n")
    add_reference(file, store=store)
    adding = create_app(store).server.test_client()
    shown = settled(adding, given(adding, text=EXPORTS))
    assert "1 check that does not hold" in shown
    assert "90 million USD against 50 million USD of customs." in shown


def test_the_text_of_another_document_is_told_as_a_copy(adding: FlaskClient) -> None:
    text = POST.text + " The ministers met in the capital and spoke of wheat, of crude oil and of a railway to the sea."
    settled(adding, first := given(adding, text=text, publisher="Wire", published="2024-09-20"))
    settled(adding, first, "keep")
    shown = settled(adding, given(adding, text=text, publisher="Daily", published="2024-09-21"))
    assert "has this text already. The two count as one source." in shown


@pytest.mark.parametrize(
    ("files", "fields", "said"),
    [
        ({"a.docx": b"PK\x03\x04"}, {}, "No reader for .docx; save it as PDF, or its text as .txt."),
        ({}, {"text": FRENCH}, "Not read: language fr (detected). Only English is read."),
        ({}, {"text": "The weather was fine."}, "no figure about trade or the economy was found."),
        ({"dump.jsonl": b'{"text": "Trade grew."}\n' * 300}, {}, "more than 200 documents or 50 MB"),
    ],
    ids=["no document", "another language", "nothing found", "too many"],
)
def test_what_brings_no_figure_says_why(
    adding: FlaskClient, store: Path, files: dict[str, bytes], fields: dict[str, str], said: str
) -> None:
    assert said in settled(adding, given(adding, files, **fields))
    assert leftovers(store) == []


@pytest.mark.parametrize(
    ("files", "fields", "status", "said"),
    [
        ({}, {"text": " \n"}, 400, "There is nothing to read"),
        ({}, {"text": TEXT, "published": "yesterday"}, 400, "published must be a day as YYYY-MM-DD"),
        ({}, {"text": TEXT, "url": "javascript:alert(1)"}, 400, "must begin with https://"),
        ({}, {"text": "x" * (MOST_TEXT + 1)}, 413, "too large"),
        ({"a.txt": b" " * (MOST_BYTES + MOST_TEXT + 200_000)}, {}, 413, "too large"),
        ({f"{number}.txt": b"x" for number in range(MOST_FILES + 1)}, {}, 413, "too large"),
    ],
    ids=["nothing", "no day", "no address", "long text", "large file", "many files"],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    adding: FlaskClient, store: Path, files: dict[str, bytes], fields: dict[str, str], status: int, said: str
) -> None:
    answered, told = give(adding, files, **fields)
    assert answered == status
    assert said in told["problem"]
    assert leftovers(store) == []


def test_a_file_larger_than_other_posts_may_be_is_taken(adding: FlaskClient) -> None:
    shown = settled(adding, given(adding, {"a.txt": TEXT.encode() + b" " * 3_000_000}))
    assert "2 claims found in 1 document." in shown


@pytest.mark.parametrize(
    ("name", "shown_as"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("/absolute/news.txt", "news.txt"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("nul\x00\u202egnp.txt", "nulgnp.txt"),
        ("..", "a file without a name"),
    ],
)
def test_a_name_is_shown_and_never_followed(adding: FlaskClient, store: Path, name: str, shown_as: str) -> None:
    before = sorted(store.parent.rglob("*"))
    shown = settled(adding, given(adding, {name: TEXT.encode()}))
    assert f'no date · {shown_as}"' in shown
    assert sorted(store.parent.rglob("*")) == before


def test_words_of_a_document_stay_words(adding: FlaskClient) -> None:
    token = given(adding, text=HOSTILE, title="<script>alert(1)</script>", url="https://a.example/<b>")
    content, _ = page(adding, "/add", f"?job={token}")
    content = content if "Keep" in content and "claim found" in content else settled(adding, token)
    assert "<script>alert(1)</script>" in content
    assert "dangerously_allow" not in content
    assert "Markdown" not in content


def test_two_batches_at_once_do_not_meet(adding: FlaskClient, store: Path) -> None:
    tokens = [given(adding, text=text) for text in (TURNOVER, EXPORTS)]
    first, second = (settled(adding, token) for token in tokens)
    assert ("$1.4 billion" in first, "$90 million" in first) == (True, False)
    assert ("$1.4 billion" in second, "$90 million" in second) == (False, True)
    for token in tokens:
        answer(adding, token, "keep")
    for token in tokens:
        assert "Kept: 1 document with 1 claim" in settled(adding, token)
    assert {"$1.4 billion", "$90 million"} <= set(load_claims(store)["span_text"])


def test_another_site_cannot_add_anything(adding: FlaskClient, store: Path) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}):
        assert adding.post(ADDRESS, data={"text": TEXT}, headers=headers).status_code == 403
    assert leftovers(store) == []


def test_a_caller_who_gives_too_often_is_told_to_wait(adding: FlaskClient) -> None:
    answers = [give(adding, text=" ")[0] for _ in range(GIVES.amount + 1)]
    assert set(answers[:-1]) == {400}
    assert answers[-1] == 429


def test_where_others_can_reach_it_the_dashboard_is_read_only_unless_allowed(store: Path) -> None:
    closed = create_app(store, host="0.0.0.0").server.test_client()  # noqa: S104  never bound
    assert "This dashboard is read-only" in page(closed, "/add")[0]
    assert give(closed, text=TEXT) == (403, {"problem": "This dashboard is read-only: it takes no documents."})
    access = Access(Accounts(accounts_of(store)), "0.0.0.0", adding=True)  # noqa: S104
    allowed = create_app(store, host="0.0.0.0", access=access).server.test_client()  # noqa: S104
    assert "2 claims found" in settled(allowed, given(allowed, text=TEXT))


def test_who_is_not_known_adds_nothing_where_others_are_known(store: Path) -> None:
    """Neither gives, nor looks, nor keeps what somebody else has given."""
    adding = create_app(store).server.test_client()
    token = given(adding, text=TEXT)
    settled(adding, token)
    Accounts(accounts_of(store)).add("Ann", "correct horse battery staple")
    before = Store.open(store).version
    problem = "Sign in to decide about claims and to add documents."
    assert give(adding, text=TEXT) == (403, {"problem": problem})
    for shown in (page(adding, "/add", f"?job={token}")[0], answer(adding, token)[0], answer(adding, token, "keep")[0]):
        assert problem in shown
        assert "claims found" not in shown
    assert Store.open(store).version == before


def test_a_request_that_was_handed_on_adds_nothing_in_the_name_of_this_machine(adding: FlaskClient) -> None:
    refused = adding.post(ADDRESS, data={"text": TEXT}, headers={"X-Forwarded-For": "192.0.2.1"})
    assert (refused.status_code, "handed on by a proxy" in refused.get_json()["problem"]) == (403, True)


def test_a_store_that_cannot_be_written_says_so_before_anything_is_read(
    adding: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.store.folder.os.access", lambda *_: False)
    status, told = give(adding, text=TEXT)
    assert (status, "annot write to" in told["problem"]) == (503, True)


def test_what_could_not_be_kept_can_be_kept_again(
    adding: FlaskClient, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = given(adding, text=TEXT)
    settled(adding, token)
    with monkeypatch.context() as broken:
        broken.setattr("dashboard.jobs.keep", Mock(side_effect=StoreError("the disk is full")))
        assert "Nothing was kept, and nothing is lost: the disk is full." in settled(adding, token, "keep")
    assert "Kept: 1 document" in settled(adding, token, "keep")
    assert Store.open(store).history()["run"].tolist().count("added in the browser") == 1


def upload(text: str) -> Upload:
    def save(file: Path) -> None:
        file.write_text(text)

    return Upload("a.txt", save)


def ended(job: Job) -> Job:
    end = time.monotonic() + PATIENCE
    while job.is_busy and time.monotonic() < end:
        time.sleep(0.05)
    return job


def test_only_so_many_batches_wait_and_those_nobody_asks_about_are_forgotten(store: Path) -> None:
    jobs = Jobs(Archive(str(store)), most=1)
    first = ended(jobs.give([upload(TEXT)], {}))
    with pytest.raises(BusyError, match="keep or discard one of them, or wait some minutes"):
        jobs.give([upload(TEXT)], {})
    first.touched -= 3_600
    assert jobs.find(first.token) is None
    closed = ended(jobs.give([upload(TEXT)], {}))
    closed.touched -= 600
    failed = ended(jobs.give([upload('{"text": "Trade grew."}\n' * 300)], {}))
    assert failed.phase == "failed"
    assert jobs.find(closed.token) is None
    assert ended(jobs.give([upload(TEXT)], {})).phase == "ready"
    assert jobs.find(failed.token) is None


def test_a_batch_that_is_stopped_leaves_its_turn_to_the_next(store: Path) -> None:
    jobs = Jobs(Archive(str(store)), together=1)
    stopped = jobs.give([upload(TEXT)], {})
    jobs.discard(stopped.token)
    assert ended(jobs.give([upload(TEXT)], {})).phase == "ready"
    assert jobs.find(stopped.token) is None
    assert stopped.phase != "ready"
    # Its folder goes when its thread does.
    end = time.monotonic() + PATIENCE
    while leftovers(store) and time.monotonic() < end:
        time.sleep(0.05)
    assert leftovers(store) == []
