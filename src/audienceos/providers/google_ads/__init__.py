"""What is spoken with Google Ads alone."""
