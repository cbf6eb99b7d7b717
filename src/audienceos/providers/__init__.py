"""One room a vendor. What it says to us is turned into our words here, and nowhere else."""
