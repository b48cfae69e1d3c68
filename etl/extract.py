"""A document → claims and mentions: every number becomes one or the other, with its citation or its reason."""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from etl.citation import cite
from etl.grammar.characters import Legible, legible
from etl.grammar.clauses import paragraphs
from etl.grammar.numbers import is_vague
from etl.grammar.periods import Expression, find_expressions
from etl.grammar.phrases import split_words
from etl.grammar.quantities import read_quantities
from etl.lexicon import Row, in_use
from etl.model import Claim, Document, Mention, Period, Quantity, Span, Status
from etl.resolve.beside import sole_subject
from etl.resolve.comparisons import is_base, read_comparison
from etl.resolve.cues import Cues, find_cues, names_goods
from etl.resolve.kinds import kind_of, measure_of, read_change, signed
from etl.resolve.links import coordinated_change, goes_on, is_price_of, restates
from etl.resolve.lists import told_apart
from etl.resolve.metrics import Reading, points_back, read_metric, topic_of, without_takers
from etl.resolve.parties import NO_PARTIES, Parties, read_parties, seen_from
from etl.resolve.periods import Text, date_expressions, fiscal_year_start
from etl.resolve.places import Place, Topic, find_places, first_named, read_home, read_topic
from etl.resolve.products import read_product
from etl.resolve.references import resolve_references
from etl.resolve.scene import Scene, read_scene
from etl.resolve.sections import heading_of
from etl.resolve.speakers import read_speaker
from etl.resolve.statuses import read_status, status_ahead
from etl.resolve.timing import (
    NO_TIME,
    Clock,
    coming,
    flow_around,
    is_later,
    only_period,
    opens_sentence,
    period_of_claim,
    read_period,
    was_missed,
)
from etl.resolve.units import claimed

__all__ = ["Extraction", "extractor_version", "read_claims"]


def extractor_version() -> str:
    """The package's version and a hash of all that can change a claim: another grammar or lexicon is another version.

    Documents that another version has read are read again. The hash is over names and lines of the files, so it is the
    same on every machine; the tables of a user's lexicon in use add a second one.
    """
    return ".".join(filter(None, (_OUR_VERSION, in_use().version)))


def _our_version() -> str:
    package = Path(__file__).parent
    folders = (path for name in ("grammar", "lexicon", "resolve", "sources") for path in (package / name).rglob("*"))
    files = [*(path for path in folders if path.suffix in {".py", ".txt"}), *map(package.joinpath, _READING)]
    lines = [f"{path.relative_to(package).as_posix()}\n{path.read_text(encoding='utf-8')}" for path in sorted(files)]
    return f"{version('trade-figures')}+{hashlib.sha256(''.join(lines).encode()).hexdigest()[:8]}"


_READING = ("citation.py", "extract.py", "model.py")
_OUR_VERSION = _our_version()

