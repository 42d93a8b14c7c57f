"""The links of an alert: the page of the runbook, the dashboard already filtered, and the tickets themselves."""

from __future__ import annotations

from dataclasses import dataclass

from stream.tools.rules.rule import Alert

QUEUE_IN_WORDS = "{{ with $labels.queue }}queue {{ . }}{{ else }}the desk{{ end }}"
"""What an alert calls its queue, in the middle of a sentence."""
_QUEUE = "{{ with $labels.queue }}?%s={{ . | urlquery }}{{ end }}"


@dataclass(frozen=True, slots=True)
class Links:
    """Where things are, as seen by the person who is called; the defaults are those of the compose file.

    Attributes:
        grafana: address of Grafana.
        worker: address of a worker's API.
        runbook: address of the runbook.
    """

    grafana: str = "http://localhost:3000"
    worker: str = "http://localhost:8000"
    runbook: str = "http://localhost:9095/runbook"

    def of(self, alert: Alert) -> dict[str, str]:
        """Return the annotations that lead on from an alert."""
        board = f"{self.grafana}/d/deskpulse-{alert.dashboard}"
        found = {
            "runbook_url": f"{self.runbook}#{alert.name.lower()}",
            "dashboard_url": board + (_QUEUE % "var-queue" if alert.has_queue else ""),
        }
        if alert.has_queue:
            found["at_risk_url"] = f"{self.worker}/api/at-risk" + _QUEUE % "queue"
        return found
