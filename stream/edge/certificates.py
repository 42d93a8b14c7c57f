"""Certificates in files, for whoever speaks TLS: read once, and never asked for on a terminal."""

from __future__ import annotations

import ssl
from pathlib import Path

from stream.errors import UsageError

AUTHORITIES = "certificates of authorities in PEM"
PAIR = "a certificate in PEM with its private key, there or in a file of its own, not encrypted"


def trust(context: ssl.SSLContext, option: str, path: str) -> None:
    """Trust the authorities in a file.

    Args:
        context: of a client.
        option: name of the option that gave the file.
        path: certificates in PEM.

    Raises:
        UsageError: the file cannot be read or holds no certificate.
    """
    try:
        context.load_verify_locations(path)
    except OSError as error:
        raise UsageError(_complaint(option, path, error, AUTHORITIES)) from None


def show(context: ssl.SSLContext, option: str, cert: str, key: str | None) -> None:
    """Show a certificate to the other side.

    Args:
        context: of a client or a server.
        option: beginning of the options' names, such as `--kafka`.
        cert: the certificate, its own first and those of the authorities between after it.
        key: its private key; None where it stands in `cert`.

    Raises:
        UsageError: a file cannot be read, or is not what is expected.
    """
    for name, path in ((f"{option}-cert-file", cert), (f"{option}-key-file", key or cert)):
        try:
            Path(path).read_bytes()  # OpenSSL would not say which of the two cannot be read
        except OSError as error:
            raise UsageError(_complaint(name, path, error, PAIR)) from None

    def encrypted() -> str:
        # Without this OpenSSL asks on the terminal, and a worker has none.
        raise UsageError(f"{option}-key-file {key or cert}: the key is encrypted; expected {PAIR}")

    try:
        context.load_cert_chain(cert, key, encrypted)
    except OSError as error:
        raise UsageError(_complaint(f"{option}-cert-file", cert, error, PAIR)) from None


def _complaint(option: str, path: str, error: OSError, expected: str) -> str:
    # OpenSSL names no reason where it finds nothing to read.
    reason = (error.reason or "it is not PEM") if isinstance(error, ssl.SSLError) else error.strerror
    return f"{option} {path}: {reason}; expected {expected}"
