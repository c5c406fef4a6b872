"""Pixels: the console."""
