"""Report -> terminal, JSON, HTML, Markdown, CSV: each module renders the same :class:`analyzer.records.Report`."""
