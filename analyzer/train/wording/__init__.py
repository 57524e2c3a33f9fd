"""Trains the wording classifiers."""
