"""What can be typed after `linli`, and the sentence that is printed when it cannot be done."""

import argparse
import asyncio
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import arq
import uvloop

from app.accounts.regions import CannotImport
from app.cli import city
from app.cli.backup import BackupFault, back_up, bring_back, refuse_unless_empty
from app.cli.city import NotEmpty
from app.cli.environment import IncompleteKeys, chosen, complete_keys, key_file, servers
from app.cli.serve import DEMO_PEOPLE, DEMO_SEED, CannotServe, Options, serve
from app.cli.upkeep import LedgerFault, bring_up_to_date, first_administrator, import_city, rotate_keys
from app.cli.verify import SetupFault, verify
from app.cli.verify_file import Untrue, VerifyFault, verify_file
from app.cli.web import serve_web
from app.kit.embedded import AlreadyRunning, EmbeddedError, NoHome
from app.kit.errors import DomainError
from app.settings import Misconfigured, settings

SORRY = (
    BackupFault,
    CannotImport,
    CannotServe,
    EmbeddedError,
    IncompleteKeys,
    LedgerFault,
    Misconfigured,
    NoHome,
    NotEmpty,
    SetupFault,
    Untrue,
    VerifyFault,
)
"""Refusals whose message is a sentence for the person at the keyboard."""


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it was done or stopped, 1 when it could not be, 2 when misspelt."""
    options = _parser().parse_args(arguments)
    for name in STOP_SIGNALS:
        signal.signal(name, _stop)
    try:
        if options.run not in (verify_file, _matching):  # which know no installation, and must not make one
            complete_keys()
        options.run(options)
    except Stopped:
        return 0
    except AlreadyRunning as error:
        return _sorry(_already(error))
    except SORRY as error:
        return _sorry(str(error))
    except PermissionError as error:
        return _sorry(f"Linli may not use {error.filename}: {error.strerror}.")
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    for name in STOP_SIGNALS:
        signal.signal(name, signal.SIG_IGN)  # we are on our way; children must be ended in peace
    raise Stopped


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _already(error: AlreadyRunning) -> str:
    state_dir, running = chosen().state_dir, error.running
    if running is None:
        return f"Linli is just being started in {state_dir}. Try again in a moment."
    where = f"at {running.address} " if running.address else ""
    return f"Linli is already running {where}in {state_dir} (linli {running.command}, process {running.pid})."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli", description="Linli: from contract to provable report.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[Namespace], None], purpose: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=purpose, description=purpose)
        command.set_defaults(run=run)
        return command

    command = add("serve", _serve, "start everything: databases unless given, migrations, web, worker")
    command.add_argument("--host", help="address to listen on (LINLI_HOST)")
    command.add_argument("--port", help="port to listen on (LINLI_PORT)")
    command.add_argument("--workers", type=_positive, default=1, help="how many web processes (1)")
    command.add_argument("--matchers", type=_positive, default=1, help="how many matcher processes (1)")
    command.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="load the demonstration city into an empty database (yes, unless DATABASE_URL is set)",
    )
    command = add("web", _web, "one web process; DATABASE_URL and REDIS_URL are needed")
    command.add_argument("--fd", type=int, help="a listening socket that the parent holds")
    add("worker", _worker, "one worker process")
    add("matcher", _matcher, "one matcher process: runs rounds and answers who could take a seat")
    add("migrate", _migrate, "bring the database to this version")
    command = add("demo", _demo, "load the demonstration city into a database without real organisations")
    command.add_argument("--people", type=_positive, default=DEMO_PEOPLE, help=f"how many ({DEMO_PEOPLE})")
    command.add_argument("--seed", type=int, default=DEMO_SEED, help=f"the same seed makes the same city ({DEMO_SEED})")
    command = add("backup", _backup, "write the whole database to a new file; keep the keys too, elsewhere")
    command.add_argument("file", type=Path)
    command = add("restore", _restore, "read a backup into an empty database")
    command.add_argument("file", type=Path)
    command = add("regions", _regions, "load a city's streets and communities, by the city's code of four digits")
    command.add_argument("what", choices=["import"])
    command.add_argument("code")
    command.add_argument("--file", type=Path, help="the package of divisions, where it cannot be fetched")
    command = add("administrator", _administrator, "make the first administrator of a new installation")
    command.add_argument("name")
    command.add_argument("identifier", help="mobile number or e-mail address to sign in with")
    command.add_argument("--platform", default="邻里", help="name of the organisation that runs the platform")
    command.add_argument("--region", default="4403", help="code of its region (4403, Shenzhen)")
    add("rotate-keys", _rotate, "seal everything anew with the first of LINLI_DATA_KEYS; then older ones can go")
    for name, purpose in (
        ("rotate-signing-key", "let a new key sign the heads of the hour ledger from now on"),
        ("seal", "seal the hour ledger now; a worker does so every minute"),
        ("self-check", "compare the hour ledger with its seal now; a worker does so every night"),
    ):
        add(name, _ledger, purpose).set_defaults(deed=name)
    command = add("months", _ledger, "take a month of the hour ledger out into a file, or bring one back")
    what = command.add_subparsers(required=True, metavar="WHAT")
    part = what.add_parser("detach", help="write a sealed month to a file and take it out of the database")
    part.set_defaults(deed="months detach")
    part.add_argument("month", help="such as 2026-05")
    part.add_argument("--to", type=Path, required=True, metavar="DIR", help="the directory the file goes to")
    part = what.add_parser("restore", help="bring a month back, after comparing every row with its seal")
    part.set_defaults(deed="months restore")
    part.add_argument("file", type=Path)
    add("routes", _routes, "list every address of the application")
    command = add("verify", verify_file, "check a downloaded report or certificate, with no database and no network")
    command.add_argument("file", type=Path, help="proof file, CSV beside one, certificate as PDF, or credential")
    command.add_argument("--heads", type=Path, help="the published heads, as downloaded from the page of seals")
    command.add_argument("--keys", type=Path, help="the published keys")
    command.add_argument("--proof", type=Path, help="the proof file that the rows of a CSV are compared with")
    command = add("matching", _matching, "solve a matching problem in a file, or check a plan, with no database")
    what = command.add_subparsers(required=True, metavar="WHAT")
    part = what.add_parser("check", help="check every rule of a plan, its value and its bound")
    part.set_defaults(deed="check")
    part.add_argument("file", type=Path, metavar="PLAN", help="JSON, packed or not, as solve writes it")
    part.add_argument("--json", action="store_true", help="print the verdict as JSON")
    part.add_argument("--quick", action="store_true", help="take the bound as it is claimed")
    part = what.add_parser("solve", help="find a plan, and how far from the best it can be at most")
    part.set_defaults(deed="solve")
    part.add_argument("file", type=Path, metavar="PROBLEM", help="JSON, packed or not; a plan in it is improved")
    part.add_argument("--seed", type=int, default=0, help="the same seed and effort make the same plan (0)")
    part.add_argument("--seconds", type=float, default=30.0, help="stop after so long (30)")
    part.add_argument("--effort", type=_positive, help="or after so many rounds of work, whatever the clock says")
    part.add_argument("-o", "--output", type=Path, required=True, metavar="PLAN", help="the file to write")
    add("verify-setup", _verify, "check keys, databases and permissions of this installation")
    return parser


def command_names() -> list[str]:
    """Every command there is."""
    return next(list(action.choices) for action in _parser()._actions if isinstance(action.choices, dict))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _serve(options: Namespace) -> None:
    for name, value in (("LINLI_HOST", options.host), ("LINLI_PORT", options.port)):
        if value:
            os.environ[name] = value
    serve(Options(workers=options.workers, matchers=options.matchers, demo=options.demo))


def _web(options: Namespace) -> None:
    with servers("web"):
        serve_web(options.fd)


def _worker(_options: Namespace) -> None:
    with servers("worker"):
        # The class reads the settings when it is imported, so they must be complete by then.
        from app.worker import WorkerSettings  # noqa: PLC0415

        asyncio.set_event_loop(uvloop.new_event_loop())  # arq asks for the current loop and makes none
        arq.run_worker(WorkerSettings)  # type: ignore[arg-type]  # its protocol wants lists that nobody changes


def _matcher(_options: Namespace) -> None:
    # The matcher's core is slow to import, and the parent of all servers does without.
    from app.matcher import match  # noqa: PLC0415

    with servers("matcher"):
        uvloop.run(match())


def _migrate(_options: Namespace) -> None:
    with servers("migrate"):
        asyncio.run(bring_up_to_date(settings()))
        print("The database is at this version.")


def _demo(options: Namespace) -> None:
    with servers("demo"):
        asyncio.run(bring_up_to_date(settings()))
        asyncio.run(city.load_demo(settings(), people=options.people, seed=options.seed))
        print("The demonstration city is loaded.")


def _backup(options: Namespace) -> None:
    with servers("backup"):
        back_up(settings(), options.file)
    print(f"The database is in {options.file}. Without {key_file(settings().state_dir)} it cannot be read: keep both.")


def _restore(options: Namespace) -> None:
    with servers("restore"):
        asyncio.run(refuse_unless_empty(settings()))
        bring_back(settings(), options.file)
        asyncio.run(bring_up_to_date(settings()))
    print("The backup is in the database.")


def _regions(options: Namespace) -> None:
    with servers("regions"):
        new = asyncio.run(import_city(settings(), options.code, options.file))
    print(f"{new} divisions are new.")


def _administrator(options: Namespace) -> None:
    with servers("administrator"):
        try:
            password = asyncio.run(
                first_administrator(settings(), options.name, options.identifier, options.platform, options.region)
            )
        except DomainError as error:
            raise SystemExit(f"{error.first.text} {error.first.fix}".strip()) from None
    print(f"Sign in as {options.identifier} with {password} and choose a password of your own.")


def _rotate(_options: Namespace) -> None:
    with servers("rotate-keys"):
        for column, count in asyncio.run(rotate_keys(settings())).items():
            print(f"{count:8} {column}")


def _ledger(options: Namespace) -> None:
    # The ledger's deeds import most of the application, which the parent of all servers does without.
    from app.cli.ledger import DEEDS  # noqa: PLC0415

    with servers(options.deed):
        print(asyncio.run(DEEDS[options.deed](settings(), options)))


def _routes(_options: Namespace) -> None:
    # Importing this imports the whole application, which the parent of all servers does without.
    from app.cli.routes import print_routes  # noqa: PLC0415

    print_routes()


def _matching(options: Namespace) -> None:
    # The solver brings compiled code along, which the parent of all servers does without.
    from app.cli.matching import matching  # noqa: PLC0415

    matching(options)


def _verify(_options: Namespace) -> None:
    with servers("verify-setup"):
        asyncio.run(verify(settings()))
        print("Everything is right.")
