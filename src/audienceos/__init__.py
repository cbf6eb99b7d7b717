"""AudienceOS Command Center: a marketing agency's clients, in one place, behind a wall."""
