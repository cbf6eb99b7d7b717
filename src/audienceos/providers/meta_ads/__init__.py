"""What is spoken with Meta Ads alone."""
