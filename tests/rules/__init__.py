"""Rules, proven with the real promtool, amtool, Prometheus and Alertmanager."""
