"""The compose stack, as far as it can be judged without running it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from stream.edge.exposition.names import every_name
from tests.conftest import ROOT, leave_out

COMPOSE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
DASHBOARDS = [json.loads(path.read_text()) for path in sorted((ROOT / "grafana/dashboards").glob("*.json"))]
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def checked(program: str, *arguments: str) -> None:
    """Run a checker, and fail with what it said where it refuses."""
    if shutil.which(program) is None:
        leave_out(f"{program} is not installed, so what it checks was not checked")
    said = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == said.returncode, said.stdout + said.stderr


def test_it_is_a_compose_file() -> None:
    """The file agrees with the schema of the Compose Specification, and with `docker compose config` where that is."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == said.returncode, said.stdout + said.stderr
    plugin = ["docker", "compose", "version"]
    if shutil.which("docker") and subprocess.run(plugin, capture_output=True, check=False).returncode == 0:
        checked("docker", "compose", "--file", str(COMPOSE), "config", "--quiet")


def test_prometheus_reads_its_configuration_and_rules() -> None:
    """Promtool accepts the mounted prometheus.yml with every rule file that it names."""
    checked("promtool", "check", "config", "grafana/prometheus/prometheus.yml")


def test_alertmanager_reads_its_configuration() -> None:
    """Amtool accepts the mounted alertmanager.yml."""
    checked("amtool", "check-config", "grafana/alertmanager/alertmanager.yml")


def test_grafana_is_provisioned_with_what_the_stack_has() -> None:
    """Its data sources are services of the stack at their ports, and its dashboards come from a mounted folder."""
    sources = yaml.safe_load((ROOT / "grafana/provisioning/datasources/prometheus.yml").read_text())
    assert 1 == sources["apiVersion"]
    addresses = {source["type"]: source["url"] for source in sources["datasources"]}
    assert {"prometheus": "http://prometheus:9090", "alertmanager": "http://alertmanager:9093"} == addresses
    assert ["Prometheus"] == [source["name"] for source in sources["datasources"] if source.get("isDefault")]
    (provider,) = yaml.safe_load((ROOT / "grafana/provisioning/dashboards/deskpulse.yml").read_text())["providers"]
    mounted = {mount.split(":")[1] for mount in SERVICES["grafana"]["volumes"]}
    assert ("Deskpulse", True) == (provider["folder"], provider["options"]["path"] in mounted)
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{provider['options']['path']}/wall.json"


def test_a_dashboard_can_be_provisioned() -> None:
    """A dashboard is JSON with a title, a stable uid of its own, and panels of the data source that is chosen."""
    for dashboard in DASHBOARDS:
        assert dashboard["title"]
        assert re.fullmatch(r"[a-z0-9-]{1,40}", dashboard["uid"])
        assert {"${datasource}"} == {panel["datasource"]["uid"] for panel in dashboard["panels"]}
    assert len({dashboard["uid"] for dashboard in DASHBOARDS}) == len(DASHBOARDS) > 0


def test_panels_and_rules_ask_for_metrics_that_there_are() -> None:
    """Every `deskpulse_…` in a panel or rule is a series of the one module that owns the names, or is recorded."""
    series = {one for name in every_name() for one in name.series}
    rules = "".join(path.read_text() for path in (ROOT / "grafana/prometheus/rules").iterdir())
    series |= set(re.findall(r"record: (\S+)", rules))
    # A name that is chosen by a pattern, such as deskpulse_window_(created|offered), is looked at where it is asked.
    asked = set(re.findall(r"(?<![\w:])(?:\w+:)?deskpulse_\w+(?::\w+)?(?!\w*\()", rules + json.dumps(DASHBOARDS)))
    assert set() == asked - series


def test_prometheus_understands_every_panel(tmp_path: Path) -> None:
    """Promtool accepts the query of every panel as that of a recording rule."""
    queries = [target["expr"] for board in DASHBOARDS for panel in board["panels"] for target in panel["targets"]]
    chosen = [query.replace("$__rate_interval", "1m") for query in queries]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(chosen)]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    checked("promtool", "check", "rules", str(path))


