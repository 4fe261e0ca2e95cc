import asyncio
import base64
import copy
import io
from pathlib import Path
from unittest import mock

import cv2
import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import load_card
from core.data.fashion_mnist import FASHION_CLASSES, load_fashion_sample
from core.data.images import encode, to_tensor
from core.data.photos import CLOTHES_STAGES, CUT_OFF, FAILED, SEVERAL, ClothesSteps, read_clothes
from core.data.picture_files import DARK
from core.training.learning_curves import load_learning_curves
from demos.classify import handlers as classify
from demos.classify import maps
from demos.ui.handlers import rpc_handler
from demos.ui.images import to_base64
from tests.helpers.handlers import SERVICES, ask, call

EXAMPLES = Path(__file__).resolve().parents[2] / "demos" / "web" / "examples"


@pytest.fixture(scope="module")
def trouser() -> np.ndarray:
    return load_fashion_sample().images[100, 0].numpy()


@pytest.fixture(scope="module")
def shirt() -> bytes:
    """A photo of a T-shirt on a floor."""
    return (EXAMPLES / classify.BAG_PHOTO).read_bytes()


def probabilities(answer: dict) -> list[float]:
    """Of the endpoint's answer, in the order of the classes."""
    by_name = {row["label"]: row["confidence"] for row in answer["confidences"]}
    return [by_name[name] for name in FASHION_CLASSES]


def sent(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_test_image_gets_ten_probabilities(trouser, tmp_path):
    path = tmp_path / "trouser.png"
    Image.fromarray(trouser).save(path)
    answer = call(classify.classify_photo, str(path))
    probs = {row["label"]: row["confidence"] for row in answer["confidences"]}
    assert set(probs) == set(FASHION_CLASSES)
    assert sum(probs.values()) == pytest.approx(1, abs=1e-5)
    assert probs["Trouser"] > 0.9
    assert answer["label"] == "Trouser"
    assert list(probs.values()) == sorted(probs.values(), reverse=True)


def test_the_pad_gets_the_same(trouser, tmp_path):
    path = tmp_path / "trouser.png"
    Image.fromarray(trouser).save(path)
    answer = ask(classify.classify, pixels=to_base64(trouser))
    for name, probs in zip(classify.networks(SERVICES.models), answer["probs"], strict=True):
        assert probs == pytest.approx(probabilities(call(classify.classify_photo, str(path), name)), abs=1e-5)
    assert answer["probs"][0] != answer["probs"][1]


LAYERS = {
    "classifier-resnet": {"conv1": [32, 32, 32], "block1": [32, 16, 16], "block2": [64, 8, 8], "fc1": [128]},
    "classifier-fashionnet": {
        "conv1": [16, 32, 32], "conv2": [32, 16, 16], "conv3": [64, 8, 8], "conv4": [128, 4, 4],
        "fc1": [256], "fc2": [128],
    },
}  # fmt: skip


@pytest.mark.parametrize("checkpoint", LAYERS)
def test_layers_come_as_bytes_of_their_shape(trouser, checkpoint):
    layers = ask(classify.feature_maps, pixels=to_base64(trouser), checkpoint=checkpoint)["layers"]
    assert {layer["name"]: layer["shape"] for layer in layers} == LAYERS[checkpoint]
    for layer in layers:
        values = np.frombuffer(base64.b64decode(layer["data"]), np.uint8)
        assert values.size == np.prod(layer["shape"])
        assert values.max() >= 254


@pytest.mark.parametrize(("method", "side"), [("occlusion", 14), ("gradient", 28)])
def test_what_moved_it_comes_for_every_class_of_every_network(trouser, method, side):
    answer = ask(classify.explain, pixels=to_base64(trouser), method=method)
    for one in answer["maps"]:
        values = np.frombuffer(base64.b64decode(one["data"]), np.int16).reshape(10, side, side)
        assert one["side"] == side
        assert np.abs(values).max() == 32767
        assert (values != values[0]).any(axis=(1, 2)).sum() == 9
    assert answer["maps"][0] != answer["maps"][1]


def test_covering_the_gap_between_the_legs_speaks_against_a_trouser(trouser):
    one = ask(classify.explain, pixels=to_base64(trouser), method="occlusion")["maps"][0]
    values = np.frombuffer(base64.b64decode(one["data"]), np.int16).reshape(10, 14, 14)[1] * one["scale"]
    copy = trouser.copy()
    copy[16:22, 12:18] = 73  # the cell of row 9 and column 7 is the middle of that square
    before, after = (ask(classify.classify, pixels=to_base64(p))["probs"][0][1] for p in (trouser, copy))
    odds = [np.log(p / (1 - p)) for p in (before, after)]
    assert values[9, 7] == pytest.approx(odds[0] - odds[1], abs=0.05)


def test_the_scatter_shows_the_shipped_images_of_the_requested_classes():
    labels = load_fashion_sample().labels.numpy()
    seen = ask(classify.load_scatter, checkpoint="classifier-fashionnet", classes=[6, 4])
    assert set(labels[seen["indices"]]) == {4, 6}
    assert len(seen["indices"]) == len(seen["predicted"]) == 200
    points = np.frombuffer(base64.b64decode(seen["points"]), np.float32).reshape(200, 2)
    assert points.mean(0) == pytest.approx([0, 0], abs=1e-3)
    assert points.var(0)[0] > points.var(0)[1]


@pytest.mark.parametrize("classes", [[], [10], [-1], ["a"], "all", [1.5], list(range(11))])
def test_a_scatter_of_unknown_classes_is_reported(classes):
    assert "class" in ask(classify.load_scatter, classes=classes)["error"]


def floats(packed: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["data"]), np.float32).reshape(packed["shape"])


