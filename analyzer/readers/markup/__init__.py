"""What the readers of wikitext and HTML share: flat text with placeholders to an Article."""
