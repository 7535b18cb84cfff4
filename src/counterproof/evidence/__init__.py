"""Evidence: the files of a run, their manifest, and their verification by somebody else."""

from counterproof.evidence.documents import documents
from counterproof.evidence.outputs import prepare, write
from counterproof.evidence.verify import Difference, verify

__all__ = ["Difference", "documents", "prepare", "verify", "write"]
