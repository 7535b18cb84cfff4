"""Inference on counts: pure functions from integers to numbers. NumPy and SciPy only."""
