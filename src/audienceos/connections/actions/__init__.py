"""What people do with connections."""
