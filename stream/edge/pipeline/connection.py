"""How every client reaches Kafka: which brokers, over what, as whom; and what a broker that refuses is told to mean."""

from __future__ import annotations

import logging
import ssl
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiokafka.conn import create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from stream.edge.certificates import show, trust
from stream.errors import BrokerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("deskpulse.worker")

PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
CHECK_MS: Final = 10_000
OTHER_NAME: Final = (62, 64)
"""OpenSSL's numbers of a certificate that was made for another host name or another address."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Brokers, and what a client proves to them and wants proven by them.

    Attributes:
        brokers: `host:port` of one or more brokers of the cluster.
        protocol: one of `PROTOCOLS`.
        mechanism: one of `MECHANISMS`; counts with SASL only.
        user: the name to log in with; with SASL only.
        password: of the user. It is in no text that this object gives.
        ca_file: authorities that the brokers' certificates are trusted by, PEM; those of the system where absent.
        cert_file: certificate to show to the brokers, PEM.
        key_file: its private key, PEM; absent where it stands in `cert_file`.
        verify_hostname: a broker's certificate must name the host that was asked for.
    """

    brokers: tuple[str, ...]
    _: KW_ONLY
    protocol: str = "PLAINTEXT"
    mechanism: str = "SCRAM-SHA-512"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    verify_hostname: bool = True

    def __post_init__(self) -> None:
        for broker in self.brokers:
            _check_address(broker)
        if not self.brokers:
            raise UsageError("no broker: --brokers expects host:port, several of them parted by commas")
        if self.protocol not in PROTOCOLS:
            raise UsageError(f"--kafka-security-protocol {self.protocol!r}: expected one of {', '.join(PROTOCOLS)}")
        if self.mechanism not in MECHANISMS:
            raise UsageError(f"--kafka-sasl-mechanism {self.mechanism!r}: expected one of {', '.join(MECHANISMS)}")
        if self.has_sasl and (not self.user or not self.password):
            raise UsageError(
                f"{self.protocol} needs a user and a password: give --kafka-user, and DESKPULSE_KAFKA_PASSWORD or "
                f"--kafka-password-file"
            )
        if not self.has_sasl and (self.user or self.password):
            raise UsageError(
                f"a Kafka user or password is given, but --kafka-security-protocol {self.protocol} uses none; "
                f"SASL_SSL does"
            )
        if not self.has_tls and (self.ca_file or self.cert_file or self.key_file or not self.verify_hostname):
            raise UsageError(
                f"options for Kafka's certificates are given, but --kafka-security-protocol {self.protocol} uses "
                f"none; SSL and SASL_SSL do"
            )
        if self.key_file and not self.cert_file:
            raise UsageError(f"--kafka-key-file {self.key_file}: its certificate is missing; give --kafka-cert-file")

    @property
    def has_sasl(self) -> bool:
        """Whether a client logs in with a password."""
        return self.protocol.startswith("SASL_")

    @property
    def has_tls(self) -> bool:
        """Whether the way to the brokers is encrypted."""
        return self.protocol.endswith("SSL")

    @property
    def address(self) -> str:
        """The brokers as a person reads them."""
        return ", ".join(self.brokers)

    def options(self) -> dict[str, Any]:
        """Return the keyword arguments of every aiokafka client; certificates are read anew each time.

        Raises:
            UsageError: a file of certificates cannot be used.
        """
        return {"bootstrap_servers": list(self.brokers), **self._credentials()}

    async def check(self) -> None:
        """Return where a broker takes this connection, and where none answers: that may change.

        aiokafka's clients tell one error for all that may be wrong, so this asks one connection beforehand.

        Raises:
            BrokerError: brokers refuse for a reason that no repetition will change.
            UsageError: a file of certificates cannot be used.
        """
        credentials = self._credentials()
        if self.protocol == "PLAINTEXT":
            return  # there is nothing to be refused for
        told: str | None = None
        for broker in self.brokers:
            host, _, port = broker.rpartition(":")
            try:
                connection = await create_conn(
                    host.strip("[]"), int(port), client_id="deskpulse-check", request_timeout_ms=CHECK_MS, **credentials
                )
            except (KafkaError, OSError, TimeoutError, ValueError) as error:
                told = told or self._refusal(broker, error)
            else:
                await connection.close()
                self._warn()
                return
        if told is not None:
            raise BrokerError(told)

    def _warn(self) -> None:
        if self.protocol == "SASL_PLAINTEXT" and self.mechanism == "PLAIN":
            log.warning("the password of Kafka's user %s goes over the network as it is; SASL_SSL hides it", self.user)

    def _credentials(self) -> dict[str, Any]:
        options: dict[str, Any] = {"security_protocol": self.protocol}
        if self.has_sasl:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        if self.has_tls:
            options["ssl_context"] = self._context()
        return options

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = self.verify_hostname
        if self.ca_file is None:
            context.load_default_certs()
        else:
            trust(context, "--kafka-ca-file", self.ca_file)
        if self.cert_file is not None:
            show(context, "--kafka", self.cert_file, self.key_file)
        return context

    def _refusal(self, broker: str, error: BaseException) -> str | None:
        """Return what to tell a person of a refusal that is final; None of anything else."""
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLError):
                return _refusal_of_tls(broker, cause)
            if isinstance(cause, SaslAuthenticationFailed):
                return (
                    f"{broker} refuses the Kafka user {self.user!r} with {self.mechanism}: the name or the password is "
                    f"wrong; correct --kafka-user, and DESKPULSE_KAFKA_PASSWORD or --kafka-password-file"
                )
            if isinstance(cause, UnsupportedSaslMechanismError):
                return f"{broker} does not offer {self.mechanism}; choose another --kafka-sasl-mechanism"
            if isinstance(cause, IllegalSaslStateError):
                return (
                    f"{broker} wants no password at this port (it speaks no SASL here); correct "
                    f"--kafka-security-protocol {self.protocol} or the port"
                )
            if isinstance(cause, ValueError):
                return (
                    f"{broker} does not prove that it knows the password of the Kafka user {self.user!r}; make sure "
                    f"that it is the right broker"
                )
        return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _refusal_of_tls(broker: str, error: ssl.SSLError) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in OTHER_NAME:
            return (
                f"the certificate of {broker} is for another host ({error.verify_message.rstrip('.')}); name the "
                f"broker as its certificate does, or give --no-kafka-verify-hostname"
            )
        return (
            f"the certificate of {broker} is not trusted ({error.verify_message}); give the authority that it comes "
            f"from by --kafka-ca-file"
        )
    reason = error.reason or ""
    if "CERTIFICATE" in reason or "UNKNOWN_CA" in reason:
        return f"{broker} refuses this client's certificate ({reason}); give one that it trusts by --kafka-cert-file"
    if reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
        return f"{broker} does not speak TLS at this port ({reason}); correct --kafka-security-protocol or the port"
    return None


def _check_address(broker: str) -> None:
    host, colon, port = broker.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise UsageError(f"--brokers {broker!r}: host:port is expected, such as localhost:9092")
