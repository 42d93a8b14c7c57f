"""The quick way of decoding against the models: it may refuse more, and never takes anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from stream.core.events import ADAPTER
from stream.core.events.wire import REFUSALS, WIRES, decode_wire

MODELS = {wire.type: model for model, wire in WIRES.items()}

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.just("x" * 257),
    st.lists(st.text(max_size=2), max_size=2),
    st.sampled_from(
        [
            *("new", "open", "solved", "customer", "agent", "bot", "system", "queue", "public", "internal"),
            *("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.5+02:00", "2026-03-02T09:00:00", "2026-02-30T09:00:00Z"),
        ]
    ),
)


def sound(kind: str) -> dict[str, Any]:
    """Return a message of this type with every field that it must have."""
    fields = {"author": "agent", "visibility": "public", "status": "open", "occurred_at": "2026-03-02T09:00:00Z"}
    needed = (name for name, info in MODELS[kind].model_fields.items() if info.is_required())
    return {name: fields.get(name, "x") for name in needed} | {"type": kind}


@pytest.mark.parametrize("kind", sorted(MODELS))
@given(data=st.data())
def test_structs_agree_with_the_models(kind: str, data: st.DataObject) -> None:
    """Whatever a struct takes, its model takes, and both say the same of every field."""
    names = sorted(MODELS[kind].model_fields)
    message = sound(kind) | data.draw(st.dictionaries(st.sampled_from([*names, "mood"]), values, max_size=3))
    for name in data.draw(st.sets(st.sampled_from(names), max_size=1)):
        message.pop(name, None)
    raw = json.dumps(message).encode()
    try:
        quick = decode_wire(raw)
    except REFUSALS:
        return  # the model decides, as it does for every event that has no struct
    model = ADAPTER.validate_json(raw)
    assert quick.type == model.type
    for name in names:
        told = getattr(quick, name)
        assert (None if told is UNSET else told) == getattr(model, name), name
    assert (quick.at, quick.key, quick.topic) == (model.at, model.key, model.topic)


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_sound_messages_take_the_quick_way(kind: str) -> None:
    """A message with all that it must have is taken by its struct: the quick way is the usual one."""
    assert decode_wire(json.dumps(sound(kind)).encode()).type == kind
