"""Answers to clients: through what they leave, to whom, past which door, and that each leaves once."""
