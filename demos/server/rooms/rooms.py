"""The rooms of this process."""

import re
import secrets
import time

from core.serving.limits import ENTRY_RATE, PAGES_IN_ROOMS, ROOMS
from demos.server.rooms.errors import NO_ROOM, WRONG_CODE, RoomError
from demos.server.rooms.room import Allowance, Clock, Room

ALPHABET = "CFHJKLMPRTVWXY"  # no two that look alike, no vowels: no words
CODE_LENGTH = 5
CODE = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")


class Rooms:
    """By their codes; those whose teacher does not come back are closed.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.clock = clock
        self._rooms: dict[str, Room] = {}
        self._entries = Allowance(ENTRY_RATE, PAGES_IN_ROOMS, clock)  # a class may come all at once

    def open(self, code: str) -> Room:
        """A new room; the page that opens it chooses the code, so that a balancer can go by it.

        Raises:
            RoomError: If there is such a room, or too many of them.
        """
        self._entries.spend()
        self.sweep()
        if not CODE.fullmatch(code):
            raise RoomError(400, f"A code has {CODE_LENGTH} letters of {ALPHABET}.")
        if code in self._rooms:
            raise RoomError(409, "There is a room with this code. Choose another code.")
        if len(self._rooms) >= ROOMS:
            raise RoomError(503, NO_ROOM.format(count=ROOMS))
        self._rooms[code] = Room(code, self.clock)
        return self._rooms[code]

    def find(self, code: str) -> Room:
        """The room with this code.

        Raises:
            RoomError: If there is none, or no longer.
        """
        self.sweep()
        if code not in self._rooms:
            raise RoomError(404, WRONG_CODE.format(code=code[:CODE_LENGTH]))
        return self._rooms[code]

    def enter(self, code: str, page: str, key: str) -> Room:
        """Let a page into a room; with the room's key it is one of its teacher's.

        Raises:
            RoomError: If there is no such room, or no place in it.
        """
        self._entries.spend()
        room = self.find(code)
        is_teacher = secrets.compare_digest(key.encode(), room.key.encode())
        if not is_teacher and sum(other.pupil_count() for other in self._rooms.values()) >= PAGES_IN_ROOMS:
            raise RoomError(503, f"All rooms together have {PAGES_IN_ROOMS} pages, which is the most.")
        room.enter(page, is_teacher)
        return room

    def sweep(self) -> None:
        """Forget rooms that are closed, and close those that their teachers have left."""
        for code, room in list(self._rooms.items()):
            if room.is_left():
                room.end()
            if room.is_closed:
                del self._rooms[code]
