"""Clients as JSON, under /v1."""
