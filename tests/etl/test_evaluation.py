"""Gold and claims → marks: which claim answers which figure, what is right in it, and what a wrong gold is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import etl
from etl.errors import GoldError
from etl.evaluation import FIELDS, Evaluation, Mark, Score, below, differences, evaluate, judge
from etl.frame import typed
from etl.gold import SCORED, Gold, read_annotations, read_gold
from etl.model import KINDS, Document

TEXT = "In 2023 Chile sold Peru copper worth about $500 million to $600 million, 4 per cent less."
RANGE, CHANGE = "$500 million to $600 million", "4 per cent"
NOTED: dict[str, object] = {
    "doc": "a",
    "text": RANGE,
    "value": 5e8,
    "range_upper": 6e8,
    "unit": "USD",
    "qualifier": "~",
    "kind": "level",
    "metric": "exports",
    "parties": ["CHL", "PER"],
    "reporter": "CHL",
    "partner": "PER",
    "period_start": "2023-01-01",
    "period_end": "2023-12-31",
    "status": "actual",
}
TOLD: dict[str, object] = {
    "quote_start": 0,
    "quote_end": len(TEXT),
    "span_text": RANGE,
    "span_start": 43,
    "span_end": 71,
    "value": 5e8,
    "value_upper": 6e8,
    "unit": "USD",
    "qualifier": "~",
    "kind": "level",
    "metric": "exports",
    "parties": "CHL;PER",
    "reporter": "CHL",
    "partner": "PER",
    "period_start": "2023-01-01",
    "period_end": "2023-12-31",
    "status": "actual",
}


def noted(folder: Path, *changes: dict[str, object]) -> pd.DataFrame:
    (folder / "claims.jsonl").write_text("\n".join(json.dumps(NOTED | change) for change in changes), encoding="utf-8")
    return read_annotations([folder / "claims.jsonl"], {"a": Document(TEXT)})


def told(*changes: dict[str, object]) -> pd.DataFrame:
    return typed([TOLD | change for change in changes]).assign(doc="a")


def test_a_claim_like_the_gold_is_right_in_every_field(tmp_path: Path) -> None:
    judged = judge(noted(tmp_path, {}), told({}))
    assert judged.to_dict("records") == [
        {
            "doc": "a",
            "start": 43,
            "end": 71,
            "text": RANGE,
            "outcome": "found",
            "optional": False,
            "gold": 0,
            "claim": 0,
        }
        | dict.fromkeys(FIELDS, True)
    ]


# A change of the gold, a change of the claim, and the fields that are wrong then.
COMPARED: dict[str, tuple[dict[str, object], dict[str, object], set[str]]] = {
    "a value within 0.2 percent": ({}, {"value": 5.009e8}, set()),
    "a value outside": ({}, {"value": 5.02e8}, {"value", "value_unsigned"}),
    "another sign": ({"value": -5e8, "range_upper": None}, {"value_upper": None}, {"value"}),
    "an upper end that is missing": ({}, {"value_upper": None}, {"value", "value_unsigned"}),
    "an upper end that is the value": ({"range_upper": None}, {"value_upper": 5e8}, set()),
    "a unit by another name": ({"unit": "US$"}, {}, set()),
    "a unit of another size": ({"value": 5e11, "range_upper": 6e11, "unit": "kg"}, {"unit": "tonne"}, set()),
    "a price of another size": (
        {"value": 5, "range_upper": None, "unit": "PKR/kg"},
        {"value": 5e3, "value_upper": None, "unit": "PKR/tonne"},
        set(),
    ),
    "a flow per year": ({"unit": "tonne/year"}, {"unit": "tonne"}, set()),
    "another unit": ({"unit": "EUR"}, {}, {"unit"}),
    "a counted noun for another": ({"unit": "car"}, {"unit": "lorry"}, {"unit"}),
    "no unit": ({}, {"unit": None}, {"unit"}),
    "a strict bound for a loose one": ({"qualifier": ">="}, {"qualifier": ">"}, {"qualifier"}),
    "another hedge": ({"qualifier": "="}, {}, {"qualifier", "qualifier_loose"}),
    "another kind": ({"kind": "other"}, {}, {"kind"}),
    "a metric by one of its nouns": ({"metric": "bilateral_trade"}, {"metric": "trade_turnover"}, set()),
    "another metric": ({"metric": "imports"}, {}, {"metric"}),
    "parties by their names": ({"parties": ["Chile", "Peru"], "reporter": "Chile"}, {}, set()),
    "a party too few": ({}, {"parties": "CHL"}, {"parties"}),
    "another direction": ({}, {"reporter": "PER", "partner": "CHL"}, {"direction"}),
    "a direction nobody noted": ({"partner": None}, {"reporter": "PER"}, set()),
    "another month": ({"period_end": "2023-11-30"}, {}, {"period", "period_given"}),
    "another year": ({"period_end": "2024-12-31"}, {}, {"period", "period_year", "period_given"}),
    "a period nobody gives": ({"period_start": None, "period_end": None}, {}, {"period", "period_year"}),
    "another status": ({"status": "target"}, {}, {"status"}),
    "what is debatable": ({"metric": "imports", "value": 1, "debatable": ["metric", "value"]}, {}, set()),
}  # fmt: skip


@pytest.mark.parametrize(("gold", "claim", "wrong"), COMPARED.values(), ids=COMPARED)
def test_a_field_is_compared_by_its_meaning(
    tmp_path: Path, gold: dict[str, object], claim: dict[str, object], wrong: set[str]
) -> None:
    judged = judge(noted(tmp_path, gold), told(claim))
    right = judged[list(FIELDS)].fillna(value=True).iloc[0]
    assert (judged["outcome"].tolist(), {name for name in FIELDS if not right[name]}) == (["found"], wrong)


def test_what_is_debatable_or_left_out_of_the_gold_is_not_scored(tmp_path: Path) -> None:
    line = {"doc": "a", "text": RANGE, "value": 1, "debatable": ["value"]}
    (tmp_path / "claims.jsonl").write_text(json.dumps(line))
    gold = read_annotations([tmp_path / "claims.jsonl"], {"a": Document(TEXT)})
    evaluation = evaluate(Gold({"a": Document(TEXT)}, gold), told({}))
    assert set(evaluation.marks.fields.values()) == {Mark(None, 0)}
    assert evaluation.marks.end_to_end == Score(1.0, 1.0, 1.0)


# The spans of gold and claims in the text, and which claim answers each gold figure.
MATCHED: dict[str, tuple[list[tuple[int, int]], list[tuple[int, int]], list[int | None]]] = {
    "none": ([(43, 71)], [], [None]),
    "the same": ([(43, 71)], [(43, 71)], [0]),
    "half of the shorter": ([(43, 53)], [(48, 60)], [0]),
    "less than half": ([(43, 53)], [(49, 61)], [None]),
    "a much longer claim": ([(43, 47)], [(40, 85)], [None]),
    "the better of two": ([(43, 71)], [(43, 60), (43, 70)], [1]),
    "each once": ([(43, 55), (59, 71)], [(43, 71)], [0, None]),
    "crosswise": ([(43, 55), (59, 71)], [(59, 71), (43, 55)], [1, 0]),
    "side by side": ([(43, 55)], [(55, 71)], [None]),
}


@pytest.mark.parametrize(("figures", "claims", "answers"), MATCHED.values(), ids=MATCHED)
def test_the_claim_that_overlaps_most_answers_one_to_one(
    tmp_path: Path, figures: list[tuple[int, int]], claims: list[tuple[int, int]], answers: list[int | None]
) -> None:
    gold = noted(tmp_path, *({"start": start, "end": end, "text": TEXT[start:end]} for start, end in figures))
    judged = judge(gold, told(*(dict[str, object](span_start=start, span_end=end) for start, end in claims)))
    found = judged[judged["gold"].notna()]
    assert [None if pd.isna(claim) else claim for claim in found["claim"]] == answers
    assert set(judged["claim"].dropna()) == set(range(len(claims)))


def test_of_two_claims_on_one_figure_the_one_with_its_value_answers(tmp_path: Path) -> None:
    claims = told({"value": 7.0}, {"span_start": 50})
    assert judge(noted(tmp_path, {}), claims)["claim"].tolist() == [1, 0]


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    """Two figures and an optional one; one claim right, one wrong, one on the optional figure, two on nothing."""
    change = {"text": CHANGE, "value": -4.0, "range_upper": None, "unit": "percent", "kind": "change_rel"}
    year = {"text": "2023", "value": 2023.0, "range_upper": None, "optional": True}
    gold = Gold({"a": Document(TEXT), "b": Document("Nothing.")}, noted(tmp_path, {}, change, year), frozenset("b"))
    place = {"span_text": CHANGE, "span_start": 73, "span_end": 83, "value_upper": None}
    claims = told(
        {},
        place | {"value": 4.0, "unit": "percent", "kind": "change_rel"},
        {"span_text": "2023", "span_start": 3, "span_end": 7, "value": 1.0},
        {"span_text": "copper", "span_start": 24, "span_end": 30},
        {"span_text": "Nothing", "span_start": 0, "span_end": 7},
    )
    return evaluate(gold, claims.assign(doc=["a", "a", "a", "a", "b"]))


def test_the_marks_leave_out_what_is_optional(evaluation: Evaluation) -> None:
    marks = evaluation.marks
    assert (marks.figures, marks.optional, marks.claims, marks.neutral, marks.found) == (2, 1, 5, 1, 2)
    assert marks.spurious_on_negative == 1
    assert (marks.detection.precision, marks.detection.recall) == (0.5, 1.0)
    assert (marks.end_to_end.precision, marks.end_to_end.recall) == (0.25, 0.5)
    assert marks.fields["value"] == Mark(0.5, 2)
    assert marks.fields["value_unsigned"] == Mark(1.0, 2)


def test_every_document_has_its_counts(evaluation: Evaluation) -> None:
    assert evaluation.documents.to_dict("split")["data"] == [["a", 2, 2, 1, 1], ["b", 0, 0, 0, 1]]


def test_differences_are_in_text_order_and_show_both_sides(evaluation: Evaluation) -> None:
    rows = evaluation.differences.astype(object).where(evaluation.differences.notna(), None)
    assert rows.drop(columns=["ours"]).to_dict("split")["data"] == [
        ["a", 24, 30, "copper", "spurious", None, None],
        ["a", 73, 83, CHANGE, "wrong", "value", "-4"],
        ["b", 0, 7, "Nothing", "spurious", None, None],
    ]
    assert rows["ours"].tolist()[1] == "4"
    assert (
        rows["ours"].tolist()[0].startswith("~ · 500,000,000–600,000,000 · USD · level · exports · CHL;PER · CHL → PER")
    )


def test_a_missed_figure_is_a_difference(tmp_path: Path) -> None:
    gold = noted(tmp_path, {"text": CHANGE, "value": 1.0, "range_upper": None})
    row = differences(judge(gold, told()), gold, told()).iloc[0]
    assert (row["outcome"], row["text"], row["gold"].split(" · ")[:2]) == ("missed", CHANGE, ["~", "1"])


def test_a_mark_below_its_floor_is_named(evaluation: Evaluation) -> None:
    floors = {"value": 0.5, "parties": 1.0, "detection": 0.7, "period_given": 0.9, "end_to_end": 0.2}
    assert below(evaluation.marks, floors) == ["detection is 0.6667, its floor 0.7"]
    assert below(evaluation.marks, {"value": 0.51}) == ["value is 0.5, its floor 0.51"]


def test_a_field_that_was_never_scored_is_below_any_floor(tmp_path: Path) -> None:
    unsaid = noted(tmp_path, {"debatable": ["kind"]})
    marks = evaluate(Gold({"a": Document(TEXT)}, unsaid), told({})).marks
    assert below(marks, {"kind": 0.0}) == ["kind is not scored, its floor 0.0"]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


SOUND = {
    "docs/a.txt": TEXT,
    "docs/b.txt": "$5 million and $5 million",
    "docs/b.json": '{"title": "B", "published": "2024-02-01", "negative": true, "style": "wire"}',
    "claims.jsonl": f'{{"doc": "a", "text": "{CHANGE}", "value": 4}}\n\n'
    '{"doc": "b", "text": "$5 million", "occurrence": 2}\n{"doc": "b", "text": "$5 million", "start": 0}\n',
    "split.json": '\ufeff{"some": ["b"]}',
}


def test_a_line_places_its_text_by_start_by_number_or_because_it_stands_once(tmp_path: Path) -> None:
    gold = read_gold(write(tmp_path, SOUND))
    assert gold.claims[["id", "doc", "start", "end"]].to_numpy().tolist() == [
        ["a:73", "a", 73, 83],
        ["b:15", "b", 15, 25],
        ["b:0", "b", 0, 10],
    ]
    assert (gold.documents["b"].title, str(gold.documents["b"].published)) == ("B", "2024-02-01")
    assert (list(gold.documents), gold.negative) == (["a", "b"], frozenset("b"))


def test_a_split_chooses_documents_and_their_claims(tmp_path: Path) -> None:
    gold = read_gold(write(tmp_path, SOUND), "some")
    assert (list(gold.documents), gold.claims["doc"].tolist()) == (["b"], ["b", "b"])


KEYS = [*("id", "doc", "text", "start", "end", "occurrence"), *(key for keys in SCORED.values() for key in keys)]
KEYS += ["optional", "debatable", "product", "attribution", "period_implicit", "note"]
WRONG: dict[str, tuple[dict[str, str], list[str]]] = {
    "nested too deep": (
        {"claims.jsonl": "[" * 100_000 + "\n"},
        ["claims.jsonl:1: no JSON of a claim: brackets nested too deep"],
    ),
    "no JSON": ({"claims.jsonl": '{"doc": "a"\n'}, ["claims.jsonl:1: no JSON: Expecting ',' delimiter (column 12)"]),
    "no object": ({"claims.jsonl": "\n[1]"}, ["claims.jsonl:2: expected an object in braces, not [1]"]),
    "another text at its place": (
        {"claims.jsonl": f'{{"id": "7", "doc": "a", "start": 43, "end": 53, "text": "{CHANGE}"}}'},
        [f"claims.jsonl:1: a has '$500 milli' from 43 to 53, not {CHANGE!r}, which stands at 73"],
    ),
    "a text that is nowhere": (
        {"claims.jsonl": '{"doc": "a", "text": "5 tonnes"}\n{"doc": "a", "start": 3, "text": "5 tonnes"}'},
        [
            "claims.jsonl:1: '5 tonnes' stands 0 times in a",
            "claims.jsonl:2: a has '2023 Chi' from 3 to 11, not '5 tonnes', which is nowhere in it",
        ],
    ),
    "a text that stands twice": (
        {"claims.jsonl": '{"doc": "b", "text": "$5 million"}'},
        ["claims.jsonl:1: '$5 million' stands 2 times in b; give the `start` of the one meant, or its `occurrence`"],
    ),
    "two claims at one place": (
        {"claims.jsonl": '{"doc": "a", "text": "2023"}\n{"doc": "a", "text": "2023", "start": 3}'},
        ["claims.jsonl:2: another claim of a begins at 3"],
    ),
    "a document without text": (
        {"claims.jsonl": '{"doc": "c", "text": "$5 million"}', "split.json": '{"dev": ["d"]}'},
        ["claims.jsonl:1: doc is 'c', and docs has no such text"],
    ),
    "fields that cannot be": (
        {
            "claims.jsonl": '{"doc": "a", "text": "2023", "value": "5", "kind": "big", "period_end": "2023-13-01", '
            '"parties": "CHL", "debatable": ["price"], "optional": 1}'
        },
        [
            "claims.jsonl:1: value is '5'; expected a number, or null",
            f"claims.jsonl:1: kind is 'big'; expected one of {' '.join(KINDS)}, or null",
            'claims.jsonl:1: parties is \'CHL\'; expected a list of codes as ["PAK", "RUS"], or null',
            "claims.jsonl:1: period_end is '2023-13-01'; expected a day as 2024-09-19, or null",
            "claims.jsonl:1: optional is 1; expected true or false, or null",
            f"claims.jsonl:1: debatable is ['price']; expected a list of {', '.join(SCORED)}, or null",
        ],
    ),
    "fields of a wrong shape": (
        {
            "claims.jsonl": '{"doc": ["a"], "text": "2023"}\n{"doc": "a", "text": "2023", "debatable": [["unit"]]}\n'
            f'{{"doc": "a", "text": "2023", "value": 1{"0" * 400}}}'
        },
        [
            "claims.jsonl:1: doc is ['a'], and docs has no such text",
            f"claims.jsonl:2: debatable is [['unit']]; expected a list of {', '.join(SCORED)}, or null",
            f"claims.jsonl:3: value is 1{'0' * 400}; expected a number, or null",
        ],
    ),
    "a period that ends before it begins": (
        {"claims.jsonl": '{"doc": "a", "text": "2023", "period_start": "2023-01-02", "period_end": "2023-01-01"}'},
        ["claims.jsonl:1: period_end is '2023-01-01', before period_start '2023-01-02'"],
    ),
    "a field we do not know": (
        {"claims.jsonl": '{"doc": "a", "text": "2023", "colour": "red"}'},
        [f"claims.jsonl:1: no field 'colour'; the fields are {', '.join(KEYS)}"],
    ),
    "metadata that cannot be": (
        {"docs/b.json": '{"published": "soon",\n "title": 5}', "claims.jsonl": ""},
        [
            "docs/b.json: title is 5; expected a text, or null",
            "docs/b.json: published is 'soon'; expected a day as 2024-09-19, or null",
        ],
    ),
    "all at once": (
        {"docs/b.json": "{\n!", "claims.jsonl": '{\n{"doc": "a", "text": "o"}\n{"doc": "b", "text": "y"}'},
        [
            "docs/b.json: no JSON: Expecting property name enclosed in double quotes (line 2, column 1)",
            "claims.jsonl:1: no JSON: Expecting property name enclosed in double quotes (column 2)",
            "claims.jsonl:2: 'o' stands 7 times in a; give the `start` of the one meant, or its `occurrence`",
            "claims.jsonl:3: 'y' stands 0 times in b",
        ],
    ),
}


@pytest.mark.parametrize(("files", "messages"), WRONG.values(), ids=WRONG)
def test_every_slip_of_a_gold_is_named_with_its_place(
    tmp_path: Path, files: dict[str, str], messages: list[str]
) -> None:
    write(tmp_path, SOUND | files)
    with pytest.raises(GoldError) as wrong:
        read_gold(tmp_path)
    assert str(wrong.value).replace(f"{tmp_path}/", "").split("\n") == messages


MISSING = {
    "a folder": ("nowhere", None, r"nowhere: no such folder; docs/measuring.md says how .*"),
    "the claims": (".", None, r"claims\.jsonl: No such file or directory"),
    "a split": (".", "none", r"split\.json: no list 'none'; choose one of some"),
    "a text": (".", "lost", r"docs/c\.txt: No such file or directory"),
}


@pytest.mark.parametrize(("folder", "split", "message"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_named(tmp_path: Path, folder: str, split: str | None, message: str) -> None:
    files = SOUND | {"split.json": '{"some": ["b"]}' if split != "lost" else '{"lost": ["c"]}'}
    if split is None:
        files.pop("claims.jsonl")
    write(tmp_path, files)
    with pytest.raises(GoldError) as wrong:
        read_gold(tmp_path / folder, split)
    assert re.fullmatch(message, str(wrong.value).replace(f"{tmp_path}/", ""))


def test_the_articles_of_the_readme_are_annotated_soundly(root: Path) -> None:
    marks = etl.evaluate(root / "docs" / "annotated").marks
    assert (marks.figures, marks.optional, marks.spurious_on_negative) == (6, 1, 0)
    assert marks.detection.f1 == 1.0
