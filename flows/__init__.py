"""Prefect flows: scheduling, retries, concurrency and artifacts around `ingest.pipeline`; no logic."""
