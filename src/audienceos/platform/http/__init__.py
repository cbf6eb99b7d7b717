"""The way out to other services."""
