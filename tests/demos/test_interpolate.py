import asyncio
import base64
import io
import math

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from core.checkpoint import load_codes, load_model
from core.data.fashion_mnist import load_fashion_sample
from core.data.images import encode, grid
from core.data.photos import as_face, read_photo
from demos.interpolate import compute
from demos.interpolate import handlers as interpolate
from demos.interpolate.ends import code_from_text, code_to_text
from demos.interpolate.handlers import CLOTHES, decoder_names
from demos.server.models import CLASSIFIER
from demos.ui.fields import from_base64
from demos.ui.images import to_base64
from tests.helpers.handlers import SERVICES, ask, call

FACES = ["vae-faces", "vae-faces-32"]
PAINTERS = [*FACES, "vae-faces-256"]
MODELS = SERVICES.models


def way(checkpoint="cae-27", a=119, b=640, **more):
    return {"checkpoint": checkpoint, "a": {"i": a}, "b": {"i": b}} | more


def opened(answer, key="sprite"):
    return Image.open(io.BytesIO(base64.b64decode(answer[key].split(",")[1])))


def tiles(answer, side=28):
    """The frames of a sprite, (n, side, side) or (n, side, side, 3)."""
    picture = np.asarray(opened(answer))
    rows, columns = picture.shape[0] // side, answer["columns"]
    parts = picture.reshape(rows, side, columns, side, *picture.shape[2:]).swapaxes(1, 2)
    return parts.reshape(rows * columns, side, side, *picture.shape[2:])[: answer["count"]]


def drawing(i=900):
    return {"pixels": to_base64(255 - load_fashion_sample().images[i, 0].numpy())}


@pytest.mark.parametrize("checkpoint", CLOTHES)
def test_a_strip_holds_every_frame_exactly(checkpoint):
    answer = ask(interpolate.path, **way(checkpoint))
    assert answer["count"] == 101
    assert len(answer["sprite"]) < 600_000
    frames, z = tiles(answer), MODELS[checkpoint].codes
    for k in (0, 37, 100):
        exact = MODELS[checkpoint].module.decode((z[119] + k / 100 * (z[640] - z[119]))[None])[0, 0]
        assert np.abs(frames[k].astype(float) - 255 * exact.numpy()).max() < 1  # rounding
        by_api = call(interpolate.interpolate, checkpoint, 119, 640, k / 100)
        assert np.abs(frames[k].astype(int) - by_api).max() <= 1  # a batch is summed in another order


@pytest.mark.parametrize("checkpoint", ["vad-gaussian", "vae-faces"])
def test_some_frames_of_a_strip_are_the_same_as_in_the_whole(checkpoint):
    side, numbers = MODELS[checkpoint].side, [*range(0, 201, 10), 137]
    whole, some = (ask(interpolate.path, **way(checkpoint, 1, 2, beyond=True, frames=f)) for f in ([], numbers))
    assert (whole["count"], some["count"]) == (201, len(numbers))
    assert some["codes"] == whole["codes"]
    difference = tiles(some, side).astype(int) - tiles(whole, side)[numbers]
    assert np.abs(difference).mean() < (0.02 if side == 28 else 3)  # faces are packed with loss
    if side == 28:
        assert some["predicted"] == [whole["predicted"][k] for k in numbers]


@pytest.mark.parametrize("frames", [[101], [-1], [0.5], ["1"], 3, [0] * 102])
def test_frames_that_a_path_has_not_are_reported(frames):
    assert "must be" in ask(interpolate.path, **way(frames=frames))["error"]


def test_a_strip_can_go_beyond_the_ends():
    inside, wide = ask(interpolate.path, **way()), ask(interpolate.path, **way(beyond=True))
    assert wide["count"] == len(wide["predicted"]) == len(wide["confidence"]) == 201
    assert np.abs(tiles(wide)[50:151].astype(int) - tiles(inside)).max() <= 1
    by_api = call(interpolate.interpolate, "cae-27", 119, 640, -0.5)
    assert np.abs(tiles(wide)[0].astype(int) - by_api).max() <= 1


