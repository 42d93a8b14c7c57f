"""The page: notices as people read them, and the runbook with a place for every heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; }
article { border-left: 6px solid #888; padding: .2rem 1rem; margin: 1rem 0; background: #f6f6f6; }
article.page.firing { border-color: #b3261e; } article.ticket.firing { border-color: #b26a00; }
article.resolved { border-color: #2e6f40; } small { color: #555; } pre { white-space: pre-wrap; font: inherit; }
"""
_LINKS: Final = (("at_risk_url", "Which tickets"), ("runbook_url", "What to do"), ("dashboard_url", "Dashboard"))


def notices_page(notices: Sequence[dict[str, Any]]) -> str:
    """Return the page of all notices; it looks again every few seconds."""
    body = "".join(map(_notice, notices)) or "<p>Nothing has been sent yet.</p>"
    return _page("What would have been sent", body, refresh=True)


def runbook_page(text: str) -> str:
    """Return a runbook in Markdown as a page whose headings can be linked to."""
    parts = []
    for block in re.split(r"\n{2,}", text):
        if match := re.match(r"(#+) (.+)", block):
            level, title = len(match[1]), match[2]
            slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            parts.append(f'<h{level} id="{escape(slug)}">{escape(title)}</h{level}>')
        else:
            said = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(block))
            parts.append(f"<pre>{said}</pre>")
    return _page("Runbook", "".join(parts))


def _notice(notice: dict[str, Any]) -> str:
    severities = {alert["labels"].get("severity", "") for alert in notice["alerts"]}
    severity = next((one for one in ("page", "ticket", "info") if one in severities), "")
    alerts = "".join(map(_alert, notice["alerts"]))
    head = f"{notice['at']} to {notice['receiver']}: {notice['status']}"
    kind = escape(f"{severity} {notice['status']}")
    return f'<article class="{kind}"><small>{escape(head)}</small>{alerts}</article>'


def _alert(alert: dict[str, Any]) -> str:
    said = alert["annotations"] or {}
    links = " · ".join(
        f'<a href="{escape(said[key])}">{title}</a>'
        for key, title in _LINKS
        if str(said.get(key, "")).startswith(("http://", "https://"))
    )
    summary = escape(str(said.get("summary", alert["labels"].get("alertname", ""))))
    state = "" if alert["status"] == "firing" else " (over)"
    return f"<p><b>{summary}</b>{state}<br>{escape(str(said.get('description', '')))}<br>{links}</p>"


def _page(title: str, body: str, *, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="5">' if refresh else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{again}<title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>\n"
    )
