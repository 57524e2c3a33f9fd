"""The networks behind the encoders and their tuning."""