def test_the_ends_are_the_reconstructions_and_their_classes():
    answer = ask(interpolate.path, **way("cae-27", 100, 905))
    assert (answer["predicted"][0], answer["predicted"][-1]) == (1, 9)  # Trouser, Ankle boot
    sample = load_fashion_sample().images[:, 0].numpy() / 255
    frames = tiles(answer) / 255
    assert np.square(frames[0] - sample[100]).mean() < 0.03
    assert np.square(frames[-1] - sample[905]).mean() < 0.03


def test_a_spherical_path_has_the_same_ends_and_differs_in_between():
    linear, round_ = (tiles(ask(interpolate.path, **way(method=m))).astype(int) for m in ("linear", "spherical"))
    assert np.abs(linear[[0, -1]] - round_[[0, -1]]).max() <= 1
    assert np.abs(linear[50] - round_[50]).mean() > 0.3


@pytest.mark.parametrize("checkpoint", [n for n in CLOTHES if not MODELS[n].fits])
def test_a_drawing_is_encoded(checkpoint):
    answer = ask(interpolate.path, checkpoint=checkpoint, a=drawing(), b={"i": 3})
    x = torch.from_numpy(255 - load_fashion_sample().images[900].numpy()).float()[None] / 255
    assert torch.allclose(
        code_from_text(answer["codes"][0], MODELS[checkpoint].size), MODELS[checkpoint].module.encode(x)[0]
    )


def test_a_code_is_fitted_to_a_drawing_where_no_encoder_is():
    picture = {"pixels": to_base64(load_fashion_sample().images[900, 0].flip(1).numpy())}  # a boot that points right
    answer = ask(interpolate.path, checkpoint="vad-gaussian", a=picture, b={"i": 3})
    wanted = from_base64(picture["pixels"], (28, 28)) / 255
    error = np.square(tiles(answer)[0] / 255 - wanted).mean()
    assert error < 0.5 * np.square(wanted - wanted.mean()).mean()
    again = ask(interpolate.path, checkpoint="vad-gaussian", a={"code": answer["codes"][0]}, b={"i": 3})
    assert again["codes"][0] == answer["codes"][0]


def test_a_code_survives_a_link():
    z = torch.randn(27)
    assert torch.equal(code_from_text(code_to_text(z), 27), z)


@pytest.mark.parametrize("beyond", [False, True])
def test_the_animation_goes_there_and_back(beyond):
    frames = [np.asarray(f.convert("L")).astype(int) for f in ImageSequence.Iterator(
        opened(ask(interpolate.animate, **way(beyond=beyond)), "file"))]  # fmt: skip
    steps = compute.GIF_STEPS
    assert len(frames) == 2 * steps - 2
    assert frames[0].shape == (224, 224)
    assert np.abs(frames[steps] - frames[steps - 2]).max() <= 2
    assert np.abs(frames[0] - frames[steps - 1]).mean() > 10


@pytest.mark.parametrize("kind", ["image", "drawing", "code", "attributes"])
def test_the_lines_of_python_make_the_same_picture(kind, tmp_path, monkeypatch):
    request, side = way(alpha=0.37, method="spherical"), 28
    if kind == "drawing":
        request["a"] = drawing()
    elif kind == "code":
        request["b"] = {"code": code_to_text(torch.randn(27))}
    elif kind == "attributes":
        request = way("vae-faces", 3, 5, alpha=0.37, method="linear", attributes=[1.5, 0, 0, -0.4, 0, 0])
        side = 128
    text = ask(interpolate.python_lines, **request)["lines"]
    monkeypatch.chdir(tmp_path)
    exec(compile(text, "lines", "exec"), {})
    saved = np.asarray(Image.open(tmp_path / "picture.png")).astype(int)
    shown = tiles(ask(interpolate.path, **request), side)[37].astype(int)
    assert np.abs(saved[..., 0] - shown if side == 28 else saved - shown).mean() < (1 if side == 28 else 4)
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize("checkpoint", FACES)
def test_a_strip_of_faces_weighs_little(checkpoint):
    side = MODELS[checkpoint].side
    answer = ask(interpolate.path, **way(checkpoint, 0, 9, method="spherical"))
    assert tiles(answer, side).shape == (101, side, side, 3)
    assert len(answer["sprite"]) < 600_000
    assert "predicted" not in answer