@pytest.mark.parametrize(("checkpoint", "layer"), [(n, layer) for n, all_ in LAYERS.items() for layer in all_])
def test_a_map_comes_with_every_number_behind_it(trouser, checkpoint, layer):
    answer = ask(maps.open_map, pixels=to_base64(trouser), checkpoint=checkpoint, layer=layer, map=7)
    if layer.startswith("fc"):
        assert "no map 7" in answer["error"]
        return
    module = SERVICES.models[checkpoint].module
    with torch.no_grad():
        activations = module.activations(to_tensor(trouser))[layer][0, 7].numpy()
    assert floats(answer["steps"][-1]["values"]) == pytest.approx(activations, abs=1e-5)
    x, w = (torch.tensor(floats(answer[name])) for name in ("inputs", "weights"))
    sums = torch.nn.functional.conv2d(x[None], w[None], padding=answer["padding"])[0, 0].numpy()
    first = answer["steps"][0]
    assert floats(first["values"]) == pytest.approx(sums + first["constants"].get("bias", 0), abs=1e-4)


@pytest.mark.parametrize(
    ("layer", "index", "words"),
    [
        ("conv9", 0, "no map 0 of 'conv9'"),
        ("conv1", 32, "32 of conv1"),
        (5, 0, "name of a layer"),
        ("conv1", -1, "map"),
    ],
)
def test_a_map_that_is_not_there_is_reported(trouser, layer, index, words):
    assert words in ask(maps.open_map, pixels=to_base64(trouser), layer=layer, map=index)["error"]


def test_the_exciting_images_are_those_of_the_largest_activations():
    network = SERVICES.models["classifier-fashionnet"]
    sample = to_tensor(load_fashion_sample().images[:, 0].numpy())
    with torch.no_grad():
        painted = torch.cat([network.module.activations(part)["conv3"] for part in sample.split(100)])[:, 5]
    answer = ask(maps.load_exciting, checkpoint=network.name, layer="conv3", map=5)
    assert len(answer["indices"]) == 9
    assert answer["values"] == pytest.approx(painted.flatten(1).max(1).values.topk(9).values.tolist(), abs=1e-4)
    for image, value, (row, column) in zip(answer["indices"], answer["values"], answer["places"], strict=True):
        assert painted[image, row, column].item() == pytest.approx(value, abs=1e-4)
    assert "no map 64" in ask(maps.load_exciting, checkpoint=network.name, layer="conv3", map=64)["error"]
    assert "no map 0" in ask(maps.load_exciting, checkpoint=network.name, layer="fc1", map=0)["error"]


def test_cards_hold_matrix_and_curves():
    for name, card in zip(classify.networks(SERVICES.models), ask(classify.load_cards)["cards"], strict=True):
        assert np.shape(card["confusion"]) == (10, 10)
        assert np.trace(card["confusion"]) / 10_000 == pytest.approx(card["metrics"]["test_accuracy"]), name
        assert len(card["history"]["cross_entropy"]) == len(card["history"]["validation_accuracy"])
        epochs = len(card["history"]["cross_entropy"])
        assert epochs > 20 if "from scratch" in card["run"] else epochs == load_card(name).recipe["epochs"], name
        assert card["run"], name


def test_each_report_network_says_which_run_its_curves_are_of():
    runs = {
        name: card["run"]
        for name, card in zip(classify.networks(SERVICES.models), ask(classify.load_cards)["cards"], strict=True)
    }
    for name, curve in load_learning_curves().items():
        assert "from scratch" in runs[name]
        assert f"on {curve.images:,} images" in runs[name]
        assert f"after epoch {curve.best_epoch};" in runs[name]
    assert {"classifier-resnet", "classifier-fashionnet"} <= set(load_learning_curves())
    assert load_card("classifier-resnet").recipe["start"]  # as the Scoreboard says


