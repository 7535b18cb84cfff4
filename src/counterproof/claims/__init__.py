"""Claims: a sentence, a source and a test in; one of four verdicts out.

check(claims, measures)         every problem of claims, before anything is counted
judge(claims, audits, settings) the verdict on each claim
"""

from counterproof.claims.judge import judge
from counterproof.claims.resolve import check

__all__ = ["check", "judge"]
