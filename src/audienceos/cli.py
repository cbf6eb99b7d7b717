"""The command line: a table of names. A command's module is loaded only when it is called, so help is instant."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple


class Command(NamedTuple):
    """One command: its words, what it is for, and where its code is."""

    help: str
    module: str


COMMANDS: dict[str, Command] = {
    "serve": Command("start the database, the web and the worker", "serve"),
    "demo": Command("fill a believable agency to look around in", "demo"),
    "migrate": Command("bring the database up to this version", "migrate"),
    "backup": Command("copy every row and file into one file", "backup"),
    "restore": Command("bring a backup back into an empty database", "restore"),
    "doctor": Command("look at everything that can be wrong, and say what to do", "doctor"),
    "openapi": Command("print the document of the API", "openapi"),
    "outbox": Command("read the mails to persons that have not left", "outbox"),
    "import clients": Command("bring a file of clients into an agency", "import_clients"),
    "user create": Command("make an account, and an agency for it", "user_create"),
    "user readmit": Command("open somebody's place in an agency again", "user_readmit"),
    "keys rotate": Command("seal other services' tokens anew with a new key", "keys_rotate"),
    "wall check": Command("prove that no agency reaches another's rows", "wall_check"),
    "db url": Command("print the database's address for psql", "db_url"),
}
MANY: dict[str, Any] = {"action": "append", "default": []}
"""An option that may be given several times."""

ARGUMENTS: dict[str, list[tuple[tuple[str, ...], dict[str, Any]]]] = {
    "serve": [
        (("--workers",), {"type": int, "help": "web processes (default: AUDIENCEOS_WORKERS, else 1)"}),
        (("--web-only",), {"action": "store_true", "help": "only the web, in this process"}),
        (("--worker-only",), {"action": "store_true", "help": "only the worker, in this process"}),
        (("--fd",), {"type": int, "help": argparse.SUPPRESS}),
        (("--parent",), {"type": int, "help": argparse.SUPPRESS}),
    ],
    "backup": [(("file",), {"help": "where to write it (a new .tar file)"})],
    "restore": [(("file",), {"help": "a backup"})],
    "import clients": [
        (("file",), {"help": "CSV or .xlsx, at most 50 MB and 50,000 rows"}),
        (("--agency",), {"required": True, "metavar": "SLUG", "help": "the agency, as in its address"}),
        (("--as",), {"required": True, "dest": "email", "metavar": "EMAIL", "help": "one of its admins"}),
        (("--yes",), {"action": "store_true", "help": "import without asking"}),
        (("--stage",), {**MANY, "metavar": "VALUE=STAGE", "help": "what a stage means here"}),
        (("--column",), {**MANY, "metavar": "COLUMN=WHAT", "help": "what a column is"}),
        (("--overwrite",), {**MANY, "metavar": "COLUMN", "help": "also of clients here already"}),
        (
            ("--move-stages",),
            {"action": "store_true", "help": "move clients here already to the file's stages"},
        ),
        (("--source",), {"help": "where the file comes from (default: guessed)"}),
        (
            ("--dates",),
            {"choices": ("dmy", "mdy"), "help": "what comes first, where the values leave it open"},
        ),
        (
            ("--decimal",),
            {"choices": ("point", "comma"), "help": "the decimal mark, where the values leave it open"},
        ),
    ],
    "keys rotate": [
        (("--finish",), {"action": "store_true", "help": "only seal anew with the newest key there is"})
    ],
    "user create": [
        (("--email",), {"required": True, "help": "the address to sign in with"}),
        (("--agency",), {"help": "also open an agency of this name"}),
        (("--first-name",), {"help": "of the agency's first admin"}),
        (("--last-name",), {"help": "of the agency's first admin"}),
        (("--timezone",), {"default": "UTC", "help": "the agency's, such as Europe/Berlin (default: UTC)"}),
    ],
    "user readmit": [
        (("--email",), {"required": True, "help": "the address that the person signs in with"}),
        (("--agency",), {"required": True, "help": "the agency's part of the address, such as northlight"}),
    ],
    "db url": [
        (
            ("--as",),
            {
                "dest": "login",
                "choices": ("owner", "app", "service"),
                "default": "owner",
                "help": "which login",
            },
        )
    ],
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. A setting or a state that forbids it is told in a sentence, with status 1."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return
    module = importlib.import_module(f"audienceos.commands.{_module(given)}")
    outcome = importlib.import_module("audienceos.commands.running").outcome_of(module.run, given)
    sys.exit(outcome)


def _module(given: argparse.Namespace) -> str:
    """Serving only one part is a module of its own: the parent of all of them loads neither."""
    if given.command == "serve" and (given.web_only or given.worker_only):
        return "serve_web" if given.web_only else "serve_worker"
    return COMMANDS[given.command].module


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="audienceos", description="AudienceOS Command Center")
    parser.set_defaults(command=None)
    nouns: dict[str, Any] = {}
    top = parser.add_subparsers(metavar="COMMAND")
    for name, command in COMMANDS.items():
        noun, _, verb = name.partition(" ")
        if not verb:
            own = top.add_parser(noun, help=command.help, description=command.help)
        else:
            if noun not in nouns:
                group = top.add_parser(noun, help=_verbs_of(noun))
                nouns[noun] = group.add_subparsers(metavar="VERB", required=True)
            own = nouns[noun].add_parser(verb, help=command.help, description=command.help)
        own.set_defaults(command=name)
        for flags, options in ARGUMENTS.get(name, []):
            own.add_argument(*flags, **options)
    return parser


def _verbs_of(noun: str) -> str:
    """What a group's verbs do: `check: prove that ...`."""
    own = {
        name.partition(" ")[2]: command.help
        for name, command in COMMANDS.items()
        if name.startswith(f"{noun} ")
    }
    return "; ".join(f"{verb}: {what}" for verb, what in own.items())
