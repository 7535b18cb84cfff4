"""Worked examples: plans and the published counts that they audit."""
