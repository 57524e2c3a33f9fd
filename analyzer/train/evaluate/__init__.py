"""Evaluations, baselines and the gate."""