# A figure takes metric and period from at most this many sentences before it.
_MEMORY = 3
# Characters; the longest list in brackets of our articles has 600. It keeps the time linear in the text's length.
_LONGEST_SENTENCE = 1500


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one document gave: claims, and the numbers that were seen but not used."""

    claims: tuple[Claim, ...]
    mentions: tuple[Mention, ...]


class Passage(NamedTuple):
    """A sentence with the cues in it, and whether it opens a paragraph."""

    sentence: Span
    cues: Cues
    opens: bool = False


class Whole(NamedTuple):
    """What holds for a whole document: the document, whom it is about, and the metrics its title names."""

    document: Document
    topic: Topic
    rows: tuple[Row, ...]


class Focus(NamedTuple):
    """What the text speaks of: the last metrics, the latest first, whose they are, the periods set, how far back.

    `subject` is the metric the last sentence with figures, or this one, began with: what "it" means.
    """

    rows: tuple[Row, ...] = ()
    parties: Parties = NO_PARTIES
    clock: Clock = NO_TIME
    product: str | None = None
    age: int = 0
    subject: Row | None = None


class Figure(NamedTuple):
    """A quantity in its scene with the metric read for it; `base` where another figure is measured against it."""

    scene: Scene
    quantity: Quantity
    reading: Reading
    base: bool


def read_claims(document: Document) -> Extraction:
    """The claims of a document in text order, and every other number in it as a mention with its reason.

    >>> text = "In 2017, bilateral trade between Russia and Pakistan totalled about $500 million."
    >>> claim = read_claims(Document(text)).claims[0]
    >>> claim.metric, claim.parties, claim.quantity.value, claim.quantity.qualifier, claim.period.label
    ('trade_turnover', ('PAK', 'RUS'), 500000000.0, '~', '2017')
    """
    read, title = legible(document.text), legible(document.title or "")
    if read.as_written and title.as_written:
        return _in_plain(document)
    found = _in_plain(replace(document, text=read.text, title=title.text))
    return Extraction(tuple(_as_written(claim, read) for claim in found.claims), tuple(map(read.found, found.mentions)))


def _as_written(claim: Claim, read: Legible) -> Claim:
    """A claim of the plain text, its citation and periods as they are written."""
    quantity = read.found(claim.quantity)
    quote = read.span(claim.citation.start, claim.citation.end)
    return replace(
        claim,
        quantity=quantity,
        citation=cite(read.written, quote, Span(quantity.start, quantity.end)),
        period=claim.period and read.period(claim.period),
        comparison=claim.comparison and read.period(claim.comparison),
    )


def _in_plain(document: Document) -> Extraction:
    """The claims and mentions of a document whose text and title are plain."""
    publisher = find_places(split_words(document.publisher or ""))
    home = read_home(publisher, document.text)
    found, unread = read_quantities(document.text, home=home)
    expressions = find_expressions(document.text) if found else []
    quantities, others = _sorted_out(found, expressions)
    if not quantities:
        return Extraction((), _in_order([*unread, *others]))
    text = Text(document.text)
    title, body = _passages(Text(document.title or "")), _passages(text)
    named = [[place for passage in part for place in passage.cues.places] for part in (title, body)]
    topic = replace(
        _read_topic(publisher, (*title, *body)), home=home, since=first_named([*publisher, *named[0]], named[1])
    )
    periods = date_expressions(text, expressions, document.published, country=_fiscal_country(topic))
    whole = Whole(document, topic, _title_rows(document.title or "", title))
    scenes = _scenes(document.text, body, quantities, periods)
    outcomes = [
        outcome
        for section in _sections(document.text, body)
        for outcome in _outcomes(_of_section(whole, section), section, scenes)
    ]
    mentions = [*unread, *others, *(outcome for outcome in outcomes if isinstance(outcome, Mention))]
    claims = tuple(outcome for outcome in outcomes if isinstance(outcome, Claim))
    return Extraction(claims, _in_order(mentions))


def _in_order(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted(mentions, key=lambda mention: mention.start))


def _passages(whole: Text) -> list[Passage]:
    """The sentences of a text with the cues in them."""
    text = whole.text
    spans = [part for sentence in whole.sentences for part in _cut_long(text, sentence)]
    starts = paragraphs(text)
    numbers = [bisect.bisect_right(starts, span.start) for span in spans]
    opens = (number != before for number, before in zip(numbers, [0, *numbers], strict=False))
    return list(map(Passage, spans, find_cues(split_words(text, spans), spans), opens))


def _sections(text: str, passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """The passages of a text by the headings that name a country: a round-up tells of one country after another."""
    section: list[Passage] = []
    for passage in passages:
        if section and heading_of(text, passage.sentence, passage.cues.places):
            yield section
            section = []
        section.append(passage)
    if section:
        yield section


def _of_section(whole: Whole, section: Sequence[Passage]) -> Whole:
    """What holds for a section: under a heading it is about the country or the pair that this names."""
    first = section[0]
    heading = heading_of(whole.document.text, first.sentence, first.cues.places)
    if heading in {(), (whole.topic.home,)}:
        return whole  # "Dubai: ..." is the dateline of a text from there
    about = heading if len(heading) <= 2 else ()  # noqa: PLR2004  a country or a pair
    return whole._replace(topic=Topic(about, heading, whole.topic.home, heading[:1]), rows=())


def _cut_long(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence in parts of a length that a sentence can have: a table run into text is none."""
    start = sentence.start
    if sentence.end - start <= _LONGEST_SENTENCE:
        yield sentence
        return
    while sentence.end - start > _LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        end = space if space > start else start + _LONGEST_SENTENCE
        yield Span(start, end)
        start = end
    yield Span(start, sentence.end)


def _read_topic(publisher: Sequence[Place], passages: Sequence[Passage]) -> Topic:
    """Whom a text is about; one that tells of a single country's dealings is about its publisher's as well."""
    told = [passage.cues.places for passage in passages]
    topic = read_topic(told)
    if len(topic.ranked) > 1:
        return topic
    alone = [place for places in told for place in places] if _deals(passages) else []
    return read_topic([[*alone[:1], *publisher], *told])


