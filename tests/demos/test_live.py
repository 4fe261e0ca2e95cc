"""The runs of many visitors: limits, places, and what becomes of them when anything ends."""

import asyncio
import gc
import os
import signal
import time
import weakref
from pathlib import Path

import pytest

from core.checkpoint import WEIGHTS, load_model
from core.serving.batcher import Busy
from core.serving.limits import SESSION_MODELS
from core.serving.workers import WorkerPool
from core.training.live import LIVE_MODELS
from demos.classify import handlers as classify
from demos.interpolate.handlers import find_decoder
from demos.latent_map.handlers import load_map
from demos.live import handlers as live
from demos.live.live_run import GONE, NEXT_STATES, RunState
from demos.live.runs import CRASHED, NO_WORKERS, Limits, LiveRuns
from demos.server import features
from demos.ui.handlers import rpc_handler
from tests.core.serving.test_workers import gone
from tests.helpers.handlers import SERVICES
from tests.helpers.handlers import ask as ask_page
from train.live import MODULE

MODELS, SESSIONS = SERVICES.models, SERVICES.session_models

SMALL = {"width": 4, "images": 200, "epochs": 200, "batch_size": 16}


class Page:
    """What a server function gets of the page that calls it."""

    def __init__(self, session_id):
        self.session_id = session_id

    async def json(self):
        return {"session_hash": self.session_id}


