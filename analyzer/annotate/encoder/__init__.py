"""The network that reads sentences in context."""
