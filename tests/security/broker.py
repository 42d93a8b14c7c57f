"""A broker that lets nobody in without a password over TLS, and allows nobody what is not on its list."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from tests.kafka import Cluster, Guarded, Way
from tests.security.authority import Authority, Pair

OWNER: Final = "owner"
"""May do everything."""
USERS: Final = (OWNER, "deskpulse", "connector")
PASSWORD: Final = "correct;horse=battery,staple"  # with what has a meaning in SCRAM, in JAAS and in files of options
JAAS: Final = "org.apache.kafka.common.security"


class GuardedBroker:
    """A cluster of one node with a listener for each way in.

    Attributes:
        cluster: what tests use as they use it without any guard, by a listener of its own.
        authority: signs; brokers trust it and it signs theirs.
        login: address where a password is asked for, by any mechanism, over TLS.
        mutual: the same, with one mechanism, and a certificate besides.
        certified: where a certificate is enough; its owner is `client`.
        clear: where a password goes over the network as it is.
    """

    def __init__(self, way: Way, folder: Path) -> None:
        self.authority = Authority(folder)
        broker = self.authority.sign("broker", "IP:127.0.0.1")
        login = _listener("LOGIN", broker, self.authority, "requested", ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"))
        mutual = _listener("MUTUAL", broker, self.authority, "required", ("SCRAM-SHA-512",))
        certified = _listener("CERTIFIED", broker, self.authority, "required", ())._replace(protocol="SSL")
        clear = _listener("CLEAR", broker, self.authority, "none", ("PLAIN",))._replace(protocol="SASL_PLAINTEXT")
        self.cluster = Cluster(
            way,
            folder / "nodes",
            guarded=(login, mutual, certified, clear),
            authorizer_class_name="org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            # The listener without a guard is that of the tests themselves.
            super_users=f"User:ANONYMOUS;User:{OWNER};User:CN=client",
        )
        self.login, self.mutual, self.certified, self.clear = (
            self.cluster.guarded[name][0] for name in ("LOGIN", "MUTUAL", "CERTIFIED", "CLEAR")
        )

    def enrol(self) -> None:
        """Give every user the password, for SCRAM; PLAIN has it in the broker's properties."""
        admin = self._admin()
        for mechanism in (
            ScramMechanism.SCRAM_SHA_256,
            ScramMechanism.SCRAM_SHA_512,
        ):  # one at a time, as Kafka wants it
            told = ScramCredentialInfo(mechanism, 4_096)
            wanted = [UserScramCredentialUpsertion(user, told, PASSWORD.encode()) for user in USERS]
            for answer in admin.alter_user_scram_credentials([*wanted]).values():
                answer.result(timeout=60)

    def allow(self, rights: list[AclBinding]) -> None:
        """Allow this and nothing else."""
        admin = self._admin()
        whatever: Any = None  # which the library takes, and its types do not know
        everything = AclBindingFilter(
            ResourceType.ANY, whatever, ResourcePatternType.ANY, whatever, whatever, AclOperation.ANY,
            AclPermissionType.ANY,
        )  # fmt: skip
        for gone in admin.delete_acls([everything]).values():
            gone.result(timeout=60)
        for answer in (admin.create_acls(rights) if rights else {}).values():
            answer.result(timeout=60)

    def _admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.cluster.bootstrap, "log_level": 0})


def _listener(name: str, pair: Pair, trusted: Authority, client: str, mechanisms: tuple[str, ...]) -> Guarded:
    properties = {
        "ssl.client.auth": client,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": _on_one_line(pair.cert),
        "ssl.keystore.key": _on_one_line(pair.key),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": _on_one_line(trusted.pair.cert),
        "sasl.enabled.mechanisms": ",".join(mechanisms),
    }
    known = " ".join(f'user_{user}="{PASSWORD}"' for user in USERS)
    for mechanism in mechanisms:
        module = "plain.PlainLoginModule" if mechanism == "PLAIN" else "scram.ScramLoginModule"
        more = f" {known}" if mechanism == "PLAIN" else ""
        properties[f"{mechanism.lower()}.sasl.jaas.config"] = f"{JAAS}.{module} required{more};"
    return Guarded(name, properties)


def _on_one_line(path: Path) -> str:
    # A file of Java properties reads the two characters as the end of a line.
    return path.read_text().strip().replace("\n", "\\n")
