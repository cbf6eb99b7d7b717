"""Mail that leaves the house: posted with the change that causes it, delivered afterwards, at least once."""
