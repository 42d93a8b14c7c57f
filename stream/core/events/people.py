"""Events of surveys, agents and customers: what people say, do and pay."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from stream.core.events.base import Event, Identifier

Money = Annotated[FiniteFloat, Field(ge=0, le=1e12)]
Score = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]


class SurveyAnswered(Event):
    """A survey's answer about one ticket, contact or agent; its score lies on its own scale."""

    topic: ClassVar[str] = "support.surveys"
    type: Literal["survey.answered"]
    subject_id: Identifier
    kind: Literal["csat", "nps", "ces", "qa", "enps"]
    score: Score
    scale_min: Score
    scale_max: Score
    queue: Identifier | None = None
    channel: Identifier | None = None
    agent_id: Identifier | None = None

    @property
    def key(self) -> str:
        """The id of what the survey is about."""
        return self.subject_id

    @model_validator(mode="after")
    def _score_on_scale(self) -> Self:
        if not self.scale_min < self.scale_max:
            msg = f"scale_min {self.scale_min:g} is not below scale_max {self.scale_max:g}"
            raise ValueError(msg)
        if not self.scale_min <= self.score <= self.scale_max:
            msg = f"score {self.score:g} is outside its scale {self.scale_min:g} to {self.scale_max:g}"
            raise ValueError(msg)
        if self.kind in {"nps", "enps"} and (self.scale_min, self.scale_max) != (0, 10):
            msg = f"{self.kind} is asked on the scale 0 to 10, not {self.scale_min:g} to {self.scale_max:g}"
            raise ValueError(msg)
        return self


class AgentStateChanged(Event):
    """An agent's state and the queues that the agent serves."""

    topic: ClassVar[str] = "support.agents"
    type: Literal["agent.state_changed"]
    agent_id: Identifier
    queues: Annotated[tuple[Identifier, ...], Field(max_length=1_000)]
    state: Literal["offline", "available", "busy", "break", "wrap_up"]
    capacity: Annotated[int, Field(ge=0, le=10_000)] | None = None

    @property
    def key(self) -> str:
        """The agent's id."""
        return self.agent_id


class CustomerChanged(Event):
    """A customer came, went or changed the plan."""

    topic: ClassVar[str] = "support.customers"
    type: Literal["customer.changed"]
    customer_id: Identifier
    status: Literal["active", "lost"]
    plan_value: Money | None = None
    kind: Literal["recurring", "expansion", "contracted"] | None = None

    @property
    def key(self) -> str:
        """The customer's id."""
        return self.customer_id
