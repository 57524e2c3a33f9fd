"""The large engine: one network for stance, wording, sources and cues, and the third look at attributions."""
