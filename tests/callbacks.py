"""A callback of the dashboard asked of the server as the browser asks, whatever else it takes and returns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask.testing import FlaskClient

__all__ = ["Json", "ask", "part"]

Json = dict[str, Any]


def part(kind: str, index: str) -> str:
    """The id of one of several like parts, as Dash writes it."""
    return json.dumps({"index": index, "type": kind}, separators=(",", ":"))


def ask(
    client: FlaskClient,
    output: str,
    values: Mapping[str, Any],
    parts: Mapping[str, Sequence[str]] | None = None,
    changed: str = "",
) -> Json:
    """The answer of the callback that sets `output` ("results.children"): component → its new properties.

    `values` are those of its inputs and states, "period.value" or of parts 'facet.metric.value', None where they are
    not given. `parts` are the indexes of each kind of part on the page. `changed` is what the reader touched, such as
    'decide.accept.n_clicks'; the first input where it does not matter.
    """
    entries: list[Json] = client.get("/_dash-dependencies").get_json()
    entry = next(each for each in entries if output in each["output"].strip(".").split("..."))
    names = entry["output"].strip(".").split("...")
    outputs = [_outputs(name, parts or {}) for name in names]
    body = {
        "output": entry["output"],
        "outputs": outputs if entry["output"].startswith("..") else outputs[0],
        "inputs": [_given(each, values, parts or {}) for each in entry["inputs"]],
        "state": [_given(each, values, parts or {}) for each in entry["state"]],
        "changedPropIds": [_changed(changed)]
        if changed
        else [f"{each['id']}.{each['property']}" for each in entry["inputs"][:1]],
    }
    response = client.post("/_dash-update-component", json=body)
    assert response.status_code == 200, response.text
    answer: Json = response.get_json()["response"]
    return answer


def _changed(name: str) -> str:
    kind, index, prop = name.split(".")
    return f"{part(kind, index)}.{prop}"


def _outputs(output: str, parts: Mapping[str, Sequence[str]]) -> Json | list[Json]:
    name, _, prop = output.rpartition(".")
    each = [{"id": one, "property": prop} for one in _ids(name, parts)]
    return each if _is_every(name) else each[0]


def _given(entry: Json, values: Mapping[str, Any], parts: Mapping[str, Sequence[str]]) -> Json | list[Json]:
    each = [
        {
            "id": one,
            "property": entry["property"],
            "value": one if entry["property"] == "id" else _value(one, entry, values),
        }
        for one in _ids(entry["id"], parts)
    ]
    return each if _is_every(entry["id"]) else each[0]


def _value(one: str | Json, entry: Json, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  any JSON
    name = one if isinstance(one, str) else f"{one['type']}.{one['index']}"
    return values.get(f"{name}.{entry['property']}")


def _is_every(name: str) -> bool:
    return '["ALL"]' in name


def _ids(name: str, parts: Mapping[str, Sequence[str]]) -> list[Any]:
    if not name.startswith("{"):
        return [name]
    pattern = json.loads(name)
    if not _is_every(name):
        return [pattern]
    return [{"index": index, "type": pattern["type"]} for index in parts.get(pattern["type"], ())]
