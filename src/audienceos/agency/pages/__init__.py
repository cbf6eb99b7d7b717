"""The agency and its people as HTML."""
