"""The Prefect flows: thin, idempotent, safe to kill at any line."""
