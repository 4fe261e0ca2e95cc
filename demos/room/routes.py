"""Routes of rooms: POST /room/CODE/ACTION, and GET /room/CODE/events, what a page in the room listens to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from core.serving.limits import MESSAGE, ROOM_BEAT, ROOM_PACE
from demos.lessons.format.library import Library
from demos.room import requests as R
from demos.room.questions import own_question, question_of_lesson
from demos.server.address import is_reached_by_others, lan_address, room_address
from demos.server.rooms.errors import RoomError
from demos.server.rooms.room import Room
from demos.server.rooms.rooms import Rooms
from demos.ui.fields import parse

TOGETHER = 8  # pages that news are written to before others are answered
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class RoomRoutes:
    """The routes.

    Args:
        rooms: Of this process.
        library: Of lessons, whose questions may be asked.
        is_open_to_all: Whether the app listens to other machines.
    """

    def __init__(self, rooms: Rooms, library: Library, is_open_to_all: bool) -> None:
        self.rooms, self.library, self.is_open_to_all = rooms, library, is_open_to_all
        self._writing = asyncio.Semaphore(TOGETHER)
        self.actions: dict[str, tuple[type[R.FromPage], Callable[[Room, Any], Any]]] = {
            "here": (R.Here, lambda room, asked: room.hear(asked.page)),
            "lead": (R.Lead, lambda room, asked: room.lead(asked.page)),
            "show": (R.Show, lambda room, asked: room.show(asked.page, asked.view)),
            "lock": (R.Lock, lambda room, asked: room.lock(asked.page, asked.is_locked)),
            "ask": (R.AskOwn, lambda room, asked: room.ask(asked.page, own_question(asked))),
            "ask_lesson": (R.AskOfLesson, self._ask_of_lesson),
            "phase": (R.SetPhase, lambda room, asked: room.set_phase(asked.page, asked.phase)),
            "vote": (R.Vote, lambda room, asked: room.vote(asked.page, asked.number, asked.value)),
            "close": (R.Close, lambda room, asked: room.close(asked.page)),
        }

    def routes(self) -> list[Route]:
        """For the app."""
        return [
            Route("/room/{code}/events", _for_members(self._listen), methods=["GET"]),
            Route("/room/{code}/open", _for_members(self._open), methods=["POST"]),
            Route("/room/{code}/enter", _for_members(self._enter), methods=["POST"]),
            Route("/room/{code}/{action}", _for_members(self._act), methods=["POST"]),
        ]

    async def _open(self, request: Request) -> Response:
        asked = await _asked(R.Open, request)
        room = self.rooms.open(request.path_params["code"])
        room.enter(asked.page, is_teacher=True)
        address = room_address(asked.address, room.code, lan_address() if self.is_open_to_all else None)
        return JSONResponse({"key": room.key, "address": address, "is_reached": is_reached_by_others(address)})

    async def _enter(self, request: Request) -> Response:
        asked = await _asked(R.Enter, request)
        room = self.rooms.enter(request.path_params["code"], asked.page, asked.key)
        return JSONResponse({"role": room.role(asked.page)})

    async def _act(self, request: Request) -> Response:
        if request.path_params["action"] not in self.actions:
            raise RoomError(404, "There is nothing at this address.")
        kind, act = self.actions[request.path_params["action"]]
        asked = await _asked(kind, request)
        act(self.rooms.find(request.path_params["code"]), asked)
        return JSONResponse({})

    def _ask_of_lesson(self, room: Room, asked: R.AskOfLesson) -> None:
        room.ask(asked.page, question_of_lesson(self.library, asked))

    async def _listen(self, request: Request) -> Response:
        room, name = self.rooms.find(request.path_params["code"]), request.query_params.get("page", "")
        room.page(name)
        stream = self._events(room, name)
        return StreamingResponse(stream, media_type="text/event-stream", headers=STREAM_HEADERS)

    async def _events(self, room: Room, name: str) -> AsyncIterator[bytes]:
        """What a page gets: the room as it is now, whenever that has changed, and questions whether it is there."""
        loop = asyncio.get_running_loop()
        sent, due, beat = None, loop.time(), loop.time() + ROOM_BEAT
        with room.listening(name) as news:
            while True:
                news.clear()
                message = room.message(name)
                if message != sent:
                    yield message
                    sent, due = message, loop.time() + ROOM_PACE
                if room.is_closed:
                    return
                if await self._has_news(news, beat):
                    await asyncio.sleep(max(0.0, due - loop.time()))  # what comes meanwhile goes with it
                    await self._take_turn()
                else:
                    self.rooms.sweep()
                    if room.is_silent(name):
                        return  # it connects again if it still lives
                    yield b"event: beat\ndata:\n\n"
                    beat = loop.time() + ROOM_BEAT

    async def _has_news(self, news: asyncio.Event, beat: float) -> bool:
        """Wait for news, or until the next sign of life is due; a timer costs a tenth of what asyncio.wait_for does."""
        loop = asyncio.get_running_loop()
        timer = loop.call_at(beat, news.set)
        try:
            await news.wait()
        finally:
            timer.cancel()
        return loop.time() < beat

    async def _take_turn(self) -> None:
        """News reach a room's pages a few at a time: between them the loop answers whoever else asks."""
        async with self._writing:
            await asyncio.sleep(0)


Answer = Callable[[Request], Awaitable[Response]]


def _for_members(answer: Answer) -> Answer:
    """Refusals as sentences; and in an app with accounts, only those who are logged in get an answer."""

    async def checked(request: Request) -> Response:
        try:
            if not await _is_let_in(request):
                raise RoomError(401, "Log in first.")
            return await answer(request)
        except RoomError as error:
            return JSONResponse({"error": error.reason}, error.status)

    return checked


async def _is_let_in(request: Request) -> bool:
    """Whether Gradio knows who asks, in an app with accounts; it checks its own routes itself."""
    app = request.app
    if getattr(app, "auth", None) is None:
        return True
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(request.cookies.get(name) in app.tokens for name in names)


async def _asked(kind: type[R.FromPage], request: Request) -> Any:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RoomError(415, "Send JSON.")
    try:
        given = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise RoomError(400, "The request is not JSON.") from None
    try:
        return parse(kind, given, None)
    except ValueError as error:
        raise RoomError(400, str(error)[:MESSAGE]) from error
