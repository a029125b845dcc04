"""Integration of the patient model in blocks, and the named random streams."""
