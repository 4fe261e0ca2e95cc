"""Rooms without a page: who may do what, what each page sees, and what floods and absences come to."""

import asyncio
import itertools
import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.serving import limits
from demos.lessons.format.library import Library
from demos.room import routes
from demos.room.routes import RoomRoutes
from demos.server.address import is_reached_by_others, room_address
from demos.server.middleware import Guard
from demos.server.rooms import rooms as registry
from demos.server.rooms.errors import RoomError
from demos.server.rooms.question import QuestionText
from demos.server.rooms.rooms import ALPHABET, Rooms

CODE = "CFHJK"
TEACHER, SECOND, PUPIL = "teacher-page-0001", "teacher-page-0002", "pupil-page-00001"
CHOICE = QuestionText("Which?", ("this", "that", "neither"), solution={"right": 1, "number": None, "why": "Because."})
LISTENING = []  # a context that nobody holds would be left
NUMBER = QuestionText("How many?", low=0, high=100)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(clock):
    return Rooms(clock)


@pytest.fixture
def room(rooms):
    """A room whose teacher is there."""
    room = rooms.open(CODE)
    rooms.enter(CODE, TEACHER, room.key)
    with room.listening(TEACHER):
        yield room


def enter(rooms, name=PUPIL, key="", code=CODE):
    """A page that has entered and listens."""
    room = rooms.enter(code, name, key)
    listening = room.listening(name)
    listening.__enter__()
    LISTENING.append(listening)
    return listening


def seen(room, name=PUPIL):
    return viewed(room.message(name))


def viewed(message):
    """What an event of a stream holds."""
    return json.loads(message.removeprefix(b"data: "))


# ---- who may do what
def test_a_code_cannot_be_mistaken_and_is_taken_once(rooms):
    assert not set(ALPHABET) & set("AEIOU0123456789BDGNQSUZ")
    rooms.open(CODE)
    for code, status in ((CODE, 409), ("cfhjk", 400), ("CFHJ", 400), ("CFHJA", 400)):
        with pytest.raises(RoomError) as refused:
            rooms.open(code)
        assert refused.value.status == status


def test_a_wrong_code_gets_a_sentence(rooms):
    with pytest.raises(RoomError, match=r"There is no room XXXXX now\. Check the code") as refused:
        rooms.enter("XXXXX" * 1000, PUPIL, "")
    assert refused.value.status == 404


def test_the_code_of_a_room_that_is_over_gets_the_same(rooms, room):
    enter(rooms)
    room.close(TEACHER)
    for _ in range(2):
        with pytest.raises(RoomError, match=r"There is no room CFHJK now\. Check the code"):
            rooms.enter(CODE, "pupil-page-00009", "")
    assert rooms.open(CODE) is not room


def test_only_the_teacher_shows_locks_asks_and_closes(rooms, room):
    enter(rooms)
    for act in (
        lambda: room.show(PUPIL, "tab=gan"),
        lambda: room.lock(PUPIL, True),
        lambda: room.ask(PUPIL, CHOICE),
        lambda: room.set_phase(PUPIL, "revealed"),
        lambda: room.lead(PUPIL),
        lambda: room.close(PUPIL),
    ):
        with pytest.raises(RoomError) as refused:
            act()
        assert refused.value.status == 403
    assert (room.view, room.is_locked, room.question, room.is_closed) == ("", False, None, False)


def test_a_second_page_of_the_teacher_watches_and_takes_over_when_the_first_goes(rooms):
    room = rooms.open(CODE)
    first, second = enter(rooms, TEACHER, room.key), enter(rooms, SECOND, room.key)
    assert (seen(room, TEACHER)["role"], seen(room, SECOND)["role"]) == ("teacher", "watching")
    with pytest.raises(RoomError):
        room.show(SECOND, "tab=gan")
    room.lead(SECOND)
    assert (seen(room, TEACHER)["role"], seen(room, SECOND)["role"]) == ("watching", "teacher")
    second.__exit__(None, None, None)
    assert seen(room, TEACHER)["role"] == "teacher"
    first.__exit__(None, None, None)
    assert not room.has_teacher()


def test_a_wrong_key_makes_a_pupil(rooms, room):
    enter(rooms, SECOND, "guessed")
    assert seen(room, SECOND)["role"] == "pupil"


