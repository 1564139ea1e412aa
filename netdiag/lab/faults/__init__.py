"""What can be broken in a lab."""
