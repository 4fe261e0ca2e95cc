"""A visitor's own pictures, from the server's side: what is read, refused, trained on, and forgotten."""

import base64
import io

import pytest
from PIL import Image

from core.data.registry import COLORS
from core.serving.limits import SET_NAMED
from demos.live import handlers as live
from demos.live.pictures import read_pictures
from tests.core.data.test_picture_zip import many, picture, zipped
from tests.demos.test_live import SERVICES, SMALL, ask, runs, served, wait_for  # noqa: F401 (fixtures)
from tests.helpers.handlers import ask as ask_page


def text(content):
    return base64.b64encode(content).decode()


def test_the_page_gets_small_squares_classes_and_what_was_left_out():
    answer = ask_page(read_pictures, file=text(zipped([*many(20, size=(90, 70)), ("a/x.png", b"x")])))
    assert answer["classes"] == ("a", "b")
    assert answer["labels"] == [0, 1] * 10
    assert {Image.open(io.BytesIO(base64.b64decode(each))).size for each in answer["pictures"]} == {(64, 64)}
    assert answer["skipped"][0].startswith("a/x.png was left out: this is not a picture")


def test_of_many_files_that_are_left_out_the_first_are_named():
    answer = ask_page(read_pictures, file=text(zipped([(f"{i}.png", b"x") for i in range(50)])))
    assert answer["pictures"] == []
    assert len(answer["skipped"]) == SET_NAMED + 1
    assert answer["skipped"][-1] == "30 more files were left out."


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (text(b"no zip"), "This is not a ZIP file that can be read"),
        ("not base64!", "did not arrive whole"),
        (None, "Send one picture"),
        (text(zipped(many(61, [f"c{i}" for i in range(61)]))), "61 classes, and at most 60"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(file, words):
    assert words in ask_page(read_pictures, file=file)["error"]


def test_a_way_to_fit_pictures_that_is_not_there_is_refused():
    files = text(zipped(many(12)))
    assert set(ask_page(read_pictures, file=files, fit="pad")) >= {"pictures", "labels"}
    assert "fit" in ask_page(read_pictures, file=files, fit="stretch")["error"]


@pytest.mark.parametrize(
    ("model", "files", "words"),
    [
        ("cae", [("a/1.png", picture())], "The set holds 1 picture that can be used; at least 10 are needed."),
        ("classifier", many(12, "a"), "Your pictures have one class, and a classifier needs two at least."),
        (
            "classifier",
            [(f"{i}.png", picture(i)) for i in range(12)],
            "Your pictures have no classes",
        ),
        ("cae", many(61, [f"c{i}" for i in range(61)]), "61 classes, and at most 60"),
    ],
)
def test_a_set_that_a_model_cannot_learn_from_is_refused_in_a_sentence(served, model, files, words):  # noqa: F811
    assert words in ask(live.start, "p", model=model, values={}, pictures=text(zipped(files)))["error"]


def test_a_run_learns_from_the_visitors_pictures_and_forgets_them(served):  # noqa: F811
    few = {"width": 4, "epochs": 1}
    answer = ask(live.start, "p", model="cae", values=few, pictures=text(zipped(many(20))), do="step")
    assert answer["set"]["training"] + answer["set"]["held_out"] == 20
    assert (answer["set"]["classes"], answer["set"]["colors"]) == (["a", "b"], list(COLORS[:2]))
    run = served.run_of("p")
    assert run.dataset is None  # its process has the pictures now
    wait_for(lambda: run.saves)
    card = run.card.read_text("utf-8")
    assert '"name": "my pictures"' in card
    opened = ask(live.open_in, "p")
    assert (opened["dataset"]["title"], opened["words"][:6], opened["size"]) == ("my pictures", "yours,", 27)
    assert len(SERVICES.models[opened["name"]].pictures) == 20
    SERVICES.session_models.end_session("p")
    served.close("p")
    assert not run.folder.exists()


def test_without_pictures_a_run_learns_from_the_shipped_ones(served):  # noqa: F811
    assert ask(live.start, "p", model="cae", values=SMALL)["set"] is None
