"""Texts → which are copies: what editing does not hide a copy, and what likeness does not make one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.copies import SKETCH_BYTES, link, sketch
from etl.model import Document
from etl.sources import read_documents

ROOT = Path(__file__).parents[2]

WIRE = """Exports of dried apricots from the northern valleys rose to $41.7 million in the first half of 2021, the
customs service said on Tuesday, as a bumper harvest met strong demand from confectioners abroad.

Shipments reached 18,300 tonnes between January and June, up 12 per cent on a year earlier, with Kazakhstan taking
6,450 tonnes and the Gulf states most of the remainder. The average price slipped to $2,279 a tonne.

Growers complain that lorries wait for nine days at the Karasu crossing, where only three of seven lanes are open. The
ministry of transport has promised to open the others by September and to install a new scanner worth $3.5 million.

Analysts at the chamber of commerce expect sales of $90 million for the whole year, provided that the frost of early
May has spared the orchards of the upper valleys. A survey of 140 orchards is due at the end of July."""

PORT = """The container terminal at Baie Verte handled 214,000 boxes last year, its manager told reporters, a fall of
8 per cent that he put down to the strike of dockers in March and to two lines that now call elsewhere.

Coffee made up 61,500 of them and cocoa 38,200. The terminal lost $5.4 million; a year before it had earned $2.1
million. A new quay, 420 metres long, is to be ready in 2025."""

REPORT = """Spot wheat at the {place} exchange closed at {price} a tonne on {day}, {change} from the day before, in a
turnover of {volume} tonnes. Millers bought for delivery in {month}, dealers said, while exporters stayed away because
the currency was firm. Barley closed at {barley} a tonne. Stocks in licensed silos stood at {stocks} tonnes, against
{before} tonnes a week ago. The exchange will be open on {next} as usual, and publishes its next report at 5 pm."""
MONDAY = {
    "place": "Aktau",
    "price": "$231.40",
    "day": "Monday, 3 June",
    "change": "up $1.20",
    "volume": "12,400",
    "month": "August",
    "barley": "$188.10",
    "stocks": "402,000",
    "before": "397,500",
    "next": "Tuesday",
}
TUESDAY = MONDAY | {
    "price": "$229.75",
    "day": "Tuesday, 4 June",
    "change": "down $1.65",
    "volume": "9,850",
    "barley": "$187.60",
    "stocks": "399,200",
    "before": "398,100",
    "next": "Wednesday",
}

COMMUNIQUE = """"The two sides noted with satisfaction that their trade had grown by 17 per cent to $640 million, and
resolved to double it by 2030," the communiqué said. "They agreed to open 4 new border markets and to lift quotas on
26 goods." """
FIRST_ACCOUNT = f"""The foreign ministers parted on Friday without the railway treaty that both had hoped to sign,
after a dispute over who should pay for a tunnel under the Sarat pass. {COMMUNIQUE} Officials on both sides had spoken
of a cost of $1.9 billion. The talks are to go on in the autumn, in a third country."""
SECOND_ACCOUNT = f"""Shopkeepers in the bazaar of Old Town have heard such words before. {COMMUNIQUE} Of the markets
opened in 2015, two are shut, says Mrs Dar, who sells cloth, and the others open 3 days a week. Her own takings have
halved since the bridge was closed, and she would rather have a bridge than a communiqué."""

OTHER_WORDS = """In six months customs counted $41.7 million of apricots leaving the country: 18,300 tonnes, 12 per
cent better than in 2020 thanks to plentiful fruit, of which 6,450 went to Kazakh buyers. Each tonne fetched $2,279,
less than before. At Karasu drivers queue 9 days; a $3.5 million scanner and four more lanes should help after the
summer. By December the chamber hopes for $90 million, if its check of 140 orchards finds little damage from cold."""

MENU = "Home | Markets | Politics | Sport | Weather\nSubscribe to our newsletter. 5 min read. Share this story.\n\n"
FOOTER = "\n\nRead more: rupee gains 3 paisa. Most read. Contact us. © 2021 The Valley Daily. All rights reserved."
SPARE_WORDS = (
    "report",
    "market",
    "cargo",
    "sharply",
    "noted",
    "buyers",
    "despite",
    "weaker",
    "season",
    "officials",
    "mill",
    "again",
    "local",
    "trader",
)

Edit = Callable[[str], str]


def change_words(share: float, seed: int = 11) -> Edit:
    """A text with so many of its words exchanged for others, always the same ones; the figures stay."""
    chance = random.Random(seed)  # noqa: S311  a test wants the same edits each time

    def other(word: re.Match[str]) -> str:
        return chance.choice(SPARE_WORDS) if chance.random() < share else word[0]

    return lambda text: re.sub("[A-Za-z]+", other, text)


def cut(paragraphs: int) -> Edit:
    return lambda text: "\n\n".join(text.split("\n\n")[:paragraphs])


def turned_round(text: str) -> str:
    return " ".join(reversed(re.split(r"(?<=\.)\s+", text)))


