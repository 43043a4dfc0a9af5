"""Who gets which answer at the routes of certificates, stars and their checks."""

from tests.house.cases import EVERYONE, PUBLIC, Case, only

ABSENT = {"roles": EVERYONE, "ok": 404, "stranger": 404}
"""Nobody else's: certificate 1 does not exist, and another person's would be the same 404."""
OPEN_ABSENT = ABSENT | {"anonymous": 404}

CASES: dict[str, Case] = {
    "hours.certificates": Case("GET", "/me/certificates", roles=EVERYONE, stranger=200),
    "hours.certificate_new": Case("GET", "/me/certificates/new", roles=EVERYONE, stranger=200),
    "hours.certificate_draw": Case("POST", "/me/certificates/new", ok=422, roles=EVERYONE, stranger=422),
    "hours.certificate": Case("GET", "/me/certificates/1", **ABSENT),
    "hours.certificate_pdf": Case("GET", "/me/certificates/1/pdf", **ABSENT),
    "hours.certificate_credential": Case("GET", "/me/certificates/1/credential", **ABSENT),
    "hours.verify": Case("GET", "/verify", **PUBLIC),
    "hours.verify_number": Case("POST", "/verify", ok=422, roles=EVERYONE, anonymous=422, stranger=422),
    "hours.verified": Case("GET", "/verify/nobody", **OPEN_ABSENT),
    "hours.verify_file": Case("POST", "/verify/file", ok=422, roles=EVERYONE, anonymous=422, stranger=422),
    "hours.public_notices": Case("GET", "/public-notices", **PUBLIC),
    "hours.jwks": Case("GET", "/.well-known/jwks.json", **PUBLIC),
    "hours.star_tables": Case("GET", "/stars", roles=only("platform_admin")),
    "hours.star_table_add": Case("POST", "/stars", ok=422, roles=only("platform_admin")),
    "api.hours.certificates": Case("GET", "/api/v1/me/certificates", roles=EVERYONE, stranger=200),
    "api.hours.certificate_draw": Case("POST", "/api/v1/me/certificates", ok=400, roles=EVERYONE, stranger=400),
    "api.hours.certificate": Case("GET", "/api/v1/me/certificates/1", **ABSENT),
    "api.hours.certificate_pdf": Case("GET", "/api/v1/me/certificates/1/pdf", **ABSENT),
    "api.hours.stars": Case("GET", "/api/v1/me/stars", roles=EVERYONE, stranger=200),
    "api.hours.certificate_verify": Case("GET", "/api/v1/certificates/nobody", **OPEN_ABSENT),
    "api.hours.certificate_check": Case(
        "POST", "/api/v1/certificates/check", ok=400, roles=EVERYONE, anonymous=400, stranger=400
    ),
}
