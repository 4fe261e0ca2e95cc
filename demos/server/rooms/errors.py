"""What a page in a room, or at its door, is refused with."""


class RoomError(Exception):
    """A request to a room is refused; carries the HTTP status and a sentence for the person."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


WRONG_CODE = "There is no room {code} now. Check the code, or ask your teacher to open the room again."
NOT_IN = "This page is not in the room. Enter its code again."
NOT_LEADING = "Another page teaches in this room; this one watches."
TOO_MANY = "That was too much at once. Wait a second."
FULL = "The room is full: at most {count} pages can follow."
NO_ROOM = "This machine keeps {count} rooms, and all are in use. Try again when a lesson has ended."
NO_QUESTION = "This question is closed."
