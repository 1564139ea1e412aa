"""What faults are made of: small changes of a lab, each with its way back."""
