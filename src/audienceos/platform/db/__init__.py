"""The database: its server, its addresses, its transactions and the wall."""
