"""Scale-out: several workers of one group, on one machine and on many."""
