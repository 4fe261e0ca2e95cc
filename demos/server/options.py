"""The options of the command line, checked before anything slow is imported."""

import argparse
import errno
import os
import socket
import sys
from argparse import Namespace
from pathlib import Path

THIS_ONE, EVERY_ONE = "127.0.0.1", "0.0.0.0"


def read_options(description: str) -> Namespace:
    """The options of the command line.

    Raises:
        SystemExit: With a sentence, if an option is wrong or the port is taken.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    port = os.environ.get("GRADIO_SERVER_PORT", "7860")
    parser.add_argument(
        "--host", default=os.environ.get("GRADIO_SERVER_NAME"),
        help=f"address to listen on; {EVERY_ONE} for every one (default: {THIS_ONE})",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=int(port), help="port to listen on (default: %(default)s)")
    parser.add_argument("--share", action="store_true", help="also open a public link through Gradio's servers")
    parser.add_argument("--root-path", metavar="PATH", help="where a proxy shows the app, such as /loom")
    parser.add_argument("--auth-file", metavar="FILE", type=Path, help="lines of NAME:PASSWORD; others are not let in")
    parser.add_argument("--lessons", metavar="DIR", type=Path, help="a folder of lessons of your own, offered as well")
    parser.add_argument(
        "--weights", metavar="DIR", type=Path, action="append", default=[],
        help="a folder of models of your own, offered as well; give it again for another (also LOOM_WEIGHTS)",
    )  # fmt: skip
    parser.add_argument("--room", action="store_true", help="let a class follow one page: listen to other machines too")
    parser.add_argument("--mcp", action="store_true", help="also offer the endpoints as MCP tools; needs gradio[mcp]")
    options = parser.parse_args()
    options.host = options.host or (EVERY_ONE if options.room else THIS_ONE)
    if options.lessons and not options.lessons.is_dir():
        sys.exit(f"There is no folder {options.lessons}: make it, and put a lesson such as my-lesson.md there.")
    options.weights += [Path(folder) for folder in os.environ.get("LOOM_WEIGHTS", "").split(os.pathsep) if folder]
    for folder in options.weights:
        if not folder.is_dir():
            sys.exit(f"There is no folder {folder}. Name one with weights and their cards, such as runs/digits.")
    _check_port(options.host, options.port)
    return options


def read_accounts(file: Path | None) -> list[tuple[str, str]] | None:
    """Names and passwords in a file of lines NAME:PASSWORD."""
    if file is None:
        return None
    try:
        lines = [line for line in file.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{file} cannot be read ({error}). Give a text file with a line NAME:PASSWORD for each account.")
    pairs = [tuple(line.split(":", 1)) for line in lines]
    if not pairs or any(len(pair) != 2 or not all(pair) for pair in pairs):
        sys.exit(f"{file} must have a line NAME:PASSWORD for each account, and nothing else.")
    return pairs


def _check_port(host: str, port: int) -> None:
    """End with a sentence where the server could not listen."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port just left is free
            probe.bind(address)
    except OverflowError:
        sys.exit(f"There is no port {port}: ports are numbers from 0 to 65535.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(
                f"Port {port} is in use. Stop what listens there, or choose another: python app.py --port {port + 1}"
            )
        sys.exit(f"{host}:{port} cannot be listened on ({error.strerror}). Choose another with --host and --port.")
