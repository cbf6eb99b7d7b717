"""Clients as HTML."""
