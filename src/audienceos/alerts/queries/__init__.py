"""Reads that answer one screen's question."""
