"""A document → claims and mentions: every number becomes one or the other, with its citation or its reason."""

from __future__ import annotations

import bisect
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from etl.citation import cite
from etl.grammar.clauses import sentences
from etl.grammar.numbers import is_vague
from etl.grammar.phrases import Words, split_words
from etl.grammar.quantities import read_quantities
from etl.lexicon import Row
from etl.model import Claim, Document, Kind, Mention, Period, Quantity, Span, Status
from etl.resolve.kinds import Change, is_base, measure_of, read_change
from etl.resolve.metrics import Reading, read_metric, topic_of
from etl.resolve.parties import NO_PARTIES, Parties, read_parties
from etl.resolve.periods import find_periods, fiscal_year_start
from etl.resolve.places import Place, Topic, find_places, read_topic
from etl.resolve.products import read_product
from etl.resolve.scene import Scene, names_goods, read_scene
from etl.resolve.statuses import read_status
from etl.resolve.timing import NO_TIME, Clock, period_of_claim, read_comparison, read_period

__all__ = ["EXTRACTOR_VERSION", "Extraction", "read_claims"]


def _extractor_version() -> str:
    """The package's version and a hash of all that can change a claim: another grammar or lexicon is another version.

    The hash is over names and lines of the files, so it is the same on every machine.
    """
    package = Path(__file__).parent
    folders = (path for name in ("grammar", "lexicon", "resolve") for path in (package / name).rglob("*"))
    files = [*(path for path in folders if path.suffix in {".py", ".txt"}), *map(package.joinpath, _READING)]
    lines = [f"{path.relative_to(package).as_posix()}\n{path.read_text(encoding='utf-8')}" for path in sorted(files)]
    return f"{version('trade-figures')}+{hashlib.sha256(''.join(lines).encode()).hexdigest()[:8]}"


_READING = ("citation.py", "extract.py", "model.py")
# Documents that another version has read are read again.
EXTRACTOR_VERSION = _extractor_version()

# A figure takes metric and period from at most this many sentences before it.
_MEMORY = 3


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one document gave: claims, and the numbers that were seen but not used."""

    claims: tuple[Claim, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with its words and the places they name."""

    sentence: Span
    words: Words
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Whole:
    """What holds for a whole document: the document, whom it is about, and the metrics its title names."""

    document: Document
    topic: Topic
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Focus:
    """What the text speaks of: the last metrics, the latest first, whose they are, the periods set, how far back."""

    rows: tuple[Row, ...] = ()
    parties: Parties = NO_PARTIES
    clock: Clock = NO_TIME
    product: str | None = None
    age: int = 0


def read_claims(document: Document) -> Extraction:
    """The claims of a document in text order, and every other number in it as a mention with its reason.

    >>> text = "In 2017, bilateral trade between Russia and Pakistan totalled about $500 million."
    >>> claim = read_claims(Document(text)).claims[0]
    >>> claim.metric, claim.parties, claim.quantity.value, claim.quantity.qualifier, claim.period.label
    ('trade_turnover', ('PAK', 'RUS'), 500000000.0, '~', '2017')
    """
    title, body = _passages(document.title or ""), _passages(document.text)
    topic = _read_topic(document, (*title, *body))
    found, unread = read_quantities(document.text, home=next(iter(topic.codes), None))
    periods = find_periods(document.text, document.published, country=_fiscal_country(topic))
    quantities, others = _sorted_out(found, periods)
    whole = Whole(document, topic, _title_rows(title))
    outcomes = list(_outcomes(whole, _scenes(body, quantities, periods)))
    mentions = [*unread, *others, *(outcome for outcome in outcomes if isinstance(outcome, Mention))]
    claims = tuple(outcome for outcome in outcomes if isinstance(outcome, Claim))
    return Extraction(claims, tuple(sorted(mentions, key=lambda mention: mention.start)))


def _passages(text: str) -> list[Passage]:
    """The sentences of a text with their words and the places they name."""
    split = [(sentence, split_words(text, sentence.start, sentence.end)) for sentence in sentences(text)]
    return [Passage(sentence, words, find_places(words)) for sentence, words in split]


def _read_topic(document: Document, passages: Iterable[Passage]) -> Topic:
    """Whom the document is about; a text that names one country or none is about its publisher's as well."""
    told = [passage.places for passage in passages]
    topic = read_topic(told)
    if len(topic.ranked) > 1 or document.publisher is None:
        return topic
    return read_topic([*told, find_places(split_words(document.publisher))])


