"""Proof that the wall between agencies stands, on any live database: what it says, then what it does."""
