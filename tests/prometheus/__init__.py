"""Every expression of every panel and rule, asked of a real Prometheus that scrapes the demo."""