# ---- what pages see
def test_pupils_see_the_view_but_no_count(rooms, room):
    enter(rooms)
    room.show(TEACHER, "tab=gan&seed=7")
    room.lock(TEACHER, True)
    pupil = seen(room)
    assert (pupil["view"], pupil["is_locked"], pupil["has_teacher"]) == ("tab=gan&seed=7", True, True)
    assert "pupils" not in pupil
    assert seen(room, TEACHER)["pupils"] == 1


def test_a_tally_grows_for_the_teacher_and_is_revealed_to_all(rooms, room):
    for k in range(3):
        enter(rooms, f"pupil-page-0000{k}")
    room.ask(TEACHER, CHOICE)
    for k, value in enumerate((1, 1, 0)):
        room.vote(f"pupil-page-0000{k}", 1, value)
    assert seen(room, TEACHER)["question"]["counts"] == [1, 2, 0]
    assert not {"counts", "solution"} & set(seen(room, "pupil-page-00000")["question"])
    room.set_phase(TEACHER, "revealed")
    question = seen(room, "pupil-page-00000")["question"]
    assert question["counts"] == [1, 2, 0]
    assert question["solution"]["right"] == 1
    room.set_phase(TEACHER, None)
    assert seen(room, "pupil-page-00000")["question"] is None


def test_numbers_are_counted_in_tenths_of_their_range(rooms, room):
    room.ask(TEACHER, NUMBER)
    for k, value in enumerate((0, 9.9, 55, 100)):
        enter(rooms, f"pupil-page-0000{k}")
        room.vote(f"pupil-page-0000{k}", 1, value)
    assert room.question.counts() == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]


# ---- votes that are none, and floods
def test_a_page_has_one_vote_while_the_vote_is_open(rooms, room):
    enter(rooms)
    room.ask(TEACHER, CHOICE)
    room.vote(PUPIL, 1, 0)
    room.vote(PUPIL, 1, 2)
    assert room.question.counts() == [0, 0, 1]
    for value in (3, -1, 0.5):
        with pytest.raises(RoomError, match="3 answers"):
            room.vote(PUPIL, 1, value)
    with pytest.raises(RoomError, match="closed"):
        room.vote(PUPIL, 2, 0)
    room.set_phase(TEACHER, "closed")
    with pytest.raises(RoomError):
        room.vote(PUPIL, 1, 0)
    with pytest.raises(RoomError, match="does not vote"):
        room.vote(TEACHER, 1, 0)
    assert room.question.counts() == [0, 0, 1]


def test_a_flood_of_votes_is_refused_and_counts_once(rooms, room, clock):
    enter(rooms)
    room.ask(TEACHER, CHOICE)
    for k in range(int(2 * limits.PUPIL_RATE)):
        room.vote(PUPIL, 1, k % 3)
    for k in range(500):
        with pytest.raises(RoomError) as refused:
            room.vote(PUPIL, 1, k % 3)
        assert refused.value.status == 429
    assert sum(room.question.counts()) == 1
    clock.now += 10
    room.vote(PUPIL, 1, 2)
    assert room.question.counts() == [0, 0, 1]


def test_a_teacher_may_send_ten_views_a_second_for_ever(room, clock):
    for k in range(300):
        clock.now += 0.1
        room.show(TEACHER, f"tab=interpolate&alpha=0.{k}")


def test_rooms_and_pages_have_limits(rooms, clock, monkeypatch):
    for k in range(limits.ROOMS):
        rooms.open("CFHJKLMP"[k] * 5)
    with pytest.raises(RoomError, match="all are in use") as refused:
        rooms.open("XXXXX")
    assert refused.value.status == 503
    for k in range(limits.PAGES_IN_ROOM):
        clock.now += 0.1
        enter(rooms, f"pupil-page-{k:05}", code="CCCCC")
    with pytest.raises(RoomError, match="room is full"):
        rooms.enter("CCCCC", "one-page-too-many", "")
    monkeypatch.setattr(registry, "PAGES_IN_ROOMS", limits.PAGES_IN_ROOM)
    with pytest.raises(RoomError, match="All rooms together"):
        rooms.enter("FFFFF", "one-page-too-many", "")


def test_names_that_come_and_go_do_not_pile_up(rooms, room, clock):
    for k in range(1000):
        clock.now += 1
        rooms.enter(CODE, f"pupil-page-{k:05}", "")
    assert len(room.pages) <= 2 * limits.PAGES_IN_ROOM


