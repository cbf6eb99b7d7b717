"""Nouns as HTML, by GET and POST."""
