"""Texts → small sketches of them, and sketches → which texts are copies of which earlier ones.

A wire story in ten newspapers is one source, whatever headline, dateline or page is around it. A text is a copy of an
earlier one when it shares most of its pairs of adjacent words and of its figures with it. The words find light
rewriting: sentences in another order, paragraphs cut, one word in five changed. The figures tell yesterday's market
report from today's in the same words. What is not found: a paraphrase (of invented variants with two words in five
changed one in eight is), a translation, and a text in which less than a fifth is the copy.

The sketches are bottom-k samples (A. Broder, On the resemblance and containment of documents, 1997): the smallest
hashes of what a text holds. Two of them tell, without the texts, how much of the smaller one is in the larger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby
from typing import Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

__all__ = ["SKETCH_BYTES", "link", "sketch"]

Hashes: TypeAlias = NDArray[np.uint64]
Sketches: TypeAlias = NDArray[np.uint32]
Rows: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
Marks: TypeAlias = NDArray[np.bool_]

# 64 pairs of words and 16 figures: 320 bytes a document, against some 1,000 of its compressed text. With 32 pairs the
# unlike reach 0.75 by chance, with 128 the marks below hardly change.
_PAIRS, _FIGURES = 64, 16
SKETCH_BYTES: Final = 4 * (_PAIRS + _FIGURES)
"""Length of every sketch."""

# What is shared of the smaller text must be more than _SHARED by _MARGIN standard errors of a sample. Measured: two
# accounts of one event, or a digest and its original, share 0.28 of their pairs at most, a text with one word in ten
# changed 0.76, in five 0.58, in three 0.44 (the lowest of twenty).
_SHARED, _MARGIN = 0.45, 1.2
# Of the figures. A copy may lose or gain some with a paragraph, a dateline or the page around it; of a report from the
# same template a day later fewer than half are the same.
_FIGURES_SHARED = 0.65
# A sentence of 16 words two newsrooms can write alike; and of a text in one four times as long no more is in a sample.
_FEWEST = 16
# The smallest of the pairs find the candidates: so many are enough to meet every copy twice, in less time and memory.
_SOUGHT, _MEETINGS = 24, 2
# Pairs of documents compared at a time: 50 MB.
_AT_ONCE = 1 << 16

# Texts sketched together, in characters: an array for all of them costs what one for each would; 20 MB.
_TOGETHER = 1_000_000
# Letters; up to this length all words are hashed together, a letter at a time.
_LONG_WORD = 24

_EMPTY = 0xFFFFFFFF
# Signs beyond ASCII as UTF-8 has them: U+0080 to 00BF, U+2000 to 2FFF, U+3000 to 303F.
_SIGN = re.compile(rb"\xc2.|\xe2..|\xe3\x80.", re.DOTALL)
_LETTERS = bytes(chr(byte).isalnum() or byte == ord("_") or byte > ord("\x7f") for byte in range(256))
_DIGITS, _POINTS = (bytes(byte in signs for byte in range(256)) for signs in (b"0123456789", b".,"))
# CRC-32, the checksum of zlib: what a byte does to the sum, and the sums of what a figure that is a year can be.
_CRC = np.array([crc32(bytes([byte])) for byte in range(256)], np.uint32) ^ np.uint32(crc32(b"\0"))
_YEARS = np.array([crc32(b"%d" % year) for year in range(1900, 2100)], np.uint32)
_YEAR_DIGITS = 4

_ODD, _LOW, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFFFFFFFF), np.uint64(32)


def sketch(texts: Iterable[str]) -> list[bytes]:
    """The `SKETCH_BYTES` bytes that stand for each text when copies are sought, the same on every machine.

    >>> wire = "Trade reached $1 billion last year, the minister told the chamber on Monday, and may yet double by May."
    >>> first, shouted, other = sketch([wire, wire.upper().replace(",", " –"), wire.replace("1", "2")])
    >>> first == shouted, first == other
    (True, False)
    """
    placed = zip(accumulate(map(len, texts := list(texts))), texts, strict=True)
    groups = groupby(placed, lambda placed: placed[0] // _TOGETHER)
    return [one for _, group in groups for one in _sketched([_plain(text) for _, text in group])]


def link(sketches: bytes | memoryview) -> Rows:
    """For each text the first one it is a copy of, as its place in the row of texts, or its own place.

    `sketches` are those of the texts one after the other, in order of publication. A text is a copy of the earlier text
    most like it, and of whatever that is a copy of; so no later text changes what is said of the earlier ones, and two
    stories do not become one because a third text has both. Takes time and memory in proportion to the number of texts:
    200,000 take 0.8 s and 0.2 GB, a million 6 s and 1.2 GB.

    >>> wire = "Trade reached $1 billion last year, the minister told the chamber on Monday, and may yet double by May."
    >>> texts = [wire, "Rice, cotton and leather went the other way.", "MOSCOW, March 5: " + wire]
    >>> link(b"".join(sketch(texts))).tolist()
    [0, 1, 0]
    """
    return _origins(np.frombuffer(sketches, "<u4").reshape(-1, _PAIRS + _FIGURES))


def _origins(sketches: Sketches) -> Rows:
    later, earlier = _candidates(sketches[:, :_SOUGHT])
    chunks = [slice(start, start + _AT_ONCE) for start in range(0, len(later), _AT_ONCE)]
    likeness = [_likeness(sketches, later[chunk], earlier[chunk]) for chunk in chunks]
    return _follow(_nearest(len(sketches), later, earlier, np.concatenate([*likeness, np.zeros(0)])))


def _sketched(texts: Sequence[bytes]) -> list[bytes]:
    ends = np.cumsum([len(text) + 1 for text in texts])
    said, are_letters, are_digits = _read(b" ".join([*texts, b""]))
    starts, stops = _stretches(are_letters)
    words, owners = _hashes(said, starts, stops).astype(np.uint64), ends.searchsorted(starts, "right")
    inside = owners[1:] == owners[:-1]
    pairs = _smallest(_mix(words[:-1] * _ODD + words[1:])[inside], owners[1:][inside], len(texts), _PAIRS)
    starts, stops = _numbers(said, are_digits)
    figures, owners = _hashes(said, starts, stops), ends.searchsorted(starts, "right")
    # A year says when, not how much: all reports of a year share it.
    said_much = ~((stops - starts == _YEAR_DIGITS) & np.isin(figures, _YEARS))
    numbers = _smallest(_mix(figures[said_much].astype(np.uint64)), owners[said_much], len(texts), _FIGURES)
    return [row.tobytes() for row in np.concatenate((pairs, numbers), axis=1)]


def _plain(text: str) -> bytes:
    """A text in small letters, without the signs that are no ASCII."""
    said = text.lower().encode("utf-8", "surrogatepass")
    return said if text.isascii() else _SIGN.sub(b" ", said)


def _read(said: bytes) -> tuple[Bytes, Marks, Marks]:
    """The bytes, and which are letters and digits; a decimal point is a letter "_", for 5.43 is no 5 and 43."""
    are_letters, are_digits, are_points = (
        np.frombuffer(said.translate(kind), bool) for kind in (_LETTERS, _DIGITS, _POINTS)
    )
    points = np.flatnonzero(are_points[:-1] & are_digits[1:])
    signs, marks = np.frombuffer(bytearray(said), np.uint8), are_letters.copy()
    signs[points], marks[points] = ord("_"), True
    return signs, marks, are_digits


def _stretches(marks: Marks) -> tuple[Rows, Rows]:
    """Where each row of marks starts, and where it stops; the last sign, a space, has none."""
    changes = np.flatnonzero(np.diff(marks, prepend=False))
    return changes[::2], changes[1::2]


def _numbers(said: Bytes, are_digits: Marks) -> tuple[Rows, Rows]:
    """Where each number starts, with a digit, and stops."""
    starts, stops = _stretches(are_digits | (said == ord("_")))
    digits = np.append(np.flatnonzero(are_digits), len(said))
    first = digits[digits.searchsorted(starts)]
    return first[first < stops], stops[first < stops]


def _hashes(said: Bytes, starts: Rows, stops: Rows) -> Sketches:
    """The CRC-32 of each stretch of bytes."""
    lengths = stops - starts
    order = np.argsort(np.minimum(lengths, _LONG_WORD).astype(np.uint8), kind="stable")
    places, ordered = starts[order], lengths[order]
    sums = np.full(len(starts), _EMPTY, np.uint32)
    for step in range(min(_LONG_WORD, lengths.max(initial=0))):
        longer = ordered.searchsorted(step, "right")
        found = sums[longer:]
        sums[longer:] = _CRC.take(found.astype(np.uint8) ^ said.take(places[longer:] + step)) ^ (found >> np.uint32(8))
    hashes = np.empty_like(sums)
    hashes[order] = ~sums
    for place in np.flatnonzero(lengths > _LONG_WORD):
        hashes[place] = crc32(said[starts[place] : stops[place]].tobytes())
    return hashes


def _smallest(hashes: Hashes, owners: Rows, number: int, most: int) -> Sketches:
    """The smallest distinct hashes of each owner, ascending, by their upper halves; filled up with `_EMPTY`."""
    held = (owners.astype(np.uint64) << _HALF) | (hashes >> _HALF)
    held.sort()
    held = held[_starts(held)]
    owners = (held >> _HALF).astype(np.int64)
    ranks = np.arange(len(held)) - owners.searchsorted(np.arange(number))[owners]
    rows = np.full((number, most), _EMPTY, "<u4")
    chosen = ranks < most
    rows[owners[chosen], ranks[chosen]] = (held & _LOW)[chosen]
    return rows


def _mix(hashes: Hashes) -> Hashes:
    """Every bit of a hash changes half of all bits: the finalizer of SplitMix64 (Steele, Lea and Flood, 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes


def _candidates(sought: Sketches) -> tuple[Rows, Rows]:
    """Pairs of a text and an earlier one that may be its origin: rows of the later and of the earlier.

    Of all texts that have a hash, each meets the first and the one before it: as many pairs as hashes, where all with
    all would be millions for a turn of phrase that every report has. A copy shares many hashes with its origin, and
    most of them nobody used before.
    """
    held = _held(sought)
    new = _starts(held >> _HALF)
    rows, first = held & _LOW, np.flatnonzero(new)
    opening, before = np.repeat(rows[first], np.diff(first, append=len(held))), np.roll(rows, 1)
    met = np.concatenate([_met(rows, opening, ~new), _met(rows, before, ~new & (before != opening))])
    met.sort()
    pair = np.flatnonzero(_starts(met))
    pairs = met[pair[np.diff(pair, append=len(met)) >= _MEETINGS]]
    return (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)


def _met(later: Hashes, earlier: Hashes, where: NDArray[np.bool_]) -> Hashes:
    return (later[where] << _HALF) | earlier[where]


def _starts(ascending: Hashes) -> NDArray[np.bool_]:
    """Where in an ascending row of numbers another one begins."""
    starts = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=starts[1:])
    return starts


