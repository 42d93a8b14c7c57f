"""Store: what a shard has on record in Kafka, written in transactions and read back when the shard is opened."""

from stream.edge.store.ending import at_most
from stream.edge.store.letters import Letter, send_letter
from stream.edge.store.raw import raw_records
from stream.edge.store.reader import load, sizes
from stream.edge.store.refusals import HOPELESS, TOO_LARGE, kind_of
from stream.edge.store.topic import CHECKED, check_state_topic, config_of_new
from stream.edge.store.writer import Places, Writer

__all__ = [
    "CHECKED",
    "HOPELESS",
    "TOO_LARGE",
    "Letter",
    "Places",
    "Writer",
    "at_most",
    "check_state_topic",
    "config_of_new",
    "kind_of",
    "load",
    "raw_records",
    "send_letter",
    "sizes",
]
