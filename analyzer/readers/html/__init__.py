"""HTML pages to Articles."""