def _deals(passages: Sequence[Passage]) -> bool:
    """Whether a text speaks of a counterparty: "exports to Russia", "its neighbour", "the bloc"."""
    toward = any(place.preposition in {"to", "from", "with"} for passage in passages for place in passage.cues.places)
    return toward or any(cue.name != "own" for passage in passages for cue in passage.cues.references)


def _title_rows(text: str, title: Sequence[Passage]) -> tuple[Row, ...]:
    """The metrics a title names: what a figure measures where nothing nearer tells."""
    readings = [topic_of(read_scene(text, passage.sentence, passage.cues)) for passage in title]
    return tuple(reading.row for reading in readings if reading)


def _outcomes(whole: Whole, passages: Iterable[Passage], scenes: Iterator[Scene]) -> Iterator[Claim | Mention]:
    """A claim or a mention for each quantity in text order, each sentence read with the focus that the text has set.

    Of the scenes only those of the passages are taken: the rest are the next section's.
    """
    focus, last = Focus(), None
    places: tuple[Place, ...] = ()
    for passage, scene in zip(passages, scenes, strict=False):
        focus = focus._replace(age=focus.age + 1)
        if passage.opens:
            focus = _in_new_paragraph(focus, whole.topic)
        spoken = _parties_in_focus(focus)
        scene = resolve_references(scene, spoken.codes, spoken.reporter or spoken.lead, whole.topic, places)  # noqa: PLW2901  the same scene, read on
        places = scene.places
        scene = without_takers(scene, _told_before(whole, focus))  # noqa: PLW2901  the same scene, read on
        before, told = focus, []
        for quantity in scene.quantities:
            outcome, focus = _read_claim(whole, scene, quantity, focus, last)
            if isinstance(outcome, Claim):
                last = outcome
                told.append((outcome, focus.rows[0]))
                focus = focus._replace(subject=told[0][1])
            yield outcome
        if told:
            focus = _after_sentence(before, focus, [claim for claim, _ in told])
        if not scene.quantities:
            focus = _topical(scene, focus, whole.topic)


def _in_new_paragraph(focus: Focus, topic: Topic) -> Focus:
    """The focus where a paragraph begins: whoever the last one named in passing, this one goes back to the lead."""
    focus = focus._replace(clock=focus.clock.turned_back())
    if len(topic.codes) > 1:
        told = focus.parties
        stranger = topic.lead in topic.codes and topic.lead == told.partner and told.reporter not in topic.codes
        return focus._replace(parties=Parties(topic.codes, lead=topic.lead)) if stranger else focus
    return focus._replace(parties=Parties.of(topic.lead) if topic.lead else NO_PARTIES)


def _after_sentence(before: Focus, focus: Focus, claims: Sequence[Claim]) -> Focus:
    """The focus after a sentence: of a list of owners or partners none is whom the text goes on to speak of."""
    owners = {claim.reporter for claim in claims} - {None}
    partners = {claim.partner for claim in claims} - {None}
    parties = focus.parties
    if len(owners) > 2:  # noqa: PLR2004  two are the sides of a pair, more are a list
        parties = before.parties
    elif len(partners - owners) > 1:
        parties = Parties.of(parties.reporter)._replace(flow=parties.flow)
    return focus._replace(parties=parties)


def _sorted_out(
    quantities: Sequence[Quantity], expressions: Sequence[Expression]
) -> tuple[list[Quantity], list[Mention]]:
    """The quantities that can measure trade, and the others as mentions: "first [two months]", "[two governments]"."""
    starts = [expression.start for expression in expressions]
    kept, others = [], []
    for quantity in quantities:
        nearest = bisect.bisect_right(starts, quantity.start) - 1
        dated = nearest >= 0 and quantity.end <= expressions[nearest].end
        reason = "part of a period" if dated else _not_traded(quantity)
        if reason:
            others.append(Mention(quantity.start, quantity.end, quantity.text, reason))
        else:
            kept.append(claimed(quantity))
    return kept, others


def _not_traded(quantity: Quantity) -> str | None:
    """Why a quantity measures no trade; counted things do when the product lexicon knows them as goods."""
    if quantity.value_upper and is_vague(quantity.text):
        return "a vague number"
    match measure_of(quantity.unit):
        case "time":
            return "a duration"
        case "none":
            return "no unit"
        case "people" | "count" if quantity.unit != "job" and not names_goods(quantity.text):
            return "a count of things that are not goods in trade"
        case _:
            return None


