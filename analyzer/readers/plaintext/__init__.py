"""Plain text, as copies of Wikipedia carry it, to an Article."""
