"""That the programs of `benchmarks` run and add up; what they measure is no test's business."""