def wait_for(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def children(pid):
    """Processes that a process started, and those they started, by /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, rest = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(rest[1]) == pid and rest[0] != "Z":
            found += [number, *children(number)]
    return found


def resident(pid):
    """Bytes of memory that a process has for itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


@pytest.fixture(scope="module")
def runs():
    runs = LiveRuns(Limits(together=2, turn=0.6, runs=10), WorkerPool(MODULE))
    yield runs
    runs.close_all()


@pytest.fixture(autouse=True)
def _empty(runs):
    yield
    for session_id in list(runs._runs):
        runs.close(session_id)


def process_of(runs, session_id, before):
    run = runs.run_of(session_id)
    wait_for(lambda: run.opening)

    def others():
        return set(children(runs.worker_pool._process.pid)) - set(before)

    wait_for(lambda: len(others()) == 1)  # that of a run closed a moment ago may still be there
    return others().pop()


def start(runs, session_id, model="cae", **values):
    run = runs.open(session_id, model, SMALL | values)
    runs.play(session_id)
    return run


def test_a_run_learns_and_ends_with_its_session(runs):
    run = start(runs, "a")
    pid = process_of(runs, "a", [])
    wait_for(lambda: run.frame_count > 3)
    folder = run.folder
    assert folder.is_dir()
    runs.close("a")
    assert gone(pid)
    assert not folder.exists()
    with pytest.raises(ValueError, match=GONE):
        runs.run_of("a")


def test_a_killed_run_says_so_and_a_new_one_starts(runs):
    run = start(runs, "a")
    os.kill(process_of(runs, "a", []), signal.SIGKILL)
    wait_for(lambda: run.state == "ended", 2)
    assert run.words == CRASHED
    with pytest.raises(ValueError, match="unexpectedly"):
        runs.play("a")
    wait_for(lambda: runs.scheduler.position(run) is None)
    again = start(runs, "a")
    wait_for(lambda: again.frame_count > 1)


def test_ten_sessions_at_once_take_turns_and_leave_nothing_behind(runs):
    start(runs, "warm")
    process_of(runs, "warm", [])
    runs.close("warm")
    worker_pool = runs.worker_pool._process.pid
    wait_for(lambda: not children(worker_pool))
    before = resident(os.getpid()) + resident(worker_pool)
    started = [start(runs, f"v{k}") for k in range(10)]
    assert sorted(runs.line(run)[0] for run in started) == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert [run.state for run in started].count("waiting") == 8
    most, positions = 0, {run: {runs.line(run)[0]} for run in started}
    deadline = time.monotonic() + 60
    with pytest.raises(Busy, match="10 visitors are training already"):
        runs.open("one more", "cae", SMALL)
    while not all(run.frame_count for run in started) and time.monotonic() < deadline:
        most = max(most, sum(run.state == "training" for run in started))
        for run in started:
            run.heard = time.monotonic()
            positions[run].add(runs.line(run)[0])
        time.sleep(0.05)
    assert most == 2
    assert all(run.frame_count for run in started)
    assert {run.state for run in started} <= {"training", "waiting"}
    assert any(len(seen) > 2 for seen in positions.values())
    for run in started:
        runs.close(run.session)
    wait_for(lambda: not children(worker_pool), 3)
    assert resident(os.getpid()) + resident(worker_pool) < before + 50_000_000


def test_a_paused_run_makes_room_and_goes_on(runs):
    first, second, third = (start(runs, name) for name in "abc")
    assert runs.line(third) == (1, 1)
    runs.pause("a")
    wait_for(lambda: third.state == "training")
    assert (first.state, second.state) == ("paused", "training")
    wait_for(lambda: first.saves)
    sent = first.frame_count
    runs.step("a")
    wait_for(lambda: first.frame_count > sent)
    assert first.state == "paused"


def test_a_run_goes_from_state_to_state_as_the_table_says(runs):
    run = runs.open("a", "cae", SMALL)
    assert run.state is RunState.NEW
    with pytest.raises(RuntimeError, match="a run that is new cannot be training next"):
        runs.transition(run, RunState.TRAINING)
    runs.play("a")
    assert run.state is RunState.TRAINING
    runs.transition(run, RunState.ENDED, "over")
    assert (run.words, run.channel, runs.scheduler.position(run)) == ("over", None, None)
    assert NEXT_STATES[RunState.ENDED] == set()
    with pytest.raises(RuntimeError, match="ended cannot be paused"):
        runs.transition(run, RunState.PAUSED)


def test_without_a_trainer_a_run_says_so():
    runs = LiveRuns()
    runs.warm()
    runs.open("a", "cae", SMALL)
    for move in (runs.play, runs.step):
        with pytest.raises(Busy, match=NO_WORKERS):
            move("a")
    runs.close_all()


def test_a_run_ends_when_its_page_goes_silent(runs):
    runs = LiveRuns(Limits(silence=0.4, resting=60), runs.worker_pool)
    run = runs.open("a", "cae", SMALL)
    folder = run.folder
    wait_for(lambda: "a" not in runs._runs, 3)
    assert not folder.exists()


def test_time_limits_are_reported_and_preserve_the_weights(runs):
    runs = LiveRuns(Limits(training=0.3, resting=0.5), runs.worker_pool)
    try:
        run = start(runs, "a")
        wait_for(lambda: run.state == "paused" and "may train here are over" in run.words)
        with pytest.raises(ValueError, match="minutes"):
            runs.play("a")
        wait_for(lambda: run.state == "ended")
        assert "paused too long" in run.words
        assert load_model(run.card).card.recipe["steps"] == run.saved_step
    finally:
        runs.close("a")


def test_a_run_that_diverged_plays_no_more_but_can_be_taken(served, tmp_path):
    run = start(served, "p")
    wait_for(lambda: run.frame_count > 1)
    served.pause("p")
    wait_for(lambda: run.saves)
    with served._lock:
        served._receive(run, {"kind": "rest", "why": "diverged"})
        served._receive(run, {"kind": "rest", "why": "diverged"})  # said twice, it is the same
    for command in ("play", "step"):
        assert "last finite weights were kept" in ask(live.command, "p", do=command)["error"]
    assert ask(live.follow, "p", since=0, state="")["state"] == "diverged"
    assert ask(live.take, "p")["name"].startswith("my-cae-")


def test_a_goodbye_ends_the_run_and_the_models_of_a_session_at_once(served):
    ask(live.start, "p", model="cae", values=SMALL, do="step")
    wait_for(lambda: served.run_of("p").saves)
    name = ask(live.open_in, "p")["name"]
    SERVICES.lose_session("p")
    assert ask(live.keep_alive, "p") == {}
    assert name in SESSIONS  # a connection that broke ends nothing yet
    assert served.run_of("p").state == "paused"
    assert ask(live.end_session, "p") == {}
    assert name not in SESSIONS
    with pytest.raises(ValueError, match=GONE):
        served.run_of("p")


def test_what_may_not_change_while_it_learns_is_refused(runs):
    runs.open("a", "cae", SMALL)
    with pytest.raises(ValueError, match="press Reset"):
        runs.change("a", {"width": 5})
    with pytest.raises(ValueError, match="learning rate must be"):
        runs.change("a", {"learning_rate": 5})
    runs.change("a", {"learning_rate": 0.5})
    assert runs.run_of("a").values["learning_rate"] == 0.5


@pytest.fixture
def served(runs, monkeypatch):
    monkeypatch.setattr(SERVICES, "live_runs", runs)
    return runs


def ask(handler, session_id, **request):
    return asyncio.run(rpc_handler(SERVICES, handler)(request, Page(session_id)))


def test_the_page_follows_changes_and_saves_a_run(served, tmp_path):
    answer = ask(live.start, "p", model="cae", values=SMALL, do="step")
    assert answer["state"] == "paused"
    assert answer["values"]["width"] == 4
    since, frames = 0, []
    while not any(frame["losses"] for frame in frames):
        update = ask(live.follow, "p", since=since, state="paused")
        frames += update["frames"]
        since = len(frames)
    assert [frame["k"] for frame in frames] == list(range(len(frames)))
    assert ask(live.command, "p", do="change", values={"learning_rate": 0.02})["state"] == "paused"
    taken = ask(live.take, "p")
    assert taken["name"].startswith("my-cae-")
    opened = ask(live.open_in, "p")
    assert opened["size"] == 27
    assert (ask(live.end, "p"), ask(live.follow, "p", since=0, state="paused")["error"]) == ({}, GONE)
    SESSIONS.end_session("p")


def test_what_a_page_asks_again_as_the_answer_was_lost_happens_once(served, monkeypatch):
    begin = {"model": "cae", "values": SMALL, "do": "step"}
    ask(live.start, "p", **begin, run=4)
    run = SERVICES.live_runs.run_of("p")
    assert ask(live.start, "p", **begin, run=4)["values"] == run.values
    assert SERVICES.live_runs.run_of("p") is run
    assert ask(live.start, "p", **begin, run=3)["error"] == live.REPLACED
    sent = []
    monkeypatch.setattr(run.channel, "send", sent.append)
    for number in (1, 2, 2, 1):
        assert ask(live.command, "p", do="step", number=number)["state"] == "paused"
    assert sent == [{"do": "step"}] * 2
    assert ask(live.end, "p", run=3) == {}  # meant for an earlier one
    assert SERVICES.live_runs.run_of("p") is run
    ask(live.end, "p", run=5)
    assert ask(live.follow, "p", since=0, state="paused")["error"] == GONE


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"model": "resnet", "values": {}}, "no model 'resnet'"),
        ({"model": "cae", "values": []}, "values must be an object"),
        ({"model": "cae", "values": {"width": 99}}, "width must be"),
        ({"model": "cae", "values": {}, "do": "dance"}, "do must be one of play, pause, step"),
    ],
)
def test_nonsense_is_reported(served, request_, words):
    assert words in ask(live.start, "p", **request_)["error"]


