"""What scorers look at: the article's counts, references, voices."""
