"""Trains the models of tagged articles."""
