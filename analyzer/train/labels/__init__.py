"""Labels made by people."""
