"""The room's nouns as JSON under `/v1`."""
