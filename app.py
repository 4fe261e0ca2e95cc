"""Latent Loom: touch the classic image models of a first deep-learning course.

python app.py [--host H] [--port P] [--share] [--root-path PATH] [--auth-file FILE] [--lessons DIR] [--weights DIR]
              [--room] [--mcp]
"""

import atexit
import contextlib
import ctypes
import html
import multiprocessing
import os
import shutil
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from demos.server.options import read_accounts, read_options

# before anything that takes seconds is imported: a wrong option or a port in use is reported at once
OPTIONS = read_options(__doc__) if __name__ == "__main__" else None

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: contact no other host
# after every call Gradio would make a table of the last 10,000 for its monitoring page, which is not offered
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")  # calls from one summary to the next
# before numpy and torch are imported: what a visitor asks for is small, and on a busy machine threads that spin for one
# another make t-SNE 30 times and a decoded click up to 10 times as slow
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from demos.server.temp_files import is_full, keep_swept, open_folder

os.environ["GRADIO_TEMP_DIR"] = open_folder()  # before gradio is imported, which keeps files there

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import Route

from core.serving.limits import CALLS_WAITING, MAX_BYTES, ROOM_QUESTION, ROOM_SILENCE, SESSIONS
from core.serving.workers import WorkerPool
from demos import tab_id, tabs
from demos.lessons.format.lesson import ANSWERS
from demos.lessons.format.library import SHIPPED, Library
from demos.live.runs import LiveRuns
from demos.room.routes import RoomRoutes
from demos.server.address import LOOPBACK, lan_address
from demos.server.errors import user_message
from demos.server.middleware import Guard
from demos.server.page_files.bundles import bundle_routes
from demos.server.page_files.first_answers import ask_nothing_ahead, first_answer_routes
from demos.server.page_files.local_models import local_model_routes
from demos.server.page_files.web_files import routes
from demos.server.rooms.rooms import ALPHABET, CODE_LENGTH
from demos.server.rpc import Functions, server_functions
from demos.server.services import Services
from demos.server.sessions import make_sessions_lean
from demos.ui.handlers import rpc_handlers
from demos.ui.theme import launch_options
from demos.ui.widget import WEB, lesson_strip, page_header, room_bar, starts
from train.live import MODULE

FOLDER = Path(os.environ["GRADIO_TEMP_DIR"])
M_ARENA_MAX = -8  # in glibc's malloc.h
DRAIN = 2  # seconds that open requests get to finish when the app receives a signal to stop
ENDPOINTS = "endpoints"  # path of their page, where Gradio lists them
FOOTER = f'<footer class="loom-footer"><a href="./{ENDPOINTS}">Use via API</a></footer>'
FOR_PROGRAMS = '<p>What programs can call: <b>Use via API</b>, below. <a href="./">Back to the tabs</a></p>'


def build_app(services: Services, library: Library) -> gr.Blocks:
    """The whole page: one tab per package in demos/; web/page.js opens that of `?tab=`.

    Endpoints stand on a page of their own: a visitor's browser need not make the parts that only their callers see.
    """

    def lose_session(request: gr.Request) -> None:
        services.lose_session(request.session_hash)

    with gr.Blocks(title="Latent Loom", analytics_enabled=False, fill_width=True) as app:
        gr.HTML(page_header(), container=False, apply_default_css=False)
        room_bar(
            alphabet=ALPHABET, code_length=CODE_LENGTH, longest_text=ROOM_QUESTION, answers=list(ANSWERS),
            silence=ROOM_SILENCE,
        )  # fmt: skip
        lesson_strip(*rpc_handlers(services, library.load_lessons, library.find_address))
        with gr.Tabs(elem_id="tabs"):
            for tab in tabs():
                with gr.Tab(tab.TITLE, id=tab_id(tab), elem_id=f"{tab_id(tab)}-tab"):
                    _build(tab.build, services)
        gr.HTML(FOOTER, container=False, apply_default_css=False)
        app.unload(lose_session)  # its connection broke; a page that closes says so itself
    with app.route("Endpoints", ENDPOINTS, show_in_navbar=False):
        gr.HTML(FOR_PROGRAMS)
        for tab in tabs():
            if hasattr(tab, "build_endpoints"):
                _build(tab.build_endpoints, services)
    return app


