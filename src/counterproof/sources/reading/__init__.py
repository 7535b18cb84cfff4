"""Find what a source names, recognise what it is, and put it before the engine as a table: a module a format."""
