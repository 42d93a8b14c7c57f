"""Tests of the core: events, clocks, desk, windows, figures. No Kafka, no clock on the wall."""
