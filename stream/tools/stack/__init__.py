"""The stack without Docker: the demo beside the Prometheus, Alertmanager and Grafana that this machine has."""

from stream.tools.stack.stack import Ports, Stack

__all__ = ["Ports", "Stack"]