def _scenes(
    text: str, passages: Iterable[Passage], quantities: Sequence[Quantity], periods: Sequence[Period]
) -> Iterator[Scene]:
    """The scene of each passage, with the quantities and periods that begin in it, up to the last with a quantity."""
    starts, dates = [quantity.start for quantity in quantities], [period.span_start for period in periods]
    for passage in passages:
        start, end = passage.sentence.start, passage.sentence.end
        if not starts or starts[-1] < start:
            return
        inside = quantities[bisect.bisect_left(starts, start) : bisect.bisect_left(starts, end)]
        dated = periods[bisect.bisect_left(dates, start) : bisect.bisect_left(dates, end)]
        longer = inside and inside[-1].end > end
        sentence = Span(start, inside[-1].end) if longer else passage.sentence
        yield read_scene(text, sentence, passage.cues, inside, dated)


def _read_claim(
    whole: Whole, scene: Scene, quantity: Quantity, focus: Focus, last: Claim | None
) -> tuple[Claim | Mention, Focus]:
    """The claim that a quantity makes in its scene, and the focus after it; a mention where no metric fits."""
    scene = told_apart(scene, quantity)
    change = read_change(scene, quantity) or coordinated_change(scene, quantity, last)
    base = is_base(scene, quantity)
    carried = _carried(whole, scene, quantity, focus)
    reading = read_metric(scene, quantity, carried, change=change is not None, base=base)
    if reading is None or reading.metric == "none":
        return Mention(quantity.start, quantity.end, quantity.text, _reason(quantity)), focus
    figure = Figure(scene, quantity, reading, base)
    parties = _parties_of(whole, figure, focus, last)
    status, period = _shared(figure, last, *_settled(whole, figure, focus.clock, _status_of(figure, last)))
    kind = kind_of(quantity, reading.row, change)
    claim = Claim(
        quantity=quantity if kind == "gap" else signed(quantity, change),
        citation=cite(scene.text, scene.sentence, Span(quantity.start, quantity.end)),
        metric=reading.metric,
        kind=kind,
        status=status,
        parties=parties.codes,
        reporter=parties.reporter,
        partner=parties.partner,
        product=read_product(scene, quantity, focus.product if reading.cue is None or base else None),
        period=period,
        comparison=read_comparison(scene, quantity) if change else None,
        attribution=read_speaker(scene),
    )
    return claim, _after_claim(focus, figure, claim, parties)


def _carried(whole: Whole, scene: Scene, quantity: Quantity, focus: Focus) -> tuple[Row, ...]:
    """The metrics that a figure may take from the text before it, the likeliest first."""
    carried = _told_before(whole, focus)
    return (focus.subject, *carried) if focus.subject and points_back(scene, quantity) else carried


def _told_before(whole: Whole, focus: Focus) -> tuple[Row, ...]:
    """The metrics that the text has told of, the latest first, and those of its title."""
    return (*(focus.rows if focus.age <= _MEMORY else ()), *whole.rows)


def _status_of(figure: Figure, last: Claim | None) -> Status:
    """The status its words give a figure; one of a list that has no words of its own goes on with that of the last."""
    status = read_status(figure.scene, figure.quantity, figure.reading, base=figure.base)
    alone = status == "actual" and not figure.base and figure.reading.cue is None
    return last.status if last and alone and goes_on(figure.scene, figure.quantity, last) else status


def _parties_of(whole: Whole, figure: Figure, focus: Focus, last: Claim | None) -> Parties:
    """Whose the figure is; one that says the last another way is of the same parties."""
    if restates(figure.scene, figure.quantity, last) or is_price_of(figure.scene, figure.quantity, last):
        return seen_from(figure.reading.metric, focus.parties)
    return read_parties(figure.scene, figure.quantity, figure.reading, _parties_in_focus(focus), whole.topic)


def _settled(whole: Whole, figure: Figure, clock: Clock, status: Status) -> tuple[Status, Period | None]:
    """The status and the period of a figure: what lies ahead of the day of publication has not happened."""
    said = read_period(figure.scene, figure.quantity, figure.reading, clock, base=figure.base, status=status)
    published, reported = whole.document.published, clock.main if status == "actual" else None
    plan = status in {"forecast", "target"} and not figure.base and not was_missed(figure.scene, figure.quantity)
    if said and published and plan:
        said = coming(said, published)
    period = period_of_claim(said, published, reported, flow=figure.reading.row["span"] == "flow")
    ahead = period and period.start and published and period.start > published
    return status_ahead(figure.scene, figure.quantity) if status == "actual" and ahead else status, period


