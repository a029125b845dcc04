"""hepatrial."""