def on_a_page(text: str) -> str:
    return MENU + text + FOOTER


def with_dateline(text: str) -> str:
    return "Sweet year for apricot growers\nBy our correspondent\n\nOSH, June 29 (Valley Wire) – " + text


def typeset(text: str) -> str:
    return text.replace("\n", " ").replace('"', "“").replace("$", "US$").replace(" tonne", "\u00a0tonne").upper()


def origins(*texts: str) -> list[int]:
    """What `link` says of texts in order of publication."""
    return [int(origin) for origin in link(b"".join(sketch(texts)))]


EDITS: list[tuple[str, Edit]] = [
    ("nothing", str),
    ("headline, byline and dateline", with_dateline),
    ("a page around it", on_a_page),
    ("last paragraph cut", cut(3)),
    ("half cut", cut(2)),
    ("sentences turned round", turned_round),
    ("other typesetting", typeset),
    ("one word in twenty", change_words(0.05)),
    ("one word in ten", change_words(0.1)),
    ("one word in five", change_words(0.2)),
    ("cut, changed and on a page", lambda text: on_a_page(change_words(0.1)(cut(3)(text)))),
    ("one figure corrected", lambda text: text.replace("18,300", "18,030")),
]


@pytest.mark.parametrize("edit", [edit for _, edit in EDITS], ids=[name for name, _ in EDITS])
def test_an_edited_text_is_a_copy_whichever_came_first(edit: Edit) -> None:
    assert origins(WIRE, PORT, edit(WIRE)) == [0, 1, 0]
    assert origins(edit(WIRE), PORT, WIRE) == [0, 1, 0]


UNLIKE = [
    pytest.param(WIRE, PORT, id="two subjects"),
    pytest.param(REPORT.format(**MONDAY), REPORT.format(**TUESDAY), id="a daily report with other figures"),
    pytest.param(FIRST_ACCOUNT, SECOND_ACCOUNT, id="one quotation in two articles"),
    pytest.param(WIRE, OTHER_WORDS, id="the same figures in other words: a paraphrase is not found"),
    pytest.param(WIRE, change_words(0.4)(WIRE), id="two words in five: most such rewrites are not found"),
    pytest.param("Trade was $1 billion.", "Trade was $1 billion.", id="a sentence that anybody writes"),
    pytest.param("", "", id="no words"),
    pytest.param(WIRE, WIRE + " ".join(f"lot {number} sold" for number in range(900)), id="a small part"),
]


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_what_is_alike_is_not_yet_a_copy(one: str, other: str) -> None:
    assert origins(one, other) == [0, 1]


def test_a_copy_of_a_copy_is_of_the_first() -> None:
    once, twice = change_words(0.2)(WIRE), turned_round(change_words(0.25, seed=5)(change_words(0.2)(WIRE)))
    assert origins(WIRE, once, twice) == [0, 0, 0]
    assert origins(WIRE, twice) == [0, 1]


def test_a_text_with_two_stories_does_not_make_them_one() -> None:
    short = cut(2)(WIRE)
    assert origins(short, PORT, short + "\n\n" + PORT) == [0, 1, 0]


def test_a_report_printed_twice_is_found_among_many_of_its_template() -> None:
    days = [
        REPORT.format(**MONDAY | {name: f"{place}{day}.{day + 3}" for place, name in enumerate(MONDAY, 2)})
        for day in range(100, 160)
    ]
    assert origins(*days, with_dateline(days[30])) == [*range(60), 30]


def test_no_document_of_ours_is_a_copy() -> None:
    """They are 172 texts, many of them on one event, or on one report of it."""
    digests = [found.text for found in read_documents(ROOT / "data" / "documents") if isinstance(found, Document)]
    articles = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "annotated" / "docs").glob("*.txt"))]
    texts = [*digests, *articles]
    assert len(texts) == 172
    assert origins(*texts) == list(range(172))


def test_a_sketch_is_the_same_on_every_machine() -> None:
    wire, nothing = sketch([WIRE, ""])
    assert len(wire) == len(nothing) == SKETCH_BYTES
    assert wire[:12].hex() == "d12597021576e204e7e09d05"
    assert set(nothing) == {255}


some_texts = st.lists(
    st.sampled_from([edit(text) for text in (WIRE, PORT) for _, edit in EDITS] + [OTHER_WORDS, FIRST_ACCOUNT]),
    max_size=12,
)


@given(some_texts, st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_a_later_text_changes_nothing_of_the_earlier(texts: list[str], number: int) -> None:
    assert origins(*texts[:number]) == origins(*texts)[:number]


@given(st.lists(st.text(max_size=200), max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_sketch_and_no_origin_comes_after(texts: list[str]) -> None:
    assert sketch(texts) == [made for text in texts for made in sketch([text])]
    assert {len(made) for made in sketch(texts)} <= {SKETCH_BYTES}
    found = origins(*texts)
    assert all(origin <= row and found[origin] == origin for row, origin in enumerate(found))
