"""Who is this? Accounts, passwords, sessions, one-time links. Never "may they?": that is each room's `access`."""
