"""The report for people who work in Python: data frames, charts, and texts that show themselves in a notebook."""
