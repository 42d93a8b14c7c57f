"""Events of chats, calls and other live contacts: somebody waits for a human right now."""

from __future__ import annotations

from typing import ClassVar, Literal

from stream.core.events.base import Author, Event, Identifier, Visibility


class ContactEvent(Event):
    """An event of one live contact."""

    topic: ClassVar[str] = "support.chats"
    chat_id: Identifier

    @property
    def key(self) -> str:
        """The contact's id."""
        return self.chat_id


class ChatStarted(ContactEvent):
    """A contact began, with a bot (or a voice menu) or straight in a queue; always folded first."""

    type: Literal["chat.started"]
    channel: Identifier | None = None
    queue: Identifier | None = None
    handled_by: Literal["bot", "queue"] = "queue"
    priority: Identifier | None = None
    customer_tier: Identifier | None = None


class ChatQueued(ContactEvent):
    """The customer starts to wait for a human; a hand-off from the bot is this, too."""

    type: Literal["chat.queued"]
    queue: Identifier | None = None
    channel: Identifier | None = None
    priority: Identifier | None = None


class ChatOffered(ContactEvent):
    """An agent's phone rang."""

    type: Literal["chat.offered"]
    agent_id: Identifier


class ChatMissed(ContactEvent):
    """An agent's phone rang out."""

    type: Literal["chat.missed"]
    agent_id: Identifier


class ChatAccepted(ContactEvent):
    """An agent took the contact."""

    type: Literal["chat.accepted"]
    agent_id: Identifier | None = None


class ChatMessage(ContactEvent):
    """Somebody wrote in the contact."""

    type: Literal["chat.message"]
    author: Author
    visibility: Visibility


class ChatTransferred(ContactEvent):
    """The contact was sent to a queue: a new wait starts there."""

    type: Literal["chat.transferred"]
    queue: Identifier


class ChatAbandoned(ContactEvent):
    """The customer left; an abandonment only while waiting in a queue."""

    type: Literal["chat.abandoned"]


class ChatCallbackRequested(ContactEvent):
    """The customer asked to be called back: the wait ends, nobody abandoned."""

    type: Literal["chat.callback_requested"]


class ChatEnded(ContactEvent):
    """The contact is over."""

    type: Literal["chat.ended"]
    ended_by: Author | None = None
    resolved: bool | None = None


class ChatWrappedUp(ContactEvent):
    """The agent's after-work is over."""

    type: Literal["chat.wrapped_up"]
    ended_by: Author | None = None
    resolved: bool | None = None
