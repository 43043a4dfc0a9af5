"""How to sign in to the demo city as each of its roles, at addresses that can never exist (RFC 2606)."""

PASSWORD = "demo-linli-2026"  # noqa: S105 (printed on purpose; the accounts hold nobody's data)

OFFICER = "officer@linli.example"
MANAGER = "manager@linli.example"
SOCIAL_WORKER = "social.worker@linli.example"
COMMUNITY_WORKER = "community@linli.example"
VOLUNTEER = "volunteer@linli.example"
EVALUATOR = "evaluator@linli.example"
ADMINISTRATOR = "admin@linli.example"

SIGN_INS: list[tuple[str, str, str]] = [
    ("funder_officer", OFFICER, PASSWORD),
    ("agency_manager", MANAGER, PASSWORD),
    ("social_worker", SOCIAL_WORKER, PASSWORD),
    ("community_worker", COMMUNITY_WORKER, PASSWORD),
    ("volunteer", VOLUNTEER, PASSWORD),
    ("evaluator", EVALUATOR, PASSWORD),
    ("platform_admin", ADMINISTRATOR, PASSWORD),
]
