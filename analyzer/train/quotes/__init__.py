"""Trains the quotation scorecard."""
