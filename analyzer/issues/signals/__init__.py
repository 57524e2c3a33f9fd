"""What several scorers measure."""
