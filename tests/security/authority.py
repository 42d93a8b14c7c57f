"""An authority of the tests, made by the machine's openssl, and the certificates that it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple


class Pair(NamedTuple):
    """Files of a certificate and its private key, PEM."""

    cert: Path
    key: Path


class Authority:
    """Signs certificates; all files lie in its folder.

    Attributes:
        pair: its own certificate and key.
    """

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self.pair = self._make(name, [], ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"])

    def sign(self, name: str, *names: str) -> Pair:
        """Return a certificate for names such as `IP:127.0.0.1`, for servers and clients alike."""
        signer = ["-CA", str(self.pair.cert), "-CAkey", str(self.pair.key)]
        extensions = ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth,clientAuth"]
        return self._make(name, signer, [*extensions, *([f"subjectAltName={','.join(names)}"] if names else [])])

    def _make(self, name: str, signer: list[str], extensions: list[str]) -> Pair:
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        options = [word for extension in extensions for word in ("-addext", extension)]
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-days", "30", "-subj", f"/CN={name}", "-out", str(pair.cert), "-keyout", str(pair.key)]
        said = subprocess.run([*command, *signer, *options], capture_output=True, text=True, check=False)
        assert 0 == said.returncode, said.stderr
        return pair
