"""Protocol files: what they may say, the checks, and the frozen protocol that comes of them."""
