"""The worked examples that ship with the package: plans, and counts that are facts."""
