"""How much an article reads like those that editors tagged."""
