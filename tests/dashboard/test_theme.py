"""Figures, periods and dates as people write them; colours that everybody can read."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from dashboard.theme import SCHEMES, Scheme, SchemeName, choose_scale, format_value, template
from etl.dates import format_date, format_period

VALUES = [
    (1e9, "USD", "=", None, "$1.00 bn"),
    (1.81e9, "USD", "=", None, "$1.81 bn"),
    (12.5e9, "USD", "=", None, "$12.5 bn"),
    (1.2e12, "USD", "=", None, "$1.20 tn"),
    (999.6e6, "USD", "=", None, "$1.00 bn"),
    (5e8, "USD", "~", None, "~$500 m"),
    (945.87e6, "USD", "=", None, "$946 m"),
    (38.25e6, "USD", "=", None, "$38.25 m"),
    (95_000, "USD", "=", None, "$95,000"),
    (0, "USD", "=", None, "$0"),
    (0.15, "PKR", "=", None, "PKR 0.15"),
    (-5e6, "USD", "=", None, "−$5 m"),
    (7.5e8, "USD", "~", 8e8, "~$750–800 m"),
    (8e8, "USD", "=", 1.5e9, "$0.80–1.50 bn"),
    (4.1e8, "PKR", "=", None, "PKR 410 m"),
    (9.1e9, "EUR", ">=", None, "≥ €9.10 bn"),
    (20, "percent", "<", None, "< 20 %"),
    (80, "percent", ">", None, "> 80 %"),
    (13.45, "percent", "=", None, "13.45 %"),
    (7, "percent", "<=", 8, "≤ 7–8 %"),
    (-12, "percent", ">", None, "< −12 %"),
    (-8, "percent", "=", -5, "−8 to −5 %"),
    (2.5, "percentage_point", "=", None, "2.5 pp"),
    (3.1e6, "tonne", "=", None, "3.1 Mt"),
    (92_345, "tonne", "=", None, "92,345 t"),
    (12.4e9, "m^3", "=", None, "12.4 bcm"),
    (750e6, "ft^3/day", "=", None, "750 mmcfd"),
    (1.2e6, "barrel/day", "=", None, "1.2 m b/d"),
    (1100, "MW", "=", None, "1,100 MW"),
    (372, "USD/tonne", "=", None, "$372/t"),
    (278.5, "PKR/USD", "=", None, "PKR 278/USD"),
    (2e6, "USD/day", "=", None, "$2 m/day"),
    (4, "helicopter", "=", None, "4 helicopters"),
    (3e6, "tire", "=", None, "3 m tires"),
    (0.035, "percent", "=", None, "0.035 %"),
    (1234, None, "=", None, "1,234"),
]


@pytest.mark.parametrize(("value", "unit", "qualifier", "upper", "expected"), VALUES)
def test_a_figure_is_written_as_people_write_it(
    value: float, unit: str | None, qualifier: str, upper: float | None, expected: str
) -> None:
    assert format_value(value, unit, qualifier, upper) == expected


def test_missing_cells_of_a_frame_are_nothing() -> None:
    missing = float("nan")
    row = pd.DataFrame({"unit": pd.Series([None], dtype="str"), "upper": [missing]}).iloc[0]
    assert format_value(5.0, row["unit"], "=", row["upper"]) == "5"
    assert format_period(pd.NaT, pd.NaT, row["unit"], row["unit"]) == "undated"
    assert format_date(pd.NaT) == "no date"


AXES = [
    ([95e6, 5e8, 1.81e9], "USD", "USD million"),
    ([1e9, 5e9], "USD", "USD billion"),
    ([12_000, 95_000], "USD", "USD"),
    ([4.5e5, 1.6e6], "tonne", "million tonnes"),
    ([1.2e4, 3e5], "tonne", "tonnes"),
    ([20.0, 80.0], "percent", "per cent"),
    ([372.0], "USD/tonne", "USD per tonne"),
    ([4.0], "helicopter", "helicopters"),
    ([3e6], "tire", "million tires"),
    ([], "USD", "USD"),
    ([0.0, 3e9], "m^3", "billion cubic metres"),
    ([5.0], None, ""),
]


@pytest.mark.parametrize(("values", "unit", "expected"), AXES)
def test_an_axis_has_the_scale_of_its_figures(values: list[float], unit: str | None, expected: str) -> None:
    assert choose_scale(values, unit).long == expected


D = dt.date
PERIODS = [
    (D(2017, 1, 1), D(2017, 12, 31), "calendar year", "2017"),
    (D(2022, 7, 1), D(2023, 6, 30), "fiscal year Jul–Jun", "FY2022–23 (Jul–Jun)"),
    (D(1999, 7, 1), D(2000, 6, 30), "fiscal year Jul–Jun", "FY1999–2000 (Jul–Jun)"),
    (D(2023, 3, 21), D(2024, 3, 19), "fiscal year 21 Mar–19 Mar", "FY2023–24 (21 Mar–19 Mar)"),
    (D(2022, 7, 1), D(2023, 6, 30), None, "Jul 2022–Jun 2023"),
    (D(2024, 1, 1), D(2024, 6, 30), "half", "Jan–Jun 2024"),
    (D(2023, 7, 1), D(2024, 5, 31), "part of a year", "Jul 2023–May 2024"),
    (D(2023, 1, 1), D(2023, 1, 31), "month", "Jan 2023"),
    (D(1990, 1, 1), D(1999, 12, 31), "other", "1990s"),
    (D(2013, 1, 1), D(2018, 12, 31), "other", "2013–2018"),
    (D(2007, 4, 9), D(2007, 4, 9), "day", "as of 9 Apr 2007"),
    (D(2018, 1, 12), D(2018, 1, 22), "part of a year", "12–22 Jan 2018"),
    (D(2018, 1, 12), D(2018, 3, 2), "part of a year", "12 Jan–2 Mar 2018"),
    (D(2018, 1, 12), D(2019, 3, 2), "other", "12 Jan 2018–2 Mar 2019"),
    (None, D(2012, 12, 31), "other", "up to 2012"),
    (None, D(2023, 5, 31), "other", "up to May 2023"),
    (None, D(2023, 5, 30), "other", "up to 30 May 2023"),
    (D(2015, 1, 1), None, "other", "since 2015"),
    (D(2015, 3, 1), None, "other", "since Mar 2015"),
    (D(2015, 3, 4), None, "other", "since 4 Mar 2015"),
    (None, None, "undated", "undated"),
]


@pytest.mark.parametrize(("start", "end", "group", "expected"), PERIODS)
def test_a_period_is_written_as_people_write_it(
    start: dt.date | None, end: dt.date | None, group: str | None, expected: str
) -> None:
    assert format_period(start, end, None, group) == expected
    cells = pd.to_datetime(pd.Series([start, end]))
    assert format_period(cells[0], cells[1], None, group) == expected


def test_a_fiscal_year_of_an_unknown_country_keeps_its_name() -> None:
    assert format_period(None, None, "FY2016/17", "undated") == "FY2016/17"


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
def test_text_and_marks_stand_out_from_the_background(scheme: Scheme) -> None:
    background = luminance(scheme.background)
    for colour in (scheme.text, scheme.muted, scheme.accent, scheme.conflict, *scheme.series):
        light, dark = sorted((luminance(colour), background), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_template_paints_the_background_of_its_scheme(scheme: SchemeName) -> None:
    layout = template(scheme).layout
    assert (layout.paper_bgcolor, layout.plot_bgcolor) == (SCHEMES[scheme].background,) * 2
