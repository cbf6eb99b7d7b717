"""Writes: one verb, one transaction, one event."""
