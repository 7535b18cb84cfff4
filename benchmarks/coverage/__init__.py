"""How often the intervals cover: exact sums where that is possible, seeded simulation where it is not.

python -m benchmarks.coverage --out docs/coverage.md                 the whole page
python -m benchmarks.coverage --out docs/coverage.md --topic times   one topic, in the page that is there

A topic is a module with ``section()``, which yields the lines of its part of the page; it is named in ``__main__``.
"""
