"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import reduce, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stream.core.policy import Policy, default_policy, load_policy
from stream.core.times import parse_duration, parse_rfc3339
from stream.errors import UsageError

if TYPE_CHECKING:
    from stream.errors import EventError

LONGEST_SECRET: Final = 4_096
"""Bytes of a file with a password or a token; a larger one is another file."""


class Instant(click.ParamType):
    """An RFC 3339 time with an offset, as microseconds since the epoch."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the time or say what is expected."""
        try:
            return value if isinstance(value, int) else parse_rfc3339(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Span(click.ParamType):
    """A duration such as 90m, as microseconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the duration or say what is expected."""
        try:
            micros = value if isinstance(value, int) else parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if micros <= 0:
            self.fail(f"{value!r} is no time at all; expected more than 0", param, ctx)
        return micros


def option(name: str, **more: Any) -> Callable[[Any], Any]:
    """Return a click option that is DESKPULSE_… in the environment as well."""
    more.setdefault("show_default", "default" in more)
    variable = "DESKPULSE_" + name.partition("/")[0].removeprefix("--").upper().replace("-", "_")
    return click.option(name, envvar=variable, **more)


def connects_to_kafka(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a connection; it takes them as `kafka`, the arguments of `Connection`."""
    options = (
        option("--brokers", metavar="HOST:PORT,…", required=True, help="Brokers of the Kafka cluster."),
        option(
            "--kafka-security-protocol", metavar="NAME", default="PLAINTEXT", help="Or SSL, SASL_PLAINTEXT, SASL_SSL."
        ),
        option(
            "--kafka-sasl-mechanism", metavar="NAME", default="SCRAM-SHA-512", help="Or SCRAM-SHA-256, PLAIN."
        ),
        option("--kafka-user", metavar="NAME", help="User to log in as, with SASL."),
        option("--kafka-password-file", metavar="FILE", help="Its password; or set DESKPULSE_KAFKA_PASSWORD."),
        option("--kafka-ca-file", metavar="FILE", help="Authorities of the brokers' certificates; else the system's."),
        option("--kafka-cert-file", metavar="FILE", help="Certificate to show to the brokers."),
        option("--kafka-key-file", metavar="FILE", help="Its private key, where it is in another file."),
        option(
            "--kafka-verify-hostname/--no-kafka-verify-hostname", default=True,
            help="A broker's certificate must name its host.",
        ),
    )  # fmt: skip

    @wraps(command)
    def connected(
        brokers: str,
        kafka_security_protocol: str,
        kafka_sasl_mechanism: str,
        kafka_user: str | None,
        kafka_password_file: str | None,
        kafka_ca_file: str | None,
        kafka_cert_file: str | None,
        kafka_key_file: str | None,
        kafka_verify_hostname: bool,
        **more: Any,
    ) -> Any:
        kafka = {
            "brokers": tuple(part.strip() for part in brokers.split(",") if part.strip()),
            "protocol": kafka_security_protocol.upper(),
            "mechanism": kafka_sasl_mechanism.upper(),
            "user": kafka_user,
            "password": read_secret("DESKPULSE_KAFKA_PASSWORD", "--kafka-password-file", kafka_password_file),
            "ca_file": kafka_ca_file,
            "cert_file": kafka_cert_file,
            "key_file": kafka_key_file,
            "verify_hostname": kafka_verify_hostname,
        }
        return command(kafka=kafka, **more)

    return reduce(lambda made, one: one(made), reversed(options), connected)


def guards_its_web(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of who may ask its web server; it takes them as `access`, arguments of `Access`."""
    options = (
        option("--web-user", metavar="NAME", help="User that must log in to ask anything but /healthz."),
        option("--web-password-file", metavar="FILE", help="Its password; or set DESKPULSE_WEB_PASSWORD."),
        option("--web-token-file", metavar="FILE", help="Bearer token that is taken, too; or set DESKPULSE_WEB_TOKEN."),
        option("--web-cert-file", metavar="FILE", help="Certificate of the web server: it speaks HTTPS then."),
        option("--web-key-file", metavar="FILE", help="Its private key, where it is in another file."),
    )

    @wraps(command)
    def guarded(
        web_user: str | None,
        web_password_file: str | None,
        web_token_file: str | None,
        web_cert_file: str | None,
        web_key_file: str | None,
        **more: Any,
    ) -> Any:
        access = {
            "user": web_user,
            "password": read_secret("DESKPULSE_WEB_PASSWORD", "--web-password-file", web_password_file),
            "token": read_secret("DESKPULSE_WEB_TOKEN", "--web-token-file", web_token_file),
            "cert_file": web_cert_file,
            "key_file": web_key_file,
        }
        return command(access=access, **more)

    return reduce(lambda made, one: one(made), reversed(options), guarded)


def read_secret(variable: str, option_name: str, path: str | None) -> str | None:
    """Return a secret from a file or from the environment, and None where neither has one.

    No option takes the secret itself: the command line of a process is there for all to read.

    Args:
        variable: name in the environment.
        option_name: the option that gave the file.
        path: the file; a line end after the secret is not part of it.

    Raises:
        UsageError: both are given, or the file cannot be read or holds no secret.
    """
    given = os.environ.get(variable) or None
    if path is None:
        return given
    if given is not None:
        raise UsageError(f"{option_name} and {variable} are both given; expected one of them")
    try:
        with Path(path).open("rb") as file:
            secret = file.read(LONGEST_SECRET + 1).decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise UsageError(f"{option_name} {path}: {error.strerror}; expected a file with one secret") from None
    except UnicodeDecodeError:
        raise UsageError(f"{option_name} {path}: not UTF-8; expected a file with one secret") from None
    if not secret or len(secret) > LONGEST_SECRET or "\n" in secret:
        raise UsageError(
            f"{option_name} {path}: expected one line that is not empty, of at most {LONGEST_SECRET} bytes"
        )
    return secret


def read_policy(path: str | None) -> Policy:
    """Return the policy in a file (`-`: standard input), or the default one.

    Raises:
        UsageError: the file cannot be read.
        PolicyError: it is no valid policy.
    """
    if path is None:
        return default_policy()
    try:
        with click.open_file(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; expected a policy file") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is not UTF-8; expected a policy file in YAML") from None
    return load_policy(text, path)


def tell_refused(path: str, shown: int = 5) -> Any:
    """Return a function that says on standard error which lines are no events: the first few, one line each."""
    told = 0

    def tell(number: int, error: EventError) -> None:
        nonlocal told
        told += 1
        if told <= shown:
            click.echo(f"{path}:{number}: {error}", err=True)
        elif told == shown + 1:
            click.echo(f"{path}:{number}: and more; only their number is shown from here on", err=True)

    return tell
