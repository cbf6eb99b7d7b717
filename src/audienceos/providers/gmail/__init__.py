"""What is spoken with Gmail alone."""
