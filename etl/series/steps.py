"""Printed figures → the size of the last place each was printed to, a whole column at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.grammar.numbers import printed_step

__all__ = ["printed_steps"]

# A figure with one numeral, or none, in plain characters; any other is read one by one. Groups of three digits only:
# "1,5" may be one and a half.
_PLAIN = r"^[ -+/:-~-]*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?[ -+/:-~-]*$"
_WORDS = r"^[ -/:-~]*$"

_ASSUMED_DIGITS = 2
_NOISE = 1e-12
_LEAST, _MOST = -330, 308
_POWERS = np.array([float(f"1e{exponent}") for exponent in range(_LEAST, _MOST + 1)])


def printed_steps(spans: pd.Series[str], values: pd.Series[float]) -> np.ndarray:
    """What `etl.grammar.numbers.printed_step` says of each figure, as float64; 1 M figures take about a second.

    >>> printed_steps(pd.Series(["$1.81 billion", "$500 million"]), pd.Series([1.81e9, 5e8])).tolist()
    [10000000.0, 10000000.0]
    """
    value = values.to_numpy(dtype=float)
    printed = pa.array(spans, pa.large_string())
    read = pc.extract_regex(printed, _PLAIN)
    plain = read.is_valid().to_numpy(zero_copy_only=False)
    wordy = pc.match_substring_regex(printed, _WORDS).to_numpy(zero_copy_only=False)
    sized = np.isfinite(value) & (value != 0)
    known = sized & (plain | wordy)
    steps = np.ones(len(value))
    steps[known] = _power(_magnitude(value[known]) - _places(read.filter(pa.array(known))))
    for at in np.flatnonzero(sized & ~known):
        steps[at] = printed_step(printed[at].as_py(), value[at])
    return steps


def _places(read: pa.StructArray) -> np.ndarray:
    """How many places below the first digit of the value each numeral goes."""
    whole, part = (pc.fill_null(pc.struct_field(read, name), "") for name in ("whole", "part"))
    digits = pc.replace_substring(whole, ",", "")
    decimals = _length(part)
    size = _length(pc.utf8_ltrim(digits, "0"))
    leading = np.where(size > 0, size - 1, _first_decimal(part))
    significant = np.maximum(_length(pc.utf8_trim(digits, "0")), _ASSUMED_DIGITS)
    return np.asarray(np.where(decimals > 0, leading + decimals, significant - 1))


def _first_decimal(part: pa.Array) -> np.ndarray:
    """The power of ten of "0.05" is -2; of "0.00" it is 0, as nothing tells its size."""
    digits = _length(pc.utf8_ltrim(part, "0"))
    return np.asarray(np.where(digits > 0, digits - _length(part) - 1, 0))


def _length(texts: pa.Array) -> np.ndarray:
    return np.asarray(pc.utf8_length(texts).to_numpy(zero_copy_only=False), dtype=int)


def _magnitude(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.floor(np.log10(np.abs(values)) + _NOISE), dtype=int)


def _power(exponents: np.ndarray) -> np.ndarray:
    return np.asarray(_POWERS[np.clip(exponents, _LEAST, _MOST) - _LEAST])