def _title_rows(title: Sequence[Passage]) -> tuple[Row, ...]:
    """The metrics a title names: what a figure measures where nothing nearer tells."""
    readings = [topic_of(scene) for scene in _scenes(title, (), ())]
    return tuple(reading.row for reading in readings if reading)


def _outcomes(whole: Whole, scenes: Iterable[Scene]) -> Iterator[Claim | Mention]:
    """A claim or a mention for each quantity in text order, each sentence read with the focus that the text has set."""
    focus, last = Focus(), None
    for scene in scenes:
        focus = replace(focus, age=focus.age + 1)
        for quantity in scene.quantities:
            outcome, focus = _read_claim(whole, scene, quantity, focus, last)
            last = outcome if isinstance(outcome, Claim) else last
            yield outcome
        if not scene.quantities:
            focus = _topical(scene, focus, whole.topic)


def _sorted_out(quantities: Sequence[Quantity], periods: Sequence[Period]) -> tuple[list[Quantity], list[Mention]]:
    """The quantities that can measure trade, and the others as mentions: "first [two months]", "[two governments]"."""
    starts = [period.span_start for period in periods]
    kept, others = [], []
    for quantity in quantities:
        nearest = bisect.bisect_right(starts, quantity.start) - 1
        dated = nearest >= 0 and quantity.end <= periods[nearest].span_end
        reason = "part of a period" if dated else _not_traded(quantity)
        if reason:
            others.append(Mention(quantity.start, quantity.end, quantity.text, reason))
        else:
            kept.append(quantity)
    return kept, others


def _not_traded(quantity: Quantity) -> str | None:
    """Why a quantity measures no trade; counted things do when the product lexicon knows them as goods."""
    if is_vague(quantity.text):
        return "a vague number"
    match measure_of(quantity.unit):
        case "time":
            return "a duration"
        case "none":
            return "no unit"
        case "people" | "count" if not names_goods(quantity.text):
            return "a count of things that are not goods in trade"
        case _:
            return None


def _scenes(passages: Iterable[Passage], quantities: Sequence[Quantity], periods: Sequence[Period]) -> Iterator[Scene]:
    starts, dates = [quantity.start for quantity in quantities], [period.span_start for period in periods]
    for passage in passages:
        start, end = passage.sentence.start, passage.sentence.end
        inside = quantities[bisect.bisect_left(starts, start) : bisect.bisect_left(starts, end)]
        dated = periods[bisect.bisect_left(dates, start) : bisect.bisect_left(dates, end)]
        sentence = Span(start, max((end, *(quantity.end for quantity in inside))))
        yield read_scene(passage.words, sentence, inside, dated, passage.places)


def _read_claim(
    whole: Whole, scene: Scene, quantity: Quantity, focus: Focus, last: Claim | None
) -> tuple[Claim | Mention, Focus]:
    """The claim that a quantity makes in its scene, and the focus after it; a mention where no metric fits."""
    change = read_change(scene, quantity) or _coordinated_change(scene, quantity, last)
    base = change is None and is_base(scene, quantity)
    carried = (*(focus.rows if focus.age <= _MEMORY else ()), *whole.rows)
    reading = read_metric(scene, quantity, carried, change=change is not None)
    if reading is None or reading.metric == "none":
        return Mention(quantity.start, quantity.end, quantity.text, _reason(quantity)), focus
    status = read_status(scene, quantity, reading, base=base)
    parties = read_parties(scene, quantity, reading, _parties_in_focus(focus), whole.topic)
    said = read_period(scene, quantity, reading, focus.clock, base=base, status=status)
    period = period_of_claim(said, whole.document.published, flow=reading.row["span"] == "flow")
    product = read_product(scene, quantity, focus.product if reading.cue is None or base else None)
    claim = Claim(
        quantity=quantity if reading.metric == "production_gap" else _signed(quantity, change),
        citation=cite(scene.text, scene.sentence, Span(quantity.start, quantity.end)),
        metric=reading.metric,
        kind=_kind(quantity, reading, change),
        status=status,
        parties=parties.codes,
        reporter=parties.reporter,
        partner=parties.partner,
        product=product,
        period=period,
        comparison=read_comparison(scene, quantity) if change else None,
        attribution=_attribution(scene),
    )
    clock = _turned(focus.clock, period, base=base, status=status)
    return claim, Focus(_recent(focus, reading), parties if parties.codes else focus.parties, clock, product)


