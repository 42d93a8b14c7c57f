"""Who may ask the web server, and the certificate that it shows."""

from __future__ import annotations

import base64
import binascii
import hmac
import ssl
from dataclasses import dataclass, field
from hashlib import sha256

from stream.edge.certificates import show
from stream.errors import UsageError


@dataclass(frozen=True, slots=True)
class Access:
    """A user with a password, a bearer token, either of them, or nobody's leave at all.

    Attributes:
        user: the name to log in with by basic authentication.
        password: of the user. It is in no text that this object gives, and neither is the token.
        token: bearer token that is taken.
        cert_file: certificate of the server, PEM; it speaks HTTP where absent.
        key_file: its private key, PEM; absent where it stands in `cert_file`.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    cert_file: str | None = None
    key_file: str | None = None

    def __post_init__(self) -> None:
        if self.user and not self.password:
            raise UsageError("--web-user has no password: give DESKPULSE_WEB_PASSWORD or --web-password-file")
        if self.password and not self.user:
            raise UsageError("a password of the web server is given, but no user: give --web-user")
        if ":" in (self.user or ""):
            raise UsageError(f"--web-user {self.user!r}: basic authentication knows no name with a colon")
        if self.key_file and not self.cert_file:
            raise UsageError(f"--web-key-file {self.key_file}: its certificate is missing; give --web-cert-file")

    @property
    def is_guarded(self) -> bool:
        """Whether anything must be proven at all."""
        return bool(self.user or self.token)

    @property
    def challenge(self) -> str:
        """What a `WWW-Authenticate` header tells of the ways in."""
        ways = ['Basic realm="deskpulse", charset="UTF-8"'] if self.user else []
        return ", ".join(ways + (['Bearer realm="deskpulse"'] if self.token else []))

    def admits(self, authorization: str) -> bool:
        """Whether an `Authorization` header gives leave; its time tells nothing of how much of it is right."""
        scheme, _, given = authorization.partition(" ")
        offered = given.strip().encode("utf-8", "surrogateescape")
        if scheme.lower() == "bearer" and self.token:
            return _same(offered, self.token.encode())
        if scheme.lower() == "basic" and self.user:
            try:
                pair = base64.b64decode(offered, validate=True)
            except binascii.Error:
                return False
            return _same(pair, f"{self.user}:{self.password}".encode())
        return not self.is_guarded

    def context(self) -> ssl.SSLContext | None:
        """Return what the server speaks TLS with; None where it speaks HTTP.

        Raises:
            UsageError: a file cannot be used.
        """
        if self.cert_file is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        show(context, "--web", self.cert_file, self.key_file)
        return context


def _same(offered: bytes, right: bytes) -> bool:
    # Of digests, so that their length says nothing either.
    return hmac.compare_digest(sha256(offered).digest(), sha256(right).digest())
