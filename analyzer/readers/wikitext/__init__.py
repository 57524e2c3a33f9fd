"""Wikitext to an Article."""
