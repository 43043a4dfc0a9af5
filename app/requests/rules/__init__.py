"""What is allowed with requests, residents, visits and confirmations."""

from app.requests.rules import asking, visits

CONSTRAINTS = {**asking.CONSTRAINTS, **visits.CONSTRAINTS}
