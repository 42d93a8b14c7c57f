"""What a broker refuses for good, and what helps."""

from __future__ import annotations

from typing import Final

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
HOPELESS: Final = (
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    PolicyViolationError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    *TOO_LARGE,
)
"""Refusals that no repetition will change."""


def kind_of(error: BaseException) -> str:
    """Return the kind of an error as a person reads it: `TopicAuthorizationFailed`."""
    return type(error).__name__.removesuffix("Error")
