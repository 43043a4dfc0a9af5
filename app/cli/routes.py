"""`linli routes`: every address of the application, from the application itself."""

from litestar.enums import HttpMethod
from litestar.routes import HTTPRoute

from app.main import create_app


def print_routes() -> None:
    """Print methods and path of each route, by path."""
    for route in sorted(create_app().routes, key=lambda route: route.path):
        methods = sorted(route.methods - {HttpMethod.OPTIONS}) if isinstance(route, HTTPRoute) else ["WS"]
        print(f"{','.join(methods):24} {route.path}")
