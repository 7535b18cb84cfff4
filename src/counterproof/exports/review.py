"""Verdicts as ClaimReview, the vocabulary of schema.org for checked claims, in JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["claim_reviews"]

_RATING = {"contradicted": 1, "supported": 5}
_MEANS = {
    "supported": "Supported by the records",
    "contradicted": "Contradicted by the records",
    "undetermined": "Undetermined: the records do not settle it",
    "untestable": "Untestable: the records cannot speak to it",
}


def claim_reviews(
    results: Mapping[str, Any], plan: Mapping[str, Any], *, author: str, url: str = "", published: str = ""
) -> dict[str, Any]:
    """One ``ClaimReview`` a claim.

    A verdict is no grade: only supported (5) and contradicted (1) have a ``ratingValue``, every one its
    ``alternateName``.

    author     who publishes the review: whoever ran this, never this program
    url        where the report is published
    published  the date of publication, YYYY-MM-DD
    """
    said = {claim["id"]: claim for claim in plan.get("claims", ())}
    reviews = [_review(finding, said.get(finding["id"], {}), author, url, published) for finding in results["claims"]]
    return {"@context": "https://schema.org", "@graph": reviews}


def _review(finding: Mapping[str, Any], claim: Mapping[str, Any], author: str, url: str, day: str) -> dict[str, Any]:
    verdict = finding["verdict"]
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": _MEANS[verdict]}
    if verdict in _RATING:
        rating |= {"ratingValue": _RATING[verdict], "worstRating": 1, "bestRating": 5}
    place = f"{url}#claim-{finding['id']}" if url else ""
    return {
        "@type": "ClaimReview",
        **({"@id": place, "url": place} if place else {}),
        **({"datePublished": day} if day else {}),
        "author": {"@type": "Organization", "name": author},
        "claimReviewed": claim.get("text", finding["id"]),
        "reviewBody": finding["because"],
        "itemReviewed": _claim(claim),
        "reviewRating": rating,
    }


def _claim(claim: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Claim", "text": claim.get("text", "")}
    if claim.get("claimant"):
        found["author"] = {"@type": "Organization", "name": claim["claimant"]}
    source = claim.get("source") or {}
    if source:
        work = {"@type": "CreativeWork", "name": source["title"]}
        if source.get("url"):
            work["url"] = source["url"]
        if source.get("date"):
            work["datePublished"] = source["date"]
            found["datePublished"] = source["date"]
        found["appearance"] = work
    return found
