"""Claims → observations: the claims of one series for one period, reconciled; the sources of each stay countable.

A series shares metric, product, parties and direction, kind, unit dimension, calendar group and status class.
"""

from __future__ import annotations

from etl.series.calendars import FREQUENCIES, calendar_group
from etl.series.catalogue import SERIES_COLUMNS, list_series
from etl.series.checks import CHECK_COLUMNS, CHECK_RULES, check
from etl.series.money import in_currency, in_prices_of, read_index
from etl.series.observations import CHOICES, OBSERVATION_COLUMNS, RULES, dated, observe, reconcile, split_sides
from etl.series.rates import ecb_rates, read_rates
from etl.series.statements import ABOUT, STATUS_CLASSES, count_as, to_statements
from etl.series.transforms import OVERS, TRANSFORM_COLUMNS, TRANSFORMS, transform
from etl.series.units import convert
from etl.series.vintages import (
    RELEASE_COLUMNS,
    REVISION_COLUMNS,
    VINTAGE_COLUMNS,
    as_known,
    releases,
    revisions,
    vintages,
)

__all__ = [
    "ABOUT",
    "CHECK_COLUMNS",
    "CHECK_RULES",
    "CHOICES",
    "FREQUENCIES",
    "OBSERVATION_COLUMNS",
    "OVERS",
    "RELEASE_COLUMNS",
    "REVISION_COLUMNS",
    "RULES",
    "SERIES_COLUMNS",
    "STATUS_CLASSES",
    "TRANSFORMS",
    "TRANSFORM_COLUMNS",
    "VINTAGE_COLUMNS",
    "as_known",
    "calendar_group",
    "check",
    "convert",
    "count_as",
    "dated",
    "ecb_rates",
    "in_currency",
    "in_prices_of",
    "list_series",
    "observe",
    "read_index",
    "read_rates",
    "reconcile",
    "releases",
    "revisions",
    "split_sides",
    "to_statements",
    "transform",
    "vintages",
]
