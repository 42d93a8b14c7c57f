"""Runs `deskpulse` in a process that may write no file, whoever it runs as; what tries is told on standard error."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, Final

WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING: Final = frozenset({
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.mkfifo", "os.mknod", "os.remove", "os.rename", "os.rmdir",
    "os.setxattr", "os.symlink", "os.truncate", "os.utime", "sqlite3.connect", "tempfile.mkdtemp", "tempfile.mkstemp",
})  # fmt: skip
DEVICES: Final = ("/dev/",)


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise what a file system that is mounted to be read raises."""
    if event == "open":
        path, _mode, flags = arguments
        if isinstance(path, int) or not flags & WRITING or str(path).startswith(DEVICES):
            return
    elif event not in CHANGING:
        return
    os.write(2, f"tried to write: {event} {arguments!r}\n".encode())
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(arguments[0]))


if __name__ == "__main__":
    from stream.tools.cli.main import main

    sys.addaudithook(refuse)
    main(sys.argv[1:])
