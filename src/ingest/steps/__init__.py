"""The steps of a run, in the order in which `ingest.pipeline` takes them, and what passes between them."""
