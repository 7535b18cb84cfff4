"""A public-records request for exactly the counts that the unsettled claims of a plan need."""

from counterproof.request.blank import Blank, blank
from counterproof.request.gather import Asked, gather, without_records
from counterproof.request.write import written

__all__ = ["Asked", "Blank", "blank", "gather", "without_records", "written"]
