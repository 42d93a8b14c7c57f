"""Every dashboard by its name."""

from __future__ import annotations

from typing import Final

from stream.tools.dashboards.monitor import monitor
from stream.tools.dashboards.quality import quality
from stream.tools.dashboards.queues import queues
from stream.tools.dashboards.sla import sla
from stream.tools.dashboards.team import team
from stream.tools.dashboards.wall import wall

EVERY: Final = {"wall": wall, "queues": queues, "sla": sla, "quality": quality, "team": team, "monitor": monitor}
