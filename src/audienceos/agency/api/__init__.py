"""The agency and its people as JSON, under /v1."""
