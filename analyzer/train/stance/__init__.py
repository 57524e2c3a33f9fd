"""Trains the stance models."""
