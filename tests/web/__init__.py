"""Tests of the HTTP answers of a worker, over a real socket and a worker that the test fills in."""
