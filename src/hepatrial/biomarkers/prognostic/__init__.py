"""What markers say of the outcome, whatever the treatment."""
