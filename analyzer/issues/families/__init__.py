"""One file an issue family, each scorer in it."""
