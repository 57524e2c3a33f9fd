"""Trains the model of source types."""
