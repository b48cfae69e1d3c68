"""A figure and the one before it in a list → what the later takes from the earlier."""

from __future__ import annotations

import re

from etl.model import Claim, Quantity
from etl.resolve.kinds import Change, measure_of
from etl.resolve.scene import Scene

__all__ = ["coordinated_change", "goes_on", "is_price_of", "restates"]

_AND = re.compile(
    r"[^,;.]{0,50},?\s*\b(?:and|then|or)\b\s*(?:by\s+|a\s+|further\s+|another\s+|about\s+|over\s+|nearly\s+){0,2}",
    re.IGNORECASE,
)
_AND_TO = re.compile(r"[^;.]{0,30},?\s+(?:and|or|then)\s+(?:[\w-]+\s+){0,6}to\s+(?:[\w-]+\s+){0,2}", re.IGNORECASE)
# "$964 million, or 15 percent of total exports"
_RESTATES = re.compile(
    r",?\s*(?:\(|or|equal to|equivalent to|accounting for|representing|making up|which is)\s*(?:[\w-]+\s+){0,2}",
    re.IGNORECASE,
)
# The price behind its goods: "60,000 tonnes of Russian wheat [at ]$265 a tonne".
_AT = re.compile(r"[^,;.:]{0,60}\b(?:at|for)\s+(?:[\w-]+\s+){0,3}", re.IGNORECASE)
# ", those to China", " and those to the EU": an item of a list, without a verb of its own.
_ITEM = re.compile(
    r"(?:,\s*|\s+and\s+(?=those|that))(?:(?:those|that|the ones)\s+)?(?:(?:to|from|with|in|of|by)\s+)?(?:the\s+)?"
    r"[\w\s-]{0,30}",
    re.IGNORECASE,
)


def coordinated_change(scene: Scene, quantity: Quantity, earlier: Claim | None) -> Change | None:
    """A percent that follows a change after "and" is one too: "grew 33 percent in 2017 and 82 percent in 2018"."""
    if not earlier or earlier.kind not in {"change_rel", "change_abs"} or not _coordinated(scene, quantity, earlier):
        return None
    return Change("down" if earlier.quantity.value < 0 else "up")


def goes_on(scene: Scene, quantity: Quantity, earlier: Claim | None) -> bool:
    """Whether a figure goes on with what an earlier one began: "to raise it to $5bn by 2025, and then to $10bn"."""
    if earlier is None:
        return False
    return _coordinated(scene, quantity, earlier) or _follows(scene, quantity, earlier, _AND_TO)


def is_price_of(scene: Scene, quantity: Quantity, earlier: Claim | None) -> bool:
    """Whether a figure is the price of the goods before it: "60,000 tonnes of Russian wheat at $265 a tonne"."""
    if earlier is None or measure_of(quantity.unit) != "price" or measure_of(earlier.quantity.unit) != "goods":
        return False
    return _follows(scene, quantity, earlier, _AT)


def restates(scene: Scene, quantity: Quantity, earlier: Claim | None) -> bool:
    """Whether a figure says the earlier one another way: "$964 million, or 15 percent of total exports"."""
    return earlier is not None and _follows(scene, quantity, earlier, _RESTATES)


def _follows(scene: Scene, quantity: Quantity, earlier: Claim, link: re.Pattern[str]) -> bool:
    last = earlier.quantity
    return scene.sentence.start <= last.start and link.fullmatch(scene.text, last.end, quantity.start) is not None


def _coordinated(scene: Scene, quantity: Quantity, earlier: Claim) -> bool:
    """Whether a figure is the next item of the list the figure of an earlier claim stands in."""
    if earlier.quantity.unit != quantity.unit:
        return False
    starts = [item.start for items in (scene.places, scene.metrics, scene.products) for item in items]
    named = any(earlier.quantity.end <= start < quantity.start for start in starts)
    return _follows(scene, quantity, earlier, _AND) or (named and _follows(scene, quantity, earlier, _ITEM))
