"""Quoted stretches, told apart: quotations, titles, scare quotes."""

from analyzer.annotate.quotes.component import create_quotes

__all__ = ["create_quotes"]
