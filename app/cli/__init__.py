"""The command line: everything that is run by hand or by the machine's start-up."""

from app.cli.arguments import main

__all__ = ["main"]