def test_guesses_of_codes_are_few_a_second(rooms):
    statuses = []
    for _ in range(2 * limits.PAGES_IN_ROOMS):
        with pytest.raises(RoomError) as refused:
            rooms.enter("XXXXX", PUPIL, "")
        statuses.append(refused.value.status)
    assert statuses[-1] == 429


# ---- absences
def test_a_teacher_who_goes_may_come_back_and_go_on(rooms, clock):
    room = rooms.open(CODE)
    teacher = enter(rooms, TEACHER, room.key)
    enter(rooms)
    room.show(TEACHER, "tab=gan")
    teacher.__exit__(None, None, None)
    assert (seen(room)["has_teacher"], seen(room)["view"]) == (False, "tab=gan")
    clock.now += 60
    enter(rooms, SECOND, room.key)  # a reloaded page has another name
    room.show(SECOND, "tab=denoise")
    assert (seen(room)["has_teacher"], seen(room)["view"]) == (True, "tab=denoise")


def test_a_room_without_its_teacher_is_closed(rooms, clock):
    room = rooms.open(CODE)
    enter(rooms, TEACHER, room.key).__exit__(None, None, None)
    enter(rooms)
    clock.now += limits.ROOM_ABSENCE + 1
    with pytest.raises(RoomError):
        rooms.find(CODE)
    assert seen(room)["is_closed"]


def test_a_page_that_says_nothing_counts_as_gone(rooms, room, clock):
    enter(rooms)
    clock.now += limits.ROOM_SILENCE + 1
    assert room.is_silent(PUPIL)
    room.hear(PUPIL)
    assert not room.is_silent(PUPIL)


# ---- the routes
@pytest.fixture
def client(rooms):
    with TestClient(Guard(Starlette(routes=RoomRoutes(rooms, Library(), is_open_to_all=False).routes()))) as client:
        yield client


def opened(client):
    asked = {"page": TEACHER, "address": "http://school.example/loom/"}
    return client.post(f"/room/{CODE}/open", json=asked)


