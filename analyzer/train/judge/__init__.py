"""Fits the judge's weights."""
