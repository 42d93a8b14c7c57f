"""Messages: events with the disorder of real ones."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import pytest

from stream.core.events import TOPICS, decode
from stream.core.times import parse_rfc3339
from stream.errors import EventError
from stream.tools.demo.desk import simulate
from stream.tools.demo.messages import BREAKAGES, Message, encode, messages

MORNING = parse_rfc3339("2026-03-02T08:00:00+01:00")


@pytest.fixture(scope="module")
def sent() -> list[Message]:
    """The first messages of a morning."""
    return list(islice(messages(simulate(MORNING)), 20_000))


def test_messages_go_where_their_events_belong(sent: list[Message]) -> None:
    """Topic and key are those of the event, and no event lies after the record's own time."""
    for message in sent:
        try:
            event = decode(message.value)
        except EventError:
            continue
        assert event is not None
        assert (event.topic, event.key) == (message.topic, message.key)
        assert event.at <= message.at


def test_messages_are_sent_in_order_of_time(sent: list[Message]) -> None:
    """The sender never has to go back."""
    assert all(before.at <= after.at for before, after in pairwise(sent))


def test_some_come_twice_some_late_and_a_few_are_broken(sent: list[Message]) -> None:
    """About 1 % come twice, about 1 % late, about 0.1 % are no events, and all topics have some."""
    late = broken = 0
    ids: Counter[str] = Counter()
    for message in sent:
        try:
            event = decode(message.value)
        except EventError:
            broken += 1
            continue
        assert event is not None
        ids[event.event_id] += 1
        late += event.at < message.at and ids[event.event_id] == 1
    assert 0.005 < sum(count > 1 for count in ids.values()) / len(sent) < 0.015
    assert 0.005 < late / len(sent) < 0.015
    assert 0.0003 < broken / len(sent) < 0.003
    assert set(TOPICS) == {message.topic for message in sent}


def test_disorder_is_decided_by_the_seed() -> None:
    """The same seed sends the same bytes at the same times."""
    first, again, other = (list(islice(messages(simulate(MORNING), seed), 3_000)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("breakage", "reason"),
    list(zip(BREAKAGES, ("not_json", "naive_time", "missing_field", "wrong_type", "not_utf8"), strict=True)),
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_broken_is_refused_for_its_reason(breakage: object, reason: str) -> None:
    """Every kind of broken message is a dead letter of its own kind, whatever event it was made of."""
    assert callable(breakage)
    for _, event in islice(simulate(MORNING), 300):
        assert decode(encode(event)) is not None
        with pytest.raises(EventError) as refused:
            decode(breakage(event))
        assert reason == refused.value.reason
