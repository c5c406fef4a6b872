"""Benchmarks: run by hand, they print a table and judge nothing."""
