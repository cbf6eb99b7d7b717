"""The room's nouns as HTML."""
