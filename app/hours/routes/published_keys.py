"""The keys that sign, where other people's software looks for them: as a JSON Web Key Set."""

import base64
from typing import Any

from litestar import get
from litestar.response import Response

from app.hours.queries.seals import public_keys
from app.hours.rules.certificate_file import ALGORITHM, KEYS_PATH
from app.kit.access import PUBLIC
from app.settings import settings


@get(KEYS_PATH, name="hours.jwks", access=PUBLIC, include_in_schema=False)
async def jwks() -> Response[dict[str, Any]]:
    """Every key there ever was; retired ones stay, because what they signed stays good."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
    return Response(await key_set(), media_type="application/jwk-set+json", headers=headers)


async def key_set() -> dict[str, Any]:
    """The set; a key's `kid` is what the headers of credentials say."""
    address = settings().base_url + KEYS_PATH
    keys = [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": base64.urlsafe_b64encode(key.public).decode().rstrip("="),
            "kid": f"{address}#{key.name}",
            "alg": ALGORITHM,
            "use": "sig",
        }
        for key in await public_keys()
    ]
    return {"keys": keys}


ROUTES: list[Any] = [jwks]
