"""Reads that each answer one screen's question."""
