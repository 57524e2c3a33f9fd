"""Trains the attribution model."""
