"""Notices: the page that shows what Alertmanager would have sent, where nothing leaves the machine."""

from stream.tools.notices.server import NoticeServer

__all__ = ["NoticeServer"]