def test_an_upload_becomes_what_the_network_sees(trouser):
    photo = Image.fromarray(255 - np.pad(trouser, 10)).resize((480, 480)).convert("RGB")
    out = io.BytesIO()
    photo.save(out, "JPEG")
    file = base64.b64encode(out.getvalue()).decode()
    seen = ask(classify.read_stages, file=file)
    probs = ask(classify.classify, pixels=seen["pixels"])["probs"]
    assert [FASHION_CLASSES[int(np.argmax(p))] for p in probs] == ["Trouser"] * len(probs)
    assert seen["negated"]
    assert seen["found"]
    assert list(seen["stages"]) == list(CLOTHES_STAGES)
    for step in ("upright", "cut_out", "negative", "trim", "on_black"):  # it says of no turn
        other = ask(classify.read_stages, file=file, steps={step: False})
        assert (other["pixels"] == seen["pixels"]) == (step == "upright"), step


def picture(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1])))


def test_a_photo_is_read_again_from_its_upright_stage(shirt):
    seen = ask(classify.read_stages, file=sent(shirt))
    again = ask(classify.read_stages, file=seen["stages"]["upright"].split(",")[1])
    assert again == seen


def test_a_box_and_strokes_mend_the_cut_out(shirt):
    seen = ask(classify.read_stages, file=sent(shirt))
    boxed = ask(classify.read_stages, file=sent(shirt), box=[0, 0, 0.55, 1])
    assert boxed["pixels"] != seen["pixels"]
    cut = np.asarray(picture(boxed["stages"]["cut_out"]))
    assert (cut[:, cut.shape[1] * 6 // 10 :] == 255).all()  # nothing of it is left outside the box
    strokes = np.zeros((classify.MARKS, classify.MARKS), np.uint8)
    strokes[:, 64:] = 2
    painted = ask(classify.read_stages, file=sent(shirt), strokes=to_base64(strokes))
    assert painted["pixels"] != seen["pixels"]
    nothing = ask(classify.read_stages, file=sent(shirt), strokes=to_base64(0 * strokes))
    assert nothing["found"]


@pytest.mark.parametrize("box", [[0, 0, 1], [0, 0, 1, 2], "all", [0.5, 0.5, 0.5, 0.5], [None] * 4])
def test_a_bad_box_is_reported(shirt, box):
    assert "box" in ask(classify.read_stages, file=sent(shirt), box=box)["error"]


@pytest.mark.parametrize("value", [3, 255])
def test_strokes_hold_three_values_only(shirt, value):
    strokes = to_base64(np.full((classify.MARKS, classify.MARKS), value, np.uint8))
    assert "bytes of 0, 1, 2" in ask(classify.read_stages, file=sent(shirt), strokes=strokes)["error"]


def test_the_t_shirt_of_the_preset_is_a_bag_until_it_is_cut_out(shirt):
    for steps, name in (({"cut_out": False}, "Bag"), ({}, "T-shirt/top")):
        seen = ask(classify.read_stages, file=sent(shirt), steps=steps)
        probs = ask(classify.classify, pixels=seen["pixels"])["probs"]
        assert [FASHION_CLASSES[int(np.argmax(p))] for p in probs[:2]] == [name] * 2
        assert min(max(p) for p in probs[:2]) > 0.75


def on_floor(*boxes: tuple[int, int, int, int], light: float = 1.0) -> bytes:
    """A picture of blue pieces, (left, top, right, bottom) each, on a mottled brown floor of 160 x 160."""
    rng = np.random.default_rng(0)
    floor = np.array([180, 140, 90]) + cv2.GaussianBlur(rng.normal(0, 60, (160, 160)), (0, 0), 3)[..., None]
    for left, top, right, bottom in boxes:
        floor[top:bottom, left:right] = np.array([30, 60, 160]) + rng.normal(0, 6, (bottom - top, right - left, 1))
    return encode((floor * light).clip(0, 255).astype(np.uint8), "PNG")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (on_floor((50, 40, 110, 130)), ""),
        (on_floor((10, 40, 70, 130), (90, 40, 150, 130)), SEVERAL),
        (on_floor((40, 60, 120, 160)), CUT_OFF),
        (on_floor((50, 40, 110, 130), light=0.25), DARK),
        (on_floor(), FAILED),
    ],
)
def test_a_photo_that_is_hard_to_read_gets_a_warning(content, words):
    answer = ask(classify.read_stages, file=sent(content))
    assert answer["note"] == words
    assert answer["found"] == (words != FAILED)


def test_a_picture_of_twenty_pixels_gets_a_result_and_a_warning(trouser, tmp_path):
    small = 255 - np.asarray(Image.fromarray(np.pad(trouser, 4)).resize((20, 20)))
    path = tmp_path / "small.png"
    Image.fromarray(small).save(path)
    answer = call(classify.classify_photo, str(path))
    assert "20 x 20 pixels" in answer["note"]
    assert len(answer["confidences"]) == 10