def _build(build: Callable[[Services], Any], services: Services) -> None:
    """A tab or its endpoints; what cannot be built says why in its place, and the others stand."""
    try:
        build(services)
    except Exception as error:
        gr.HTML(f"<p class='loom-notice' role='alert'>{html.escape(user_message(build, error))}</p>")


def main(options: Namespace) -> None:
    stop = _stop_signal()
    _share_memory()
    make_sessions_lean()
    if options.host not in LOOPBACK:
        library.own_address = lan_address
    functions = None if options.auth_file else server_functions(demo)
    if functions is None:
        ask_nothing_ahead(demo)
    keep_swept(FOLDER)
    demo.queue(max_size=CALLS_WAITING).launch(
        server_name=options.host, server_port=options.port, share=options.share, root_path=options.root_path,
        auth=read_accounts(options.auth_file), mcp_server=options.mcp, prevent_thread_lock=True,
        app_kwargs={
            "middleware": [Middleware(Guard, full=partial(is_full, FOLDER), functions=functions)],
            "routes": _routes(functions, options.host not in LOOPBACK),
        },
        show_error=True, run_history=False, enable_monitoring=False, ssr_mode=False,
        max_file_size=MAX_BYTES, state_session_capacity=SESSIONS, favicon_path=WEB / "icon.png",
        **launch_options(library.links()),
    )  # fmt: skip
    for folder in options.weights:
        names = [model.name for model in services.models.look() if model.location.parent == folder]
        print(f"Models in {folder}: {', '.join(names) or 'none yet'}.", flush=True)
    if options.room:
        print(f"Open http://127.0.0.1:{options.port}/?room=new on this machine: it opens a room.", flush=True)
    _wait_and_drain(stop)


def _routes(functions: Functions | None, is_open: bool) -> list[Route]:
    """What we answer beside Gradio.

    Args:
        functions: Of widgets; None for an app with accounts, where nothing is answered ahead.
        is_open: Whether other machines can reach the app.
    """
    first = first_answer_routes(demo, functions) if functions else []
    rooms = RoomRoutes(services.rooms, library, is_open).routes()
    return [*first, *bundle_routes(starts()), *routes(), *local_model_routes(services.models), *rooms]


def _share_memory() -> None:
    """Have glibc keep two pools of memory instead of one for each thread: a fifth less of it with every tab used."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


def _stop_signal() -> threading.Event:
    """Set by SIGTERM or Ctrl-C, also those that come while the app still starts."""
    stop = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: stop.set())
    return stop


def _wait_and_drain(stop: threading.Event) -> None:
    """Serve until told to stop; then let requests that are being answered finish, and end within 3 seconds."""
    while not stop.wait(1):  # not for ever at once: on Windows that would not see Ctrl-C
        pass
    demo.server.config.timeout_graceful_shutdown = DRAIN
    demo.close(verbose=False)
    for child in multiprocessing.active_children():
        child.terminate()
    services.close()
    shutil.rmtree(FOLDER, ignore_errors=True)
    sys.stdout.flush()
    os._exit(0)  # a map that is being computed in a thread would keep the process for seconds


services = Services(LiveRuns(worker_pool=WorkerPool(MODULE)), OPTIONS.weights if OPTIONS else ())
atexit.register(services.close)
library = Library([SHIPPED, OPTIONS.lessons] if OPTIONS and OPTIONS.lessons else [SHIPPED])
demo = build_app(services, library)

if __name__ == "__main__":
    main(OPTIONS)
