import os
import signal
import subprocess
import sys
import time

import pytest

from core.serving.workers import NICENESS, ROOT, Nursery

MODULE = "tests.helpers.worker_program"


@pytest.fixture
def nursery():
    nursery = Nursery(MODULE)
    yield nursery
    nursery.close()


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def gone(pid, within=2.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if not lives(pid):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def born(nursery):
    channel = nursery.start()
    messages = iter(channel)
    return channel, messages, next(messages)


def test_two_processes_are_forked_from_one_and_answer(nursery):
    first, one, told = born(nursery)
    second, two, told_too = born(nursery)
    assert told["pid"] != told_too["pid"]
    assert told["parent"] == told_too["parent"]
    for channel, messages in ((first, one), (second, two)):
        channel.send({"do": "echo"})
        assert next(messages) == {"kind": "echo", "nice": os.nice(0)}
    first.send({"do": "yield"})
    first.send({"do": "echo"})
    assert next(one)["nice"] == min(19, os.nice(0) + NICENESS)
    first.close()
    second.close()


def test_a_process_that_works_ends_with_its_channel(nursery):
    channel, _, told = born(nursery)
    channel.send({"do": "work"})
    time.sleep(0.2)
    assert lives(told["pid"])
    channel.close()
    assert gone(told["pid"])


def test_a_failure_is_told_before_the_process_ends(nursery, capfd):
    channel, messages, told = born(nursery)
    channel.send({"do": "crash"})
    assert next(messages) == {"kind": "error", "text": "ValueError: a mistake"}
    assert list(messages) == []
    assert gone(told["pid"])
    channel.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the address space")
def test_a_process_that_wants_too_much_memory_is_told_so(nursery):
    channel, messages, _ = born(nursery)
    channel.send({"do": "eat"})
    assert "too much memory" in next(messages)["text"]
    channel.close()


def test_a_killed_process_ends_the_talk_and_no_other_one(nursery):
    channel, messages, told = born(nursery)
    other, replies, _ = born(nursery)
    os.kill(told["pid"], signal.SIGKILL)
    assert list(messages) == []
    assert not channel.send({"do": "echo"}) or not channel.send({"do": "echo"})
    other.send({"do": "echo"})
    assert next(replies)["kind"] == "echo"
    channel.close()
    other.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_killed_nursery_takes_its_processes_along_and_is_replaced(nursery):
    channel, messages, told = born(nursery)
    os.kill(told["parent"], signal.SIGKILL)
    assert list(messages) == []
    assert gone(told["pid"])
    again, _, told_again = born(nursery)
    assert told_again["parent"] != told["parent"]
    channel.close()
    again.close()


def test_nothing_outlives_the_program_that_started_it():
    code = f"""
import os
from core.serving.workers import Nursery
channel = Nursery("{MODULE}").start()
told = next(iter(channel))
channel.send({{"do": "work"}})
print(told["pid"], told["parent"], flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    child, nursery = map(int, done.stdout.split())
    assert gone(child)
    assert gone(nursery)


def test_it_is_not_for_the_command_line():
    done = subprocess.run([sys.executable, "-m", MODULE], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr == "error: this is started by the app; open its page\n"
