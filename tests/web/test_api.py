"""Clocks at risk and the stories of subjects, as a called person asks for them."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from stream.core.shard import Shard
from tests.exposition.worker import StillWorker


async def get(client: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
    """Return status and body of a path; every answer here is JSON."""
    async with client.get(path) as answer:
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


async def test_clocks_at_risk_come_soonest_first(client: aiohttp.ClientSession) -> None:
    """Over all shards, what is due first is first, to the fraction of a second."""
    status, rows = await get(client, "/api/at-risk")
    assert 200 == status
    assert [("T1", "breaching"), ("T3", "breaching"), ("T2", "imminent"), ("T4", "imminent")] == [
        (row["subject"], row["state"]) for row in rows
    ]
    assert ["2026-03-02T09:24:30Z", "2026-03-02T09:24:30.5Z"] == [row["due_at"] for row in rows[2:]]


async def test_a_row_names_the_ticket(client: aiohttp.ClientSession) -> None:
    """Subject, clock, deadline, state, time left and link are in each row."""
    _, rows = await get(client, "/api/at-risk")
    expected = {
        "subject": "T1", "kind": "ticket", "clock": "first_response", "queue": "billing", "channel": "email",
        "priority": "high", "due_at": "2026-03-02T09:10:00Z", "state": "breaching", "remaining_s": -600,
        "link": "https://desk.example/t/T1",
    }  # fmt: skip
    assert expected == {key: rows[0][key] for key in expected}


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("queue=sales", ["T2", "T4"]),
        ("queue=", ["T1", "T3", "T2", "T4"]),
        ("queue=nobody", []),
        ("limit=1", ["T1"]),
        ("limit=3", ["T1", "T3", "T2"]),
        ("limit=", ["T1", "T3", "T2", "T4"]),
        ("limit=1000", ["T1", "T3", "T2", "T4"]),
        ("queue=sales&limit=1", ["T2"]),
    ],
)
async def test_the_list_can_be_narrowed(client: aiohttp.ClientSession, query: str, subjects: list[str]) -> None:
    """A queue and a limit narrow the list down; empty ones do not."""
    status, rows = await get(client, f"/api/at-risk?{query}")
    assert (200, subjects) == (status, [row["subject"] for row in rows])


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "ten", "1.5", "1e3", "٣", "9" * 5000, "%20", "+1"])
async def test_a_bad_limit_is_named(client: aiohttp.ClientSession, limit: str) -> None:
    """What is no whole number from 1 to 1000 is refused with a sentence that says so."""
    status, body = await get(client, f"/api/at-risk?limit={limit}")
    assert 400 == status
    assert body["error"].startswith("limit: ")
    assert body["error"].endswith("a whole number from 1 to 1000 is expected")


async def test_only_shards_that_may_be_shown_are_asked(
    client: aiohttp.ClientSession, worker: StillWorker, shards: tuple[Shard, ...]
) -> None:
    """A shard that is not exported names no ticket and tells no story."""
    worker.shown = shards[:1]
    _, rows = await get(client, "/api/at-risk")
    assert ["T1", "T2"] == [row["subject"] for row in rows]
    assert 404 == (await get(client, "/api/subjects/T3"))[0]


async def test_a_subject_is_explained(client: aiohttp.ClientSession, shards: tuple[Shard, ...]) -> None:
    """The story is the very one that `deskpulse explain` tells."""
    assert (200, shards[1].explain("T3")[0]) == await get(client, "/api/subjects/T3")


async def test_kind_tells_a_ticket_from_a_contact(client: aiohttp.ClientSession) -> None:
    """Where a ticket and a contact have the same id, the ticket comes, or what is asked for."""
    for query, kind in (("", "ticket"), ("?kind=ticket", "ticket"), ("?kind=contact", "contact")):
        status, story = await get(client, f"/api/subjects/T1{query}")
        assert (200, "T1", kind) == (status, story["subject"], story["kind"])
    assert 404 == (await get(client, "/api/subjects/T2?kind=contact"))[0]
    status, body = await get(client, "/api/subjects/T1?kind=call")
    assert (400, "kind: 'call'; ticket or contact is expected") == (status, body["error"])


async def test_an_id_may_hold_anything(client: aiohttp.ClientSession) -> None:
    """Slashes, blanks and question marks in an id are read as they were meant."""
    status, story = await get(client, "/api/subjects/a%2Fb%20c%3F")
    assert (200, "a/b c?") == (status, story["subject"])


async def test_an_unknown_subject_is_not_found(client: aiohttp.ClientSession) -> None:
    """The answer names the id and says where it may be."""
    status, body = await get(client, "/api/subjects/T99")
    assert 404 == status
    assert "no ticket or contact 'T99' is held here" in body["error"]