@pytest.mark.parametrize(("size", "words"), [((1, 1), "flat colour"), ((8000, 8000), "at most")])
def test_one_pixel_and_too_many_are_explained(size, words):
    assert words in ask(classify.read_stages, file=sent(encode(np.zeros(size, np.uint8), "PNG")))["error"]


def test_the_endpoint_takes_what_the_page_takes(shirt, tmp_path):
    path = tmp_path / "shirt.webp"
    path.write_bytes(shirt)
    assert call(classify.classify_photo, str(path))["label"] == "T-shirt/top"
    answer = call(classify.classify_photo, str(path), steps={"cut_out": False}, stages=["cut_out", "pixels"])
    assert answer["label"] == "Bag"
    assert list(answer["stages"]) == ["cut_out", "pixels"]
    assert np.array_equal(
        np.asarray(picture(answer["stages"]["pixels"])),
        read_clothes(shirt, ClothesSteps(cut_out=False)).pixels,
    )
    for wrong in ({"stages": ["grey"]}, {"steps": {"crop": True}}, {"box": [1]}):
        with pytest.raises(gr.Error, match="must be"):
            call(classify.classify_photo, str(path), **wrong)


def test_a_calibrated_network_says_when_it_does_not_know(trouser):
    network = SERVICES.models["classifier-resnet"]
    module = copy.deepcopy(network.module)
    module.temperature, module.threshold = torch.tensor(2.0), torch.tensor(1000.0)
    with mock.patch.object(type(network), "module", module):
        strange = ask(classify.classify, pixels=to_base64(trouser), networks=["classifier-resnet"])
        module.threshold = torch.tensor(-1000.0)
        known = ask(classify.classify, pixels=to_base64(trouser), networks=["classifier-resnet"])
    plain = ask(classify.classify, pixels=to_base64(trouser), networks=["classifier-resnet"])
    assert "below 1000.0" in strange["unlike"][0]
    assert known["unlike"] == plain["unlike"] == [""]
    assert max(known["probs"][0]) < max(plain["probs"][0])  # divided by the temperature


@pytest.mark.parametrize(
    "pixels", [None, 5, "", "not base64!", to_base64(np.zeros(783)), to_base64(np.zeros(785)), [1]]
)
def test_bad_pixels_are_reported(pixels):
    for function in (classify.classify, classify.feature_maps, classify.explain):
        assert ask(function, pixels=pixels)["error"].startswith("expected")


def test_what_does_not_exist_is_reported(trouser):
    pixels = to_base64(trouser)
    assert "no classifier 'vgg'" in ask(classify.feature_maps, pixels=pixels, checkpoint="vgg")["error"]
    assert "occlusion, gradient" in ask(classify.explain, pixels=pixels, method="lime")["error"]
    assert "steps must be" in ask(classify.read_stages, file=base64.b64encode(b"x").decode(), steps=["trim"])["error"]


@pytest.mark.parametrize("request_", [None, [], "x", 3])
def test_a_request_of_another_kind_is_reported(request_):
    assert "expected an object" in asyncio.run(rpc_handler(SERVICES, classify.classify)(request_))["error"]


@pytest.mark.parametrize("file", [None, 7, "%%%", "", base64.b64encode(b"text").decode(), "A" * 40_000_000])
def test_a_bad_upload_is_reported(file):
    answer = ask(classify.read_stages, file=file)
    assert set(answer) == {"error"}
    assert len(answer["error"]) > 20


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"junk", "not a picture"), (encode(np.zeros((90, 90), np.uint8), "PNG"), "flat colour")],
)
def test_the_endpoint_explains_a_bad_file(content, words, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(gr.Error, match=words):
        call(classify.classify_photo, str(path))


def test_the_endpoint_explains_no_file_and_no_such_model(tmp_path, trouser):
    with pytest.raises(gr.Error, match="No picture"):
        call(classify.classify_photo, None)
    path = tmp_path / "trouser.png"
    Image.fromarray(trouser).save(path)
    with pytest.raises(gr.Error, match=r"no classifier 'vgg'.*classifier-resnet"):
        call(classify.classify_photo, str(path), "vgg")


def test_its_mistakes_are_those_images_it_gets_wrong():
    seen, labels = ask(classify.load_scatter), load_fashion_sample().labels
    wrong = [(i, k) for i, k in zip(seen["indices"], seen["predicted"], strict=True) if labels[i] != k]
    assert 10 < len(wrong) < 120
    for i, predicted in wrong[:5]:
        probs = ask(classify.classify, pixels=to_base64(load_fashion_sample().images[i, 0].numpy()))["probs"][0]
        assert int(np.argmax(probs)) == predicted
