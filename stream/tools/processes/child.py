"""A child: gets ready, waits for the word to go, and ends when its parent does, however that ends.

Its standard input is a pipe from the parent. The first line is the word to go, and holds the arguments that were not
known before, as JSON; the end of the pipe is the end of the parent, be it killed.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import time
from queue import SimpleQueue
from typing import Final, NoReturn

STANDARD_INPUT: Final = 0
GRACE_S: Final = 3.0
"""What the end may take once the parent is gone: as long as a worker takes at most to leave its group."""
NEEDED: Final = {
    "broker": ("stream.tools.demo.broker",),
    "generate": ("stream.tools.cli.generate", "stream.tools.demo.generator"),
    "worker": ("stream.tools.cli.worker", "stream.core.shard", "stream.edge.pipeline", "stream.edge.web"),
}
"""What each process imports while others prepare its work."""


def main(arguments: list[str]) -> NoReturn:
    """Run the broker, or a command of `deskpulse` with its arguments."""
    word: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(word,), daemon=True).start()
    for module in NEEDED.get(arguments[0], ()):
        importlib.import_module(module)
    told: list[str] = json.loads(word.get())
    if arguments[0] == "broker":
        _serve_broker()
    from stream.tools.cli.main import main as run  # noqa: PLC0415  the broker needs none of it

    run([*arguments, *told])


def _serve_broker() -> NoReturn:
    from stream.tools.demo.broker import EmbeddedBroker  # noqa: PLC0415  the others need none of it

    with EmbeddedBroker() as broker:
        print(f"broker at {broker.address}", flush=True)  # noqa: T201  the parent reads it
        while True:
            signal.pause()


def _listen(word: SimpleQueue[bytes]) -> None:
    heard = b""
    while read := os.read(STANDARD_INPUT, 4_096):
        heard += read
        if heard.endswith(b"\n"):
            word.put(heard)
    if heard:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_S)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
