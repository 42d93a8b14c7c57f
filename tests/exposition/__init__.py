"""Tests of the metrics: names, text, figures, health. No Kafka; a worker is a view that the test fills in."""
