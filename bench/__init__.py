"""Measurements: each hot path beside its floor, in one run, as ratios. `make bench`, or `python -m bench --help`."""
