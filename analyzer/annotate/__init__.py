"""Article -> Annotated: the only place, with the pipeline, that knows spaCy."""