def test_frames_as_rich_as_photographs_still_weigh_little():
    there = Image.fromarray(from_base64(ask(interpolate.load_portrait)["pixels"], (128, 128, 3)))
    ends = [np.asarray(p).astype(np.float32) for p in (there, there.transpose(Image.Transpose.FLIP_LEFT_RIGHT))]
    frames = np.stack([ends[0] + k / 100 * (ends[1] - ends[0]) for k in range(101)]).astype(np.uint8)
    assert len(compute.sprite(frames)["sprite"]) < 900_000  # sharper by far than any decoder paints


def test_what_an_attribute_slider_shows_ahead_is_what_its_end_decodes():
    amounts = [0.5, 0, 0, 1, 0, 0]
    ahead = ask(interpolate.sweep, **way("vae-faces", 1, 2, alpha=0.25, attributes=amounts))
    columns = ahead["columns"]
    assert ahead["count"] == 6 * columns
    column = columns - 3
    amounts[1] = -2 + 4 * column / (columns - 1)
    exact = tiles(ask(interpolate.path, **way("vae-faces", 1, 2, attributes=amounts)), 128)[25]
    assert np.abs(tiles(ahead, 128)[columns + column].astype(int) - exact).mean() < 4


def test_faces_come_from_codes_from_chance_and_from_a_photo():
    known = ask(interpolate.load_faces, checkpoint="vae-faces")
    assert known["count"] == len(MODELS["vae-faces"].codes) == 64
    drawn = [ask(interpolate.draw_face, checkpoint="vae-faces")["code"] for _ in range(2)]
    assert drawn[0] != drawn[1]
    photo = Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 200, 3), np.uint8))
    out = io.BytesIO()
    photo.save(out, "PNG")
    seen = ask(interpolate.read_face, file=base64.b64encode(out.getvalue()).decode())
    answer = ask(interpolate.path, checkpoint="vae-faces", a=seen, b={"code": drawn[0]})
    assert answer["codes"][1] == drawn[0]


def test_the_middle_square_of_a_photo_is_taken():
    pixels = np.zeros((60, 180, 3), np.uint8)
    pixels[:, 60:120] = (200, 100, 50)
    seen = as_face(read_photo(encode(pixels, "PNG"), colour=True), 32)
    assert seen.shape == (32, 32, 3)
    assert (np.abs(seen[:, 2:-2].astype(int) - (200, 100, 50)) < 12).all()
    answer = ask(interpolate.read_face, file=base64.b64encode(encode(pixels, "PNG")).decode())
    assert answer["faces"] == []
    assert answer["chosen"] is None
    assert "No face was found" in answer["note"]
    middle = from_base64(answer["pixels"], (128, 128, 3))
    assert (np.abs(middle[:, 8:-8].astype(int) - (200, 100, 50)) < 12).all()