def _shared(figure: Figure, last: Claim | None, status: Status, period: Period | None) -> tuple[Status, Period | None]:
    """The status and the period of a figure; a price has those of its deal, the period where its sentence dates it."""
    if last is None or not is_price_of(figure.scene, figure.quantity, last):
        return status, period
    dated = last.period is not None and last.period.span_start >= figure.scene.sentence.start
    return last.status, last.period if dated else period


def _after_claim(focus: Focus, figure: Figure, claim: Claim, parties: Parties) -> Focus:
    """The focus after a claim: its metric, product and time, and whose they are unless it is a stock's or a duty's."""
    stock = figure.reading.row["span"] == "stock"
    of_day = figure.reading.row["span"] in {"stock", "spot"}
    period = flow_around(claim.period) if of_day and claim.period else claim.period
    clock = _turned(focus.clock, period, figure.scene, base=figure.base, status=claim.status)
    if claim.comparison and not figure.base:
        clock = clock._replace(base=claim.comparison)
    traded = not stock and parties.codes  # whose duty it is does not tell whose trade follows
    keeps = bool(focus.parties.codes) and not traded
    spoken = focus.parties if keeps else parties._replace(flow=claim.metric)
    return Focus(_recent(focus, figure.reading), spoken, clock, claim.product, subject=focus.subject)


def _turned(clock: Clock, period: Period | None, scene: Scene, *, base: bool, status: Status) -> Clock:
    """The clock after a claim: the older figure of a comparison moves the base only, a plan moves nothing.

    A look back or around ("the highest was $3.7bn in 2012", "so far this year") does not move it either: only a later
    period, or one that opens its sentence.
    """
    if base:
        return clock._replace(base=period or clock.base)
    if period is None or status not in {"actual", "estimate"}:
        return clock
    if clock.main and not opens_sentence(scene, period) and not is_later(period, clock.main):
        return clock
    return clock.turned_to(period)


def _recent(focus: Focus, reading: Reading) -> tuple[Row, ...]:
    return (reading.row, *(row for row in focus.rows if row is not reading.row))[:_MEMORY]


def _topical(scene: Scene, focus: Focus, topic: Topic) -> Focus:
    """The focus after a sentence without figures: what it speaks of and when hold for the figures that follow."""
    reading = topic_of(scene)
    if reading is None or reading.cue is None:
        focus = _turned_to_subject(scene, focus, topic)
        told = only_period(scene) if focus.clock.main is None else None
        return focus._replace(clock=focus.clock.turned_to(told)) if told else focus
    cue = reading.cue
    nothing = Quantity(cue.end, cue.end, "", 0.0)
    parties = read_parties(scene, nothing, reading, _parties_in_focus(focus), topic)
    period = read_period(scene, nothing, reading, focus.clock, base=False, status="actual")
    clock = focus.clock if period is None or period.bound != "closed" else focus.clock.turned_to(period)
    return Focus(_recent(focus, reading), parties if parties.codes else focus.parties, clock)


def _turned_to_subject(scene: Scene, focus: Focus, topic: Topic) -> Focus:
    """The focus after "In Iceland the picture is different" or "Malta is a case apart": what follows is told of it."""
    subject = None if scene.flows else sole_subject(scene)
    if subject is None or subject.possessive or subject.code == focus.parties.reporter:
        return focus
    pair = topic.codes if subject.code in topic.codes and len(topic.codes) > 1 else (subject.code,)
    return focus._replace(parties=Parties(tuple(sorted(pair)), lead=subject.code))


def _parties_in_focus(focus: Focus) -> Parties:
    return focus.parties if focus.age <= _MEMORY else NO_PARTIES


def _reason(quantity: Quantity) -> str:
    return {"length": "a length", "area": "an area"}.get(measure_of(quantity.unit), "no metric named near it")


def _fiscal_country(topic: Topic) -> str | None:
    """The home country, else the one most named, whose fiscal year is not the calendar year; else the first party."""
    ranked = sorted(topic.ranked, key=lambda code: code != topic.home)
    own = [code for code in ranked if fiscal_year_start(code) not in {None, (1, 1)}]
    return next(iter((*own, *topic.codes)), None)