def test_a_session_model_is_found_by_its_name_alone_and_ends_with_the_session(served):
    ask(live.start, "p", model="cae", values=SMALL, do="step")
    wait_for(lambda: served.run_of("p").saves)
    name = ask(live.open_in, "p")["name"]
    path = MODELS[name].location
    assert find_decoder(SERVICES, name).size == 27
    assert ask_page(load_map, checkpoint=name, map="PCA")["dimensions"] == 27
    assert MODELS[name].module is MODELS[name].module
    SESSIONS.end_session("somebody else")
    assert name in SESSIONS
    SESSIONS.end_session("p")
    assert not path.exists()
    assert "no latent space" in ask_page(load_map, checkpoint=name, map="PCA")["error"]
    with pytest.raises(ValueError, match="no decoder"):
        find_decoder(SERVICES, name)


@pytest.mark.parametrize("name", ["own-guess", "/etc/passwd", "../weights/cae-27.json", None, {}, "own-"])
def test_no_other_name_opens_a_file(name):
    assert "no latent space" in ask_page(load_map, checkpoint=name, map="PCA")["error"]


def test_the_number_of_session_models_is_limited(served):
    ask(live.start, "p", model="vae", values=SMALL, do="step")
    wait_for(lambda: served.run_of("p").saves)
    names = [ask(live.open_in, "p")["name"] for _ in range(SESSION_MODELS + 1)]
    assert [name in SESSIONS for name in names] == [False] + [True] * SESSION_MODELS
    SESSIONS.end_session("p")


def test_nothing_computed_from_a_session_model_outlives_its_session():
    name = SESSIONS.register("p", WEIGHTS / "classifier-fashionnet.json").name
    scatter = ask_page(classify.load_scatter, checkpoint=name, classes=[0, 1])
    assert len(scatter["indices"]) == 200
    held = [weakref.ref(MODELS[name].module), weakref.ref(features._block(MODELS[name], 0)[1]["conv1"])]
    assert all(one() is not None for one in held)
    SESSIONS.end_session("p")
    gc.collect()
    assert [one() for one in held] == [None, None]


def test_every_live_model_opens_tabs_that_exist():
    from demos import tab_id, tabs

    known = {tab_id(tab) for tab in tabs()}
    assert all(set(live.opens) <= known for live in LIVE_MODELS.values())
