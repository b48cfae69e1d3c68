"""The words around a metric → whether it is that of all partners together, or of the whole world."""

from __future__ import annotations

import re

from etl.grammar.phrases import Cue
from etl.lexicon import alternatives, cache
from etl.model import Quantity
from etl.resolve.metrics import Reading
from etl.resolve.scene import Scene

__all__ = ["is_of_all", "is_of_the_world", "is_worldwide"]

_REACH = 30
_PLACE_REACH = 70
# "spends $2.7bn on [imported] iron": a participle in front of its goods.
_ATTRIBUTE = re.compile(r"\b(?:on|of|for|with|in)\s+$", re.IGNORECASE)


def is_of_all(scene: Scene, quantity: Quantity) -> bool:
    """Whether the words behind a figure make it that of all partners: "950,000 tonnes from all origins"."""
    return _of_everybody().match(scene.text, quantity.end) is not None


def is_worldwide(scene: Scene, reading: Reading) -> bool:
    """Whether the metric is that of all partners: "total exports", "imports from the world", "on imported iron"."""
    cue = reading.cue
    if cue is None:
        return False
    before = scene.text[max(scene.sentence.start, cue.start - _REACH) : cue.start]
    return bool(
        _total().search(before)
        or _total().match(cue.text + " ")
        or (not reading.metric.endswith("_share") and _is_everywhere(scene, cue))
        or _together().search(scene.text, scene.sentence.start, cue.start)
        or (reading.verb and _ATTRIBUTE.search(before) and any(cue.end + 1 == goods.start for goods in scene.products))
    )


def _is_everywhere(scene: Scene, cue: Cue) -> bool:
    """Whether a metric goes to all: "sales abroad", "exports to the world"; one has a share of "all sold abroad"."""
    everybody = _of_everybody()
    return (everybody.search(cue.text) or everybody.match(scene.text, cue.end)) is not None


def is_of_the_world(scene: Scene, reading: Reading) -> bool:
    """Whether the metric is the world's: "global trade", "the world economy", and no country is named near it."""
    cue = reading.cue
    if cue is None or any(abs(place.start - cue.start) < _PLACE_REACH for place in scene.places):
        return False
    return _of_the_world().search(scene.text, max(scene.sentence.start, cue.start - _REACH), cue.end) is not None


@cache
def _total() -> re.Pattern[str]:
    return re.compile(rf"\b{alternatives('scopes.txt', scope='total')}\s+(?:[\w.’'-]+\s+){{0,2}}$", re.IGNORECASE)


@cache
def _together() -> re.Pattern[str]:
    return re.compile(rf"\b{alternatives('scopes.txt', scope='together')}\b", re.IGNORECASE)


@cache
def _of_everybody() -> re.Pattern[str]:
    everybody = alternatives("scopes.txt", scope="everybody")
    overall = alternatives("scopes.txt", scope="overall")
    return re.compile(rf"(?:\s+\w+){{0,2}}\s+(?:from|to|with)\s+{everybody}\b|\s+{overall}\b", re.IGNORECASE)


@cache
def _of_the_world() -> re.Pattern[str]:
    return re.compile(rf"\b{alternatives('scopes.txt', scope='world')}\s+(?:\w+\s+){{0,2}}\w+$", re.IGNORECASE)