def test_a_dark_photo_of_a_face_gets_a_warning():
    dark = base64.b64encode(encode(compute.portrait() // 6, "PNG")).decode()
    assert "very dark" in ask(interpolate.read_face, file=dark)["note"]
    assert "dark" not in ask(interpolate.load_portrait)["note"]


@pytest.fixture(scope="module")
def couple() -> str:
    """A photo of two faces, the portrait twice, the right one smaller."""
    portrait = compute.portrait()
    small = Image.fromarray(portrait).resize((portrait.shape[1] // 2, portrait.shape[0] // 2))
    both = np.zeros((portrait.shape[0], portrait.shape[1] + small.width, 3), np.uint8)
    both[:, : portrait.shape[1]] = portrait
    both[: small.height, portrait.shape[1] :] = np.asarray(small)
    return base64.b64encode(encode(both, "PNG")).decode()


def test_every_face_of_a_photo_is_found_and_can_be_chosen(couple):
    first = ask(interpolate.read_face, file=couple)
    second = ask(interpolate.read_face, file=couple, face=1)
    assert len(first["faces"]) == 2
    assert [first["chosen"], second["chosen"]] == [0, 1]
    assert "2 faces were found" in first["note"]
    assert first["faces"][0][2] < 0.67 < first["faces"][1][0] + 0.05
    faces = [from_base64(one["pixels"], (128, 128, 3)).astype(int) for one in (first, second)]
    assert 0 < np.abs(faces[0] - faces[1])[32:96, 32:96].mean() < 24  # the same face, of another size
    assert "There is no face 3" in ask(interpolate.read_face, file=couple, face=2)["error"]


def test_a_box_by_hand_takes_its_face_or_itself(couple):
    left, top, right, bottom = ask(interpolate.read_face, file=couple)["faces"][1]
    assert ask(interpolate.read_face, file=couple, box=[left, top, right, bottom])["chosen"] == 1
    elsewhere = ask(interpolate.read_face, file=couple, box=[0.75, 0.6, 0.95, 0.9])
    assert elsewhere["chosen"] is None
    assert from_base64(elsewhere["pixels"], (128, 128, 3)).max() < 30  # the black corner
    assert "too small" in ask(interpolate.read_face, file=couple, box=[0.5, 0.5, 0.5, 0.5])["error"]


def test_each_face_model_gets_its_own_crop(couple):
    crops = {name: ask(interpolate.read_face, file=couple, checkpoint=name)["pixels"] for name in PAINTERS}
    assert crops["vae-faces"] != crops["vae-faces-256"] == crops["vae-faces-32"]
    portraits = {name: ask(interpolate.load_portrait, checkpoint=name)["pixels"] for name in PAINTERS}
    assert portraits["vae-faces"] != portraits["vae-faces-256"]


@pytest.mark.parametrize("name", PAINTERS)
def test_the_portrait_is_reconstructed_better_than_its_middle(name):
    decoder = MODELS[name]
    middle = as_face(Image.fromarray(compute.portrait()), 128)
    found = from_base64(ask(interpolate.load_portrait, checkpoint=name)["pixels"], (128, 128, 3))
    errors = []
    for pixels in (found, middle):
        back = asyncio.run(decoder.decode_code(asyncio.run(decoder.encode(pixels))))
        wanted = np.asarray(Image.fromarray(pixels).resize((decoder.side, decoder.side), Image.Resampling.BOX))
        errors.append(np.square((back.astype(float) - wanted) / 255).mean())
    assert errors[0] < 0.9 * errors[1]


def test_the_example_portrait_is_in_colour():
    pixels = from_base64(ask(interpolate.load_portrait, checkpoint="vae-faces")["pixels"], (128, 128, 3)).astype(int)
    assert np.abs(pixels[..., 0] - pixels[..., 2]).mean() > 10


@pytest.mark.parametrize("name", ["vae-faces", "vae-faces-32", "vae-faces-256"])
def test_the_example_portrait_is_framed_as_the_model_knows_faces(name):
    side, known = MODELS[name].side, load_codes(name).float()
    network = load_model(name)

    def strangeness(framed_for):
        """How far the code of the framed portrait lies from those of faces, in standard deviations."""
        pixels = from_base64(ask(interpolate.load_portrait, checkpoint=framed_for)["pixels"], (128, 128, 3))
        photo = Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS)
        with torch.no_grad():
            z = network.encode(torch.from_numpy(np.asarray(photo).copy()).permute(2, 0, 1)[None].float() / 255)[0]
        return float(((z - known.mean(0)) / known.std(0)).square().mean().sqrt())

    other = "vae-faces-256" if name == "vae-faces" else "vae-faces"
    assert strangeness(name) < strangeness(other)


def test_a_sheet_of_coloured_tiles():
    images = np.random.default_rng(0).integers(0, 255, (5, 4, 6, 3), np.uint8)
    sheet = grid(images, 3)
    assert sheet.shape == (8, 18, 3)
    assert (sheet[4:, 6:12] == images[4]).all()


@pytest.mark.parametrize("name", ["cae-28", "classifier-resnet", "../cae-27", None, 3])
def test_an_unknown_decoder_is_reported(name):
    for function in (
        interpolate.path,
        interpolate.sweep,
        interpolate.animate,
        interpolate.python_lines,
        interpolate.load_faces,
    ):
        assert "no decoder" in ask(function, **way(name))["error"]
    with pytest.raises(gr.Error, match="no decoder"):
        call(interpolate.interpolate, name, 0, 1)


NOT_A_NUMBER = base64.b64encode(np.full(27, np.nan, "<f4").tobytes()).decode()


@pytest.mark.parametrize(
    "end",
    [None, 3, {}, {"i": -1}, {"i": 1000}, {"i": 1.5}, {"i": True}, {"pixels": "AAAA"}, {"code": "!"}, {"code": None},
     {"code": NOT_A_NUMBER}],
)  # fmt: skip
def test_an_invalid_end_is_reported(end):
    answer = ask(interpolate.path, checkpoint="cae-27", a={"i": 0}, b=end)
    assert answer["error"]
    assert "Traceback" not in answer["error"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alpha": 1.51}, "alpha must be a number from -0.5 to 1.5"),
        ({"alpha": math.nan}, "alpha must be"),
        ({"alpha": "half"}, "alpha must be"),
        ({"method": "cubic"}, "method must be one of linear, spherical"),
        ({"method": None}, "method must be"),
        ({"a": 1000}, "a must be a whole number from 0 to 999"),
        ({"b": "shirt"}, "b must be the place of a shipped image"),
        ({"b": {"path": "/etc/passwd"}}, "b must be the place"),
        ({"b": None}, "b must be the place"),
    ],
)
def test_an_invalid_call_is_explained(change, words):
    with pytest.raises(gr.Error, match=words):
        call(interpolate.interpolate, **({"checkpoint": "cae-27", "a": 0, "b": 1} | change))


@pytest.mark.parametrize("attributes", [[1], "smile", {"a": 1}])
def test_attributes_of_a_model_without_any_are_reported(attributes):
    assert "attributes must be a list of 0 numbers" in ask(interpolate.path, **way(attributes=attributes))["error"]
    assert "knows no attributes" in ask(interpolate.sweep, **way())["error"]


def test_every_decoder_is_offered_with_what_the_page_needs():
    offered = interpolate.describe_decoders(MODELS)
    assert [d["name"] for d in offered][: len(CLOTHES)] == list(CLOTHES)
    assert {d["kind"] for d in offered} <= {"clothes", "faces"}
    assert all(d["size"] > 0 and d["side"] in (28, 32, 128, 256) for d in offered)
    assert set(decoder_names(MODELS)) == {d["name"] for d in offered}


def test_others_are_served_while_a_code_is_fitted():
    scribble = np.zeros((28, 28), np.uint8)
    scribble[4:24, 9:19] = 180

    async def both():
        fit = asyncio.create_task(MODELS["ad"].encode(scribble))
        await asyncio.sleep(0.02)  # under way
        await MODELS[CLASSIFIER].probabilities(scribble)
        return fit.done(), await fit

    asyncio.run(MODELS[CLASSIFIER].probabilities(scribble))  # loads the model
    early, code = asyncio.run(both())
    assert not early
    assert code.shape == (128,)
    assert code.isfinite().all()


def test_a_long_strip_of_large_faces_is_light_enough():
    answer = ask(interpolate.path, checkpoint="vae-faces-256", a={"i": 2}, b={"i": 9}, method="linear", beyond=True)
    assert answer["count"] == 201
    assert len(answer["sprite"]) < 600_000
