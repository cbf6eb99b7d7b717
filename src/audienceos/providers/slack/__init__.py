"""Slack: what it sends becomes what was said, by whom and when."""
