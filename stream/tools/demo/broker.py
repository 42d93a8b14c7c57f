"""The broker in the box: librdkafka's mock cluster, which the confluent-kafka wheel brings along.

It speaks enough Kafka for a demo and listens on 127.0.0.1 only. Of each partition it keeps the newest 5 MB or 100,000
records, in memory; it has no transactions. Nothing that Deskpulse promises rests on it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

import confluent_kafka.cimpl

from stream.core.events import DEAD_TOPIC, TOPICS
from stream.errors import BrokerError

PARTITIONS: Final = 4

_PRODUCER: Final = 0
_CONF_OK: Final = 0
_ERROR_SIZE: Final = 512
_POINTER: Final = ctypes.c_void_p


class EmbeddedBroker:
    """A Kafka of one broker inside this process; at most one client process per group member may use it.

    Attributes:
        address: `host:port`, as clients want it.
    """

    def __init__(self, topics: Sequence[str] = (*TOPICS, DEAD_TOPIC), partitions: int = PARTITIONS) -> None:
        self._library = _library()
        error = ctypes.create_string_buffer(_ERROR_SIZE)
        conf = self._library.rd_kafka_conf_new()
        if self._library.rd_kafka_conf_set(conf, b"log_level", b"0", error, _ERROR_SIZE) != _CONF_OK:
            raise BrokerError(f"the embedded broker refuses its settings: {error.value.decode()}")
        # The cluster hangs on a client handle, which itself connects to nothing.
        self._handle = self._library.rd_kafka_new(_PRODUCER, conf, error, _ERROR_SIZE)
        if not self._handle:
            raise BrokerError(f"the embedded broker does not start: {error.value.decode()}")
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._handle, 1)
        if not self._cluster:
            raise BrokerError("the embedded broker does not start: no free port on 127.0.0.1?")
        # A real broker waits for more members to join a new group; here there is one.
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        for topic in topics:
            if self._library.rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1) != 0:
                raise BrokerError(f"the embedded broker refuses the topic {topic}")
        self.address: str = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and forget everything; a second call does nothing."""
        if self._handle:
            self._library.rd_kafka_mock_cluster_destroy(self._cluster)
            self._library.rd_kafka_destroy(self._handle)
            self._handle = self._cluster = None


def _library() -> ctypes.CDLL:
    # A symbol is looked up in the extension module and in what it is linked with, so librdkafka needs no path here.
    library = ctypes.CDLL(confluent_kafka.cimpl.__file__)
    text, integer = ctypes.c_char_p, ctypes.c_int
    signatures: dict[str, tuple[object, list[object]]] = {
        "rd_kafka_conf_new": (_POINTER, []),
        "rd_kafka_conf_set": (integer, [_POINTER, text, text, text, ctypes.c_size_t]),
        "rd_kafka_new": (_POINTER, [integer, _POINTER, text, ctypes.c_size_t]),
        "rd_kafka_destroy": (None, [_POINTER]),
        "rd_kafka_mock_cluster_new": (_POINTER, [_POINTER, integer]),
        "rd_kafka_mock_cluster_destroy": (None, [_POINTER]),
        "rd_kafka_mock_cluster_bootstraps": (text, [_POINTER]),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [_POINTER, ctypes.c_int32]),
        "rd_kafka_mock_topic_create": (integer, [_POINTER, text, integer, integer]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name, None)
        if function is None:
            raise BrokerError(
                f"the librdkafka of confluent-kafka {confluent_kafka.__version__} has no {name}, so it cannot be the "
                f"broker in the box; install the wheel: pip install --force-reinstall confluent-kafka"
            )
        function.restype = result
        function.argtypes = arguments
    return library
