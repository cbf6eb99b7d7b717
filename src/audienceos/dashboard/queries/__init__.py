"""Reads of this room, each one screen's question."""
