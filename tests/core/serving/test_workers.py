import os
import signal
import subprocess
import sys
import time

import pytest

from core.serving.workers import NICENESS, ROOT, WorkerPool

MODULE = "tests.helpers.worker_program"


@pytest.fixture
def worker_pool():
    worker_pool = WorkerPool(MODULE)
    yield worker_pool
    worker_pool.close()


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def gone(pid, within=30.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if not lives(pid):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def started(worker_pool):
    channel = worker_pool.start()
    messages = iter(channel)
    return channel, messages, next(messages)


def test_two_processes_are_forked_from_one_and_answer(worker_pool):
    first, one, greeting = started(worker_pool)
    second, two, greeting_too = started(worker_pool)
    assert greeting["pid"] != greeting_too["pid"]
    assert greeting["parent"] == greeting_too["parent"]
    for channel, messages in ((first, one), (second, two)):
        channel.send({"do": "echo"})
        assert next(messages) == {"kind": "echo", "nice": os.nice(0)}
    first.send({"do": "yield"})
    first.send({"do": "echo"})
    assert next(one)["nice"] == min(19, os.nice(0) + NICENESS)
    first.close()
    second.close()


def test_a_process_that_works_ends_with_its_channel(worker_pool):
    channel, _, greeting = started(worker_pool)
    channel.send({"do": "work"})
    time.sleep(0.2)
    assert lives(greeting["pid"])
    channel.close()
    assert gone(greeting["pid"])


def test_a_failure_is_reported_before_the_process_ends(worker_pool, capfd):
    channel, messages, greeting = started(worker_pool)
    channel.send({"do": "crash"})
    assert next(messages) == {"kind": "error", "text": "ValueError: a mistake"}
    assert list(messages) == []
    assert gone(greeting["pid"])
    channel.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
def test_a_process_that_wants_too_much_memory_hears_so(worker_pool):
    channel, messages, _ = started(worker_pool)
    channel.send({"do": "eat"})
    assert "too much memory" in next(messages)["text"]
    channel.close()


def test_a_killed_process_ends_the_talk_and_no_other_one(worker_pool):
    channel, messages, greeting = started(worker_pool)
    other, replies, _ = started(worker_pool)
    os.kill(greeting["pid"], signal.SIGKILL)
    assert list(messages) == []
    assert not channel.send({"do": "echo"}) or not channel.send({"do": "echo"})
    other.send({"do": "echo"})
    assert next(replies)["kind"] == "echo"
    channel.close()
    other.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_killed_pool_takes_its_workers_along_and_is_replaced(worker_pool):
    channel, messages, greeting = started(worker_pool)
    os.kill(greeting["parent"], signal.SIGKILL)
    assert list(messages) == []
    assert gone(greeting["pid"])
    again, _, greeting_again = started(worker_pool)
    assert greeting_again["parent"] != greeting["parent"]
    channel.close()
    again.close()


def test_nothing_outlives_the_program_that_started_it():
    code = f"""
import os
from core.serving.workers import WorkerPool
channel = WorkerPool("{MODULE}").start()
greeting = next(iter(channel))
channel.send({{"do": "work"}})
print(greeting["pid"], greeting["parent"], flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    child, parent = map(int, done.stdout.split())
    assert gone(child)
    assert gone(parent)


def test_it_is_not_for_the_command_line():
    done = subprocess.run([sys.executable, "-m", MODULE], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr == "error: this is started by the app; open its page\n"
