"""What a finished run found, in the forms that other programs read. Nothing is computed here."""

from counterproof.exports.ledger import markdown
from counterproof.exports.review import claim_reviews
from counterproof.exports.tidy import Column, Tidy, tidy

__all__ = ["Column", "Tidy", "claim_reviews", "markdown", "tidy"]