@each_service
def test_an_image_is_pinned(name: str) -> None:
    """Nobody's stack changes overnight: every image has a full version, or is built here."""
    assert SERVICES[name]["image"] == "deskpulse:local" or re.search(r":v?\d+\.\d+\.\d+$", SERVICES[name]["image"])


@each_service
def test_a_port_is_open_to_this_machine_only(name: str) -> None:
    """Every published port is bound to loopback."""
    assert [] == [port for port in SERVICES[name].get("ports", []) if not port.startswith("127.0.0.1:")]


@each_service
def test_a_service_has_no_rights_that_it_does_not_need(name: str) -> None:
    """It is not root, has no capability, cannot gain one, and cannot write to its image (Kafka must)."""
    service = SERVICES[name]
    assert not re.match(r"root|0(:|$)", str(service["user"]))
    assert (["ALL"], ["no-new-privileges:true"]) == (service["cap_drop"], service["security_opt"])
    assert service.get("read_only", False) or name == "kafka"


@each_service
def test_a_service_tells_its_health(name: str) -> None:
    """It has a health check with bounds, and waits for the health of what it depends on."""
    check = SERVICES[name]["healthcheck"]
    assert {"test", "interval", "timeout", "retries", "start_period"} == set(check)
    waits = SERVICES[name].get("depends_on", {})
    assert {"service_healthy"} >= {condition["condition"] for condition in waits.values()}


@each_service
def test_what_is_mounted_exists_and_is_read_only(name: str) -> None:
    """A path of the project that is mounted is there, and is mounted to be read."""
    for mount in SERVICES[name].get("volumes", []):
        source, _target, *mode = mount.split(":")
        if source.startswith("."):
            assert (ROOT / source).exists()
            assert ["ro"] == mode


def test_the_check_of_the_generator_looks_for_the_port_of_its_broker() -> None:
    """The hexadecimal port in its health check is the one in DESKPULSE_BROKERS."""
    port = int(SERVICES["generator"]["environment"]["DESKPULSE_BROKERS"].rpartition(":")[2])
    assert f":{port:04X} 01 " in SERVICES["generator"]["healthcheck"]["test"]


def test_prometheus_finds_every_worker_where_it_listens() -> None:
    """The job `deskpulse` has each address of the worker's service, however many, at the port that the image opens."""
    jobs = yaml.safe_load((ROOT / "grafana/prometheus/prometheus.yml").read_text())["scrape_configs"]
    ((found,),) = [job["dns_sd_configs"] for job in jobs if job["job_name"] == "deskpulse"]
    assert (["worker"], "A", 8000) == (found["names"], found["type"], found["port"])
    assert "worker" in SERVICES
    assert "DESKPULSE_WEB_PORT=8000" in (ROOT / "Dockerfile").read_text()


def test_several_workers_do_not_want_the_same_port_of_this_machine() -> None:
    """`--scale worker=3` has a range of published ports to choose from, in which no other service is."""
    (published,) = SERVICES["worker"]["ports"]
    first, last = map(int, published.split(":")[1].split("-"))
    others = {
        int(port.split(":")[1]) for name in SERVICES.keys() - {"worker"} for port in SERVICES[name].get("ports", [])
    }
    assert last - first >= 2
    assert set() == others & set(range(first, last + 1))


def test_the_image_is_small_and_not_root() -> None:
    """The Dockerfile ends in a slim, pinned stage with a user, a health check and the command."""
    last = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.match(r"python:3\.\d+\.\d+-slim-bookworm\n", last)
    assert [] == [word for word in ("USER 10001", "HEALTHCHECK ", 'ENTRYPOINT ["deskpulse"]') if word not in last]


def test_the_broker_of_the_stack_is_the_one_of_the_tests() -> None:
    """What the tests prove is proven for the version that the stack runs."""
    from tests.kafka.ways import IMAGE

    assert SERVICES["kafka"]["image"] == IMAGE
