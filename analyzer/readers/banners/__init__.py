"""Maintenance banners and inline tags: the table of templates, and finding them in text."""