def _turned(clock: Clock, period: Period | None, *, base: bool, status: Status) -> Clock:
    """The clock after a claim: the older figure of a comparison moves the base only, a plan moves nothing."""
    if base:
        return replace(clock, base=period or clock.base)
    if period is None or status not in {"actual", "estimate"}:
        return clock
    return Clock(period, clock.base if clock.main == period else None)


def _recent(focus: Focus, reading: Reading) -> tuple[Row, ...]:
    return (reading.row, *(row for row in focus.rows if row is not reading.row))[:_MEMORY]


def _topical(scene: Scene, focus: Focus, topic: Topic) -> Focus:
    """The focus after a sentence without figures: what it speaks of and when hold for the figures that follow."""
    reading = topic_of(scene)
    if reading is None or reading.cue is None:
        return focus
    cue = reading.cue
    nothing = Quantity(cue.end, cue.end, "", 0.0)
    parties = read_parties(scene, nothing, reading, _parties_in_focus(focus), topic)
    period = read_period(scene, nothing, reading, focus.clock, base=False, status="actual")
    clock = focus.clock if period is None or period.bound != "closed" else Clock(period)
    return Focus(_recent(focus, reading), parties if parties.codes else focus.parties, clock)


def _parties_in_focus(focus: Focus) -> Parties:
    return focus.parties if focus.age <= _MEMORY else NO_PARTIES


def _coordinated_change(scene: Scene, quantity: Quantity, earlier: Claim | None) -> Change | None:
    """A percent that follows a change after "and" is one too: "grew 33 percent in 2017 and 82 percent in 2018"."""
    if not earlier or earlier.kind not in {"change_rel", "change_abs"} or earlier.quantity.unit != quantity.unit:
        return None
    last = earlier.quantity
    gap = scene.text[last.end : quantity.start]
    if last.start < scene.sentence.start or not _AND.fullmatch(gap):
        return None
    return Change("down" if last.value < 0 else "up")


_AND = re.compile(
    r"[^,;.]{0,50},?\s*\b(?:and|then|or)\b\s*(?:by\s+|a\s+|further\s+|another\s+|about\s+|over\s+|nearly\s+){0,2}",
    re.IGNORECASE,
)


def _signed(quantity: Quantity, change: Change | None) -> Quantity:
    if change is None:
        return quantity
    if change.index:
        return replace(quantity, value=round(quantity.value - 100, 10))
    if change.direction == "down" and quantity.value > 0:
        lower = -quantity.value if quantity.value_upper is None else -quantity.value_upper
        return replace(quantity, value=lower, value_upper=None if quantity.value_upper is None else -quantity.value)
    return quantity


def _kind(quantity: Quantity, reading: Reading, change: Change | None) -> Kind:
    measure = measure_of(quantity.unit)
    if reading.metric == "production_gap":
        return "gap"
    if change is not None:
        return "change_rel" if measure in {"percent", "factor"} else "change_abs"
    if reading.metric in {"gdp_growth", "inflation", "tariff_rate", "tax_rate", "policy_rate"}:
        return "rate"
    if measure == "percent":
        return "share"
    return {"price": "price", "count": "count", "length": "other", "area": "other"}.get(measure, "level")  # type: ignore[return-value]


def _reason(quantity: Quantity) -> str:
    return {"length": "a length", "area": "an area"}.get(measure_of(quantity.unit), "no metric named near it")


def _fiscal_country(topic: Topic) -> str | None:
    """The country most named whose fiscal year is not the calendar year, else the first party."""
    own = [code for code in topic.ranked if fiscal_year_start(code) not in {None, (1, 1)}]
    return next(iter((*own, *topic.codes)), None)


_SPEAKER = re.compile(
    r"\b[Aa]ccording to (?:the |a |an )?((?:[A-Z][\w’'.-]*|of|the|for|and)(?: (?:[A-Z][\w’'.-]*|of|the|for|and))*)"
    r"|\b((?:[A-Z][\w’'-]+ ){1,4})(?:said|says|told|noted|added|stated|announced)\b"
)


def _attribution(scene: Scene) -> str | None:
    """speaker = "according to" Name | Name "said"."""
    match = _SPEAKER.search(scene.text, scene.sentence.start, scene.sentence.end)
    return (match[1] or match[2]).strip() if match else None