def test_opening_gives_a_key_and_an_address(client):
    answer = opened(client).json()
    assert answer["address"] == f"http://school.example/loom/?room={CODE}"
    assert answer["is_reached"] is True
    assert client.post(f"/room/{CODE}/enter", json={"page": SECOND, "key": answer["key"]}).json()["role"] == "watching"
    assert client.post(f"/room/{CODE}/enter", json={"page": PUPIL}).json()["role"] == "pupil"


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("show", {"page": TEACHER, "view": "x" * 10_000}, 400),
        ("show", {"page": TEACHER, "view": "tab=<script>"}, 400),
        ("show", {"page": "unknown-page-0001", "view": "tab=gan"}, 404),
        ("show", {"page": "short", "view": "tab=gan"}, 400),
        ("show", {"view": "tab=gan"}, 400),
        ("lock", {"page": TEACHER, "is_locked": "yes"}, 400),
        ("ask", {"page": TEACHER, "text": "?", "answers": ["one"]}, 400),
        ("ask", {"page": TEACHER, "text": "?", "answers": ["a"] * 6}, 400),
        ("ask", {"page": TEACHER, "text": "?" * 301, "answers": ["a", "b"]}, 400),
        ("ask", {"page": TEACHER, "text": "$\\nothing{$", "answers": ["a", "b"]}, 400),
        ("ask", {"page": TEACHER, "text": "?", "answers": ["a", "b"], "right": 4}, 400),
        ("ask_lesson", {"page": TEACHER, "lesson": "nothing", "step": 0}, 404),
        ("phase", {"page": TEACHER, "phase": "later"}, 400),
        ("vote", {"page": TEACHER, "number": 1, "value": "NaN"}, 400),
        ("nothing", {"page": TEACHER}, 404),
        ("show", [], 400),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(client, action, body, status):
    opened(client)
    answer = client.post(f"/room/{CODE}/{action}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert len(answer.json()["error"]) <= limits.MESSAGE + 4


def test_a_request_must_be_json_and_small(client):
    opened(client)
    assert client.post(f"/room/{CODE}/show", content="{}").status_code == 415
    headers = {"content-type": "application/json"}
    assert client.post(f"/room/{CODE}/show", content="{", headers=headers).status_code == 400
    large = b'{"view": "' + b"x" * limits.BODY + b'"}'
    assert client.post(f"/room/{CODE}/show", content=large, headers=headers).status_code == 413
    assert client.get(f"/room/{CODE}/events?page=unknown-page-0001").status_code == 404
    assert client.get(f"/room/XXXXX/events?page={TEACHER}").status_code == 404


def test_a_question_is_text_and_formulas_whatever_is_written(client, rooms):
    opened(client)
    room = rooms.find(CODE)
    with room.listening(TEACHER):
        body = {"page": TEACHER, "text": "<img src=x onerror=alert(1)> $z$", "answers": ["<b>a</b>", "b"], "right": 1}
        assert client.post(f"/room/{CODE}/ask", json=body).status_code == 200
        asked = seen(room, TEACHER)["question"]
    assert "<img" not in asked["text"]
    assert "<math" in asked["text"]
    assert asked["answers"] == ["&lt;b&gt;a&lt;/b&gt;", "b"]


def test_a_lessons_question_is_asked_with_its_solution(client, rooms):
    opened(client)
    room = rooms.find(CODE)
    lesson, step = next(
        (lesson, k) for lesson in Library().lessons()[0] for k, one in enumerate(lesson.steps) if one.question
    )
    with room.listening(TEACHER):
        body = {"page": TEACHER, "lesson": lesson.name, "step": step}
        assert client.post(f"/room/{CODE}/ask_lesson", json=body).status_code == 200
        room.set_phase(TEACHER, "revealed")
        asked = seen(room, TEACHER)["question"]
    assert asked["place"] == f"{lesson.name}.{step}"
    assert asked["solution"]["why"] == lesson.steps[step].question.why


def test_a_stream_gives_the_room_as_it_is_and_asks_for_signs_of_life(rooms, room, monkeypatch):
    monkeypatch.setattr(routes, "ROOM_BEAT", 0.02)
    rooms.enter(CODE, PUPIL, "")

    async def read():
        events = RoomRoutes(rooms, Library(), is_open_to_all=False)._events(room, PUPIL)
        parts = [await anext(events), await anext(events)]
        for k in range(50):
            room.show(TEACHER, f"tab=gan&seed={k}")
            if k % 20 == 0:
                room.clock.now += 1
        parts.append(await anext(events))
        room.clock.now += limits.ROOM_SILENCE + 1
        parts += [part async for part in events]
        return parts

    first, beat, latest, *rest = asyncio.run(read())
    assert viewed(first)["view"] == ""
    assert beat.startswith(b"event: beat")
    assert viewed(latest)["view"] == "tab=gan&seed=49"  # the others were never sent
    assert rest == []  # a page that is gone is not told anything more
    assert room.pupil_count() == 0


def test_a_page_gets_ten_views_a_second_at_most(rooms, room, monkeypatch):
    monkeypatch.setattr(routes, "ROOM_PACE", 60)
    rooms.enter(CODE, PUPIL, "")

    async def read():
        events = RoomRoutes(rooms, Library(), is_open_to_all=False)._events(room, PUPIL)
        await anext(events)
        room.show(TEACHER, "tab=gan")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(anext(events), 0.3)

    assert limits.ROOM_PACE == 0.1
    asyncio.run(read())


def test_news_leave_room_for_others_who_ask(rooms, room, monkeypatch):
    monkeypatch.setattr(routes, "ROOM_PACE", 0)
    names = [f"{k:016}" for k in range(60)]
    told = []

    async def listen(serving, name):
        async for message in serving._events(room, name):
            told.append(viewed(message)["view"])

    async def show():
        serving = RoomRoutes(rooms, Library(), is_open_to_all=False)
        listening = [asyncio.create_task(listen(serving, name)) for name in names]
        while told.count("") < len(names):
            await asyncio.sleep(0)
        room.show(TEACHER, "tab=gan")
        steps = [0]
        while steps[-1] < len(names):
            await asyncio.sleep(0)
            steps.append(told.count("tab=gan"))
        for task in listening:
            task.cancel()
        return steps

    for name in names:
        rooms.enter(CODE, name, "")
        room.clock.now += 1  # they come one after the other
    steps = asyncio.run(show())
    assert max(after - before for before, after in itertools.pairwise(steps)) <= routes.TOGETHER


def test_the_address_is_that_of_this_machine_where_the_teacher_uses_its_own_name():
    assert room_address("http://127.0.0.1:7860/", CODE, "10.0.0.7") == f"http://10.0.0.7:7860/?room={CODE}"
    assert room_address("https://x.org/loom/", CODE, "10.0.0.7") == f"https://x.org/loom/?room={CODE}"
    assert not is_reached_by_others(room_address("http://localhost:7860/", CODE, None))
