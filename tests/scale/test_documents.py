"""What docs/scaling.md gives to copy: manifests of Kubernetes and a configuration of Prometheus."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from stream.tools.cli.worker import worker
from tests.conftest import ROOT, leave_out

BLOCKS = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/scaling.md").read_text(), re.DOTALL | re.MULTILINE)
MANIFESTS: dict[str, dict[str, Any]] = {
    found["kind"]: found for block in BLOCKS for found in yaml.safe_load_all(block) if "kind" in found
}
POD: dict[str, Any] = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
ENVIRONMENT: dict[str, str] = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}


@pytest.mark.parametrize("kind", ["Deployment", "PodDisruptionBudget"])
def test_kubernetes_accepts_a_manifest(kind: str) -> None:
    """It agrees with the schema of its kind, and has no field that Kubernetes would ignore."""
    kubernetes_validate.validate(MANIFESTS[kind], "1.33", strict=True)


def test_whatever_selects_the_workers_selects_them() -> None:
    """Deployment, budget and Prometheus look for the label that the pods have, and the job has its value as name."""
    (labels,) = [{"app.kubernetes.io/name": "deskpulse"}]
    assert labels == MANIFESTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert [labels] * 3 == [manifest["spec"]["selector"]["matchLabels"] for manifest in MANIFESTS.values()]
    assert "app.kubernetes.io/name" == MANIFESTS["PodMonitor"]["spec"]["jobLabel"]
    ports = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}
    asked = {endpoint["port"] for endpoint in MANIFESTS["PodMonitor"]["spec"]["podMetricsEndpoints"]}
    assert ({"web": 8000}, {"web"}) == (ports, asked)


def test_a_pod_has_no_rights_that_it_does_not_need() -> None:
    """It is not root, cannot become it, writes to an empty folder only, and knows nothing of the cluster."""
    assert {"runAsNonRoot": True, "runAsUser": 10001} == {
        name: POD["securityContext"][name] for name in ("runAsNonRoot", "runAsUser")
    }
    wanted = {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert wanted == CONTAINER["securityContext"]
    assert (False, False) == (POD["automountServiceAccountToken"], POD["enableServiceLinks"])
    assert {"/tmp"} == {mount["mountPath"] for mount in CONTAINER["volumeMounts"] if not mount.get("readOnly")}


def test_probes_ask_what_they_must() -> None:
    """Alive is whose process answers, ready is who has read all; one failure is no reason."""
    paths = {name: CONTAINER[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"} == paths
    assert {"web"} == {CONTAINER[name]["httpGet"]["port"] for name in paths}
    assert min(CONTAINER[name]["failureThreshold"] for name in paths) > 1


def test_its_options_are_those_of_a_worker_and_its_secrets_are_files() -> None:
    """Each variable is one that `deskpulse worker` reads, none holds a secret, and each file lies in a volume."""
    known = {param.envvar for param in worker.params}
    assert set() == ENVIRONMENT.keys() - known
    assert [] == [name for name in ENVIRONMENT if re.search(r"(PASSWORD|TOKEN)$", name)]
    mounts = [mount["mountPath"] for mount in CONTAINER["volumeMounts"]]
    files = [value for value in ENVIRONMENT.values() if value.startswith("/")]
    assert (3, []) == (len(files), [file for file in files if str(Path(file).parent) not in mounts])


def test_prometheus_asks_every_process(tmp_path: Path) -> None:
    """The ports of `--processes 3` follow one another, and promtool accepts the configuration."""
    (block,) = [block for block in BLOCKS if "scrape_configs" in block]
    (job,) = yaml.safe_load(block)["scrape_configs"]
    assert "--processes 3" in (ROOT / "docs/scaling.md").read_text()
    assert ("deskpulse", [f"localhost:{8000 + number}" for number in range(3)]) == (
        job["job_name"],
        job["static_configs"][0]["targets"],
    )
    if shutil.which("promtool") is None:
        leave_out("promtool is not installed, so the configuration was not checked")
    path = tmp_path / "prometheus.yml"
    path.write_text(block)
    subprocess.run(["promtool", "check", "config", str(path)], check=True, capture_output=True)