def _held(sought: Sketches) -> Hashes:
    """Which text holds which hash: hash and row in one number, ascending."""
    rows = np.arange(len(sought), dtype=np.uint64)[:, None]
    held: Hashes = ((sought.astype(np.uint64) << _HALF) | rows)[sought != _EMPTY]
    held.sort()
    return held


def _likeness(sketches: Sketches, later: Rows, earlier: Rows) -> NDArray[np.float64]:
    """The share of the smaller text's pairs of words that the larger has; 0 where the two are not copies."""
    likeness = np.zeros(len(later))
    figures, fewer = _shared(sketches[later, _PAIRS:], sketches[earlier, _PAIRS:])
    alike = np.flatnonzero(figures >= _FIGURES_SHARED * fewer)
    pairs, smaller = _shared(sketches[later[alike], :_PAIRS], sketches[earlier[alike], :_PAIRS])
    enough = _SHARED * smaller + _MARGIN * np.sqrt(smaller) / 2
    likeness[alike] = np.where((smaller >= _FEWEST) & (pairs > enough), pairs / np.maximum(smaller, 1), 0.0)
    return likeness


def _shared(some: Sketches, others: Sketches) -> tuple[Rows, Rows]:
    """How many hashes two samples share as far as both reach, and how many the smaller has there."""
    reach = np.minimum(np.minimum(some[:, -1], others[:, -1]), _EMPTY - 1)[:, None]
    both = np.sort(np.concatenate((some, others), axis=1), axis=1)
    shared = np.count_nonzero((both[:, 1:] == both[:, :-1]) & (both[:, 1:] <= reach), axis=1)
    return shared, np.minimum(np.count_nonzero(some <= reach, axis=1), np.count_nonzero(others <= reach, axis=1))


def _nearest(number: int, later: Rows, earlier: Rows, likeness: NDArray[np.float64]) -> Rows:
    """For each of `number` texts the earlier one most like it, of several the first; else the text itself."""
    nearest = np.arange(number)
    copied = np.flatnonzero(likeness)
    order = copied[np.lexsort((earlier[copied], -likeness[copied], later[copied]))]
    best = order[np.flatnonzero(np.diff(later[order], prepend=-1))]
    nearest[later[best]] = earlier[best]
    return nearest


def _follow(origins: Rows) -> Rows:
    """What a text's origin is itself a copy of, to the first."""
    while not np.array_equal(origins, origins[origins]):
        origins = origins[origins]
    return origins
