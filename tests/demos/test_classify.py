import asyncio
import base64
import io

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from core.data import FASHION_CLASSES, load_fashion_sample
from core.images import encode
from demos import classify
from demos._components import explained, to_base64


@pytest.fixture(scope="module")
def trouser() -> np.ndarray:
    return load_fashion_sample().images[100, 0].numpy()


def ask(function, **request):
    return asyncio.run(function(request))


def test_a_test_image_gets_ten_probabilities(trouser, tmp_path):
    path = tmp_path / "trouser.png"
    Image.fromarray(trouser).save(path)
    probs = asyncio.run(classify.classify_photo(str(path)))
    assert list(probs) == list(FASHION_CLASSES)
    assert sum(probs.values()) == pytest.approx(1, abs=1e-5)
    assert probs["Trouser"] > 0.9


def test_the_pad_gets_the_same(trouser, tmp_path):
    path = tmp_path / "trouser.png"
    Image.fromarray(trouser).save(path)
    answer = ask(classify.classify, pixels=to_base64(trouser))
    assert answer["probs"] == pytest.approx(list(asyncio.run(classify.classify_photo(str(path))).values()), abs=1e-5)


def test_layers_come_as_bytes_of_their_shape(trouser):
    layers = ask(classify.look, pixels=to_base64(trouser))["layers"]
    assert [(layer["name"], layer["shape"]) for layer in layers] == [
        ("conv1", [32, 32, 32]), ("block1", [32, 16, 16]), ("block2", [64, 8, 8]), ("fc1", [128]),
    ]  # fmt: skip
    for layer in layers:
        values = np.frombuffer(base64.b64decode(layer["data"]), np.uint8)
        assert values.size == np.prod(layer["shape"])
        assert values.max() >= 254


def test_an_upload_becomes_what_the_network_sees(trouser):
    photo = Image.fromarray(255 - np.pad(trouser, 10)).resize((480, 480)).convert("RGB")
    out = io.BytesIO()
    photo.save(out, "JPEG")
    seen = ask(classify.read_upload, file=base64.b64encode(out.getvalue()).decode())
    probs = ask(classify.classify, pixels=seen["pixels"])["probs"]
    assert FASHION_CLASSES[int(np.argmax(probs))] == "Trouser"


@pytest.mark.parametrize(
    "pixels", [None, 5, "", "not base64!", to_base64(np.zeros(783)), to_base64(np.zeros(785)), [1]]
)
def test_bad_pixels_are_told(pixels):
    for function in (classify.classify, classify.look):
        assert ask(function, pixels=pixels)["error"].startswith("expected")


@pytest.mark.parametrize("request_", [None, [], "x", 3])
def test_a_request_of_another_kind_is_told(request_):
    assert "expected an object" in asyncio.run(classify.classify(request_))["error"]


@pytest.mark.parametrize("file", [None, 7, "%%%", "", base64.b64encode(b"text").decode(), "A" * 40_000_000])
def test_a_bad_upload_is_told(file):
    answer = ask(classify.read_upload, file=file)
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
        asyncio.run(explained(classify.classify_photo)(str(path)))


def test_the_endpoint_explains_no_file_and_no_such_model(tmp_path, trouser):
    with pytest.raises(gr.Error, match="No picture"):
        asyncio.run(explained(classify.classify_photo)(None))
    path = tmp_path / "trouser.png"
    Image.fromarray(trouser).save(path)
    with pytest.raises(gr.Error, match=r"no classifier 'vgg'.*classifier-resnet"):
        asyncio.run(explained(classify.classify_photo)(str(path), "vgg"))


def test_its_mistakes_are_those_images_it_gets_wrong():
    indices, labels = ask(classify.mistakes)["indices"], load_fashion_sample().labels
    assert 10 < len(indices) < 120
    for i in indices[:5]:
        probs = ask(classify.classify, pixels=to_base64(load_fashion_sample().images[i, 0].numpy()))["probs"]
        assert int(np.argmax(probs)) != labels[i]
