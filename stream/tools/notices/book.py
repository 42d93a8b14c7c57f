"""What came in: each message of Alertmanager, as far as people need it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

KEPT: Final = 200
_ALERT: Final = ("status", "labels", "annotations", "startsAt", "endsAt", "fingerprint")


@dataclass(frozen=True, slots=True)
class Notice:
    """One message.

    Attributes:
        at: when it came.
        receiver: whom it was for.
        status: `firing` or `resolved`.
        queue: of the group; empty where it has none.
        alerts: each with its status, labels and annotations.
    """

    at: str
    receiver: str
    status: str
    queue: str
    alerts: tuple[dict[str, Any], ...]


class Book:
    """The last notices, newest first; may be used by several threads."""

    def __init__(self) -> None:
        self._notices: deque[Notice] = deque(maxlen=KEPT)
        self._lock = Lock()

    def add(self, receiver: str, message: Mapping[str, Any]) -> None:
        """Keep one message of Alertmanager's webhook, version 4.

        Raises:
            ValueError: it is no such message.
        """
        alerts, status = message.get("alerts"), message.get("status")
        if not isinstance(alerts, list) or status not in {"firing", "resolved"}:
            raise ValueError("no message of Alertmanager's webhook: expected status and alerts")
        notice = Notice(
            datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            receiver,
            str(status),
            str(message.get("groupLabels", {}).get("queue", "")),
            tuple({key: alert.get(key) for key in _ALERT} for alert in alerts),
        )
        with self._lock:
            self._notices.appendleft(notice)

    def notices(self) -> list[dict[str, Any]]:
        """Return all that is kept, newest first."""
        with self._lock:
            return [asdict(notice) for notice in self._notices]
