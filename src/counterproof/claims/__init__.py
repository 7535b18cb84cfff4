"""Claims: what was said, what would make it true, and the verdict."""
