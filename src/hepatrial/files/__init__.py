"""Small files: read within bounds, with the place of every key, and written whole."""
