"""Benchmarks: how much the services bear on this machine, as processes, with the load beside them.

`make bench-events`, `make bench-pages`.
"""
