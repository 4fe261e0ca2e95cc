"""The running app, as programs see it: gradio_client and raw HTTP."""

import gzip
import json
import math
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from core import list_checkpoints, load_model
from core.data.fashion_mnist import FASHION_CLASSES, load_fashion_sample
from core.data.images import encode
from core.metrics import calinski_harabasz
from demos.server.page_files.web_files import address as web_address
from tests.conftest import ROOT

pytestmark = pytest.mark.slow  # starts the app


@pytest.fixture(scope="module")
def client(address):
    patient = {"timeout": 60}  # on a busy machine a file takes longer than the client's usual 5 seconds
    return Client(address, verbose=False, analytics_enabled=False, httpx_kwargs=patient)


@pytest.fixture(scope="module")
def trouser(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "trouser.png"
    Image.fromarray(load_fashion_sample().images[100, 0].numpy()).save(path)
    return path


def classes(answer):
    return {row["label"]: row["confidence"] for row in answer["confidences"]}


def test_classify_gives_ten_probabilities_that_sum_to_one(client, trouser):
    answer = client.predict(handle_file(trouser), api_name="/classify")
    probs = classes(answer)
    assert set(probs) == set(FASHION_CLASSES)
    assert sum(probs.values()) == pytest.approx(1, abs=1e-4)
    assert answer["label"] == "Trouser"


def test_decode_point_gives_a_picture(client):
    points = [(-2, 0), (2, 0), (2, 1.5)]
    pictures = [np.asarray(Image.open(client.predict(x, y, api_name="/decode_point")).convert("L")) for x, y in points]
    assert {picture.shape for picture in pictures} == {(28, 28)}
    assert len({picture.tobytes() for picture in pictures}) == 3
    on_tsne = client.predict(x=1, y=1, map="t-SNE", api_name="/decode_point")
    assert Image.open(on_tsne).size == (28, 28)


def test_interpolate_walks_between_shipped_images_and_files(client, trouser):
    def picture(*words):
        return np.asarray(Image.open(client.predict("cae-27", *words, api_name="/interpolate")).convert("L")).astype(
            int
        )

    ends, middle = [picture(100, 905, alpha) for alpha in (0, 1)], picture(100, 905, 0.5, "spherical")
    assert middle.shape == (28, 28)
    assert all(np.abs(middle - end).mean() > 3 for end in ends)
    assert np.abs(picture(handle_file(trouser), 905, 0) - ends[0]).mean() < 1  # image 100 of the sample


@pytest.mark.parametrize("words", [("cae-28", 0, 1), ("cae-27", 0, "x"), ("cae-27", 0, 1, 7), ("cae-27", 0, 1, 0, "x")])
def test_an_impossible_path_is_explained(client, words):
    with pytest.raises(AppError) as error:
        client.predict(*words, api_name="/interpolate")
    assert "Traceback" not in str(error.value)
    assert client.predict("cae-27", 0, 1, api_name="/interpolate")


def test_a_file_of_the_server_is_no_picture_for_interpolate(address):
    file = {"path": str(ROOT / "demos" / "static" / "screenshot.webp"), "meta": {"_type": "gradio.FileData"}}
    body = json.dumps({"data": ["cae-27", file, 1, 0.5, "linear"]}).encode()
    url = f"{address}/gradio_api/call/interpolate"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    event = json.loads(urllib.request.urlopen(request, timeout=20).read())["event_id"]
    text = urllib.request.urlopen(f"{url}/{event}", timeout=20).read().decode()
    assert "event: error" in text
    assert "Traceback" not in text


def test_only_the_documented_endpoints_are_offered(client):
    offered = set(client.view_api(return_format="dict")["named_endpoints"])
    assert offered == {
        "/classify",
        "/decode_point",
        "/denoise",
        "/diffuse",
        "/embed",
        "/fit_code",
        "/interpolate",
        "/magnitude",
        "/sample",
        "/scoreboard",
        "/train",
    }


def test_train_reports_its_progress_and_returns_the_model(client, tmp_path):
    job = client.submit("cae", 1, 300, 0, 0, api_name="/train")
    figures, path = job.result(timeout=120)
    assert figures["state"] == "finished"
    assert figures["epoch"] == 1
    assert figures["problem"] == ""
    assert 0 < figures["figures"]["validation_mse"] < 0.3
    with zipfile.ZipFile(path) as file:
        file.extractall(tmp_path)
    assert load_model(tmp_path / "my-cae.safetensors").card.recipe["steps"] == figures["step"]
    with pytest.raises(AppError, match="passes must be a whole number"):
        client.predict("cae", 0, 300, 0, 0, api_name="/train")


def test_denoise_returns_two_pictures_and_their_metrics(client, trouser):
    noisy, result, figures = client.predict(
        handle_file(trouser), "salt_and_pepper", 0.2, 7, "denoiser-unet", api_name="/denoise"
    )
    assert Image.open(noisy).size == Image.open(result).size == (28, 28)
    assert figures["psnr"]["denoised"] > figures["psnr"]["noisy"] + 5
    assert figures["ssim"]["denoised"] > figures["ssim"]["noisy"]
    again = client.predict(handle_file(trouser), "both", 0.2, 7, "median", 0.4, api_name="/denoise")
    assert again[2]["levels"] == [0.2, 0.4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"noise": "rain"}, "none, salt_and_pepper, gaussian"),
        ({"level": 1e300}, "from 0 to 1"),
        ({"level": -1}, "from 0 to 1"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"model": "bm3d"}, "denoiser-unet, denoiser-cae, cae-27, median"),
        ({"image": None}, "No picture was given"),
    ],
)
def test_a_picture_that_cannot_be_denoised_is_explained(client, trouser, change, words):
    with pytest.raises(AppError, match=words) as error:
        client.predict(**({"image": handle_file(trouser)} | change), api_name="/denoise")
    assert "Traceback" not in str(error.value)


@pytest.mark.parametrize(("method", "dimensions"), [("PCA", 3), ("t-SNE", 2)])
def test_embed_gives_a_point_an_image(client, method, dimensions):
    answer = client.predict("classifier-resnet", "output", method, dimensions, 5, 12, 3, api_name="/embed")
    assert np.shape(answer["points"]) == (50, dimensions)
    assert np.isfinite(answer["points"]).all()
    assert answer["labels"] == np.repeat(range(10), 5).tolist()
    assert len(set(answer["indices"])) == 50
    assert answer["calinski_harabasz"] == pytest.approx(
        calinski_harabasz(np.array(answer["points"]), answer["labels"]), rel=0.01
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"checkpoint": "vgg"}, "classifier-resnet"),
        ({"checkpoint": "cae-27"}, "classifier-resnet"),
        ({"layer": "conv9"}, "conv1, fc1, output"),
        ({"method": "UMAP"}, "PCA, t-SNE"),
        ({"dimensions": 4}, "dimensions must be a whole number from 2 to 3"),
        ({"dimensions": 2.5}, "dimensions must be a whole number"),
        ({"n": 4}, "from 5 to 100"),
        ({"n": 1e9}, "from 5 to 100"),
        ({"method": "t-SNE", "n": 5, "perplexity": 50}, "from 1 to 49"),
        ({"method": "t-SNE", "n": 5, "perplexity": 0}, "perplexity must be a number"),
        ({"method": "t-SNE", "n": 5, "perplexity": 5, "seed": -1}, "seed must be a whole number"),
        ({"dimensions": None}, "dimensions must be"),
    ],
)
def test_a_map_that_cannot_be_computed_is_explained(client, change, words):
    with pytest.raises(AppError, match=words) as error:
        client.predict(**({"layer": "output", "n": 5} | change), api_name="/embed")
    assert "Traceback" not in str(error.value)


def test_sample_gives_one_picture_of_so_many_tiles(client):
    sheets = [np.asarray(Image.open(client.predict("vae-fashion", 6, seed, api_name="/sample"))) for seed in (1, 1, 2)]
    assert sheets[0].shape == (56, 84)
    assert (sheets[0] == sheets[1]).all()
    assert not (sheets[0] == sheets[2]).all()


@pytest.mark.parametrize(
    ("checkpoint", "n", "seed", "words"),
    [
        ("cae-27", 4, 0, "vae-fashion"),
        ("vae-fashion", 65, 0, "from 1 to 64"),
        ("vae-fashion", None, 0, "n must be"),
        ("vae-fashion", 4, -1, "seed must be a whole number"),
    ],
)
def test_a_sample_that_cannot_be_drawn_is_explained(client, checkpoint, n, seed, words):
    with pytest.raises(AppError, match=words) as error:
        client.predict(checkpoint, n, seed, api_name="/sample")
    assert "Traceback" not in str(error.value)


def test_diffuse_gives_the_ends_of_the_same_paths_for_the_same_seed(client):
    sheets = [
        np.asarray(Image.open(client.predict(5, 2, 0, label, seed, api_name="/diffuse")))
        for label, seed in ((None, 3), (None, 3), (8, 3), (None, 4))
    ]
    assert sheets[0].shape == (56, 84)
    assert (sheets[0] == sheets[1]).all()
    assert not any((sheets[0] == other).all() for other in sheets[2:])
    for arguments, words in (((5, 0, 0, None, 3), "steps must be"), ((5, 2, 2, None, 3), "choose a class")):
        with pytest.raises(AppError, match=words):
            client.predict(*arguments, api_name="/diffuse")


def test_scoreboard_gives_every_model(client):
    rows = client.predict(api_name="/scoreboard")
    assert [row["name"] for row in rows] == list_checkpoints()
    assert all(row["measures"][0]["value"] > 0 for row in rows)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.png", b"", "empty"),
        ("text.png", b"not a picture", "not a picture"),
        ("vector.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        ("huge.png", encode(np.zeros((20_000, 20_000), np.uint8), "PNG"), "million pixels"),
        ("flat.png", encode(np.full((64, 64), 9, np.uint8), "PNG"), "flat colour"),
    ],
)
def test_a_bad_picture_is_explained_and_the_session_lives_on(client, trouser, tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AppError, match=words):
        client.predict(handle_file(path), api_name="/classify")
    assert client.predict(handle_file(trouser), api_name="/classify")["label"] == "Trouser"


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGB", "RGBA", "I;16"])
def test_every_kind_of_picture_is_read(client, trouser, tmp_path, mode):
    grey = Image.open(trouser)
    sixteen = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    (sixteen if mode == "I;16" else grey.convert(mode)).save(tmp_path / "picture.png")
    assert classes(client.predict(handle_file(tmp_path / "picture.png"), api_name="/classify"))["Trouser"] > 0.5


@pytest.mark.parametrize("x", [1e12, -1e308, math.nan, math.inf, "right here", None, [1]])
def test_an_absurd_place_is_an_error_without_a_traceback(client, x):
    with pytest.raises((AppError, ValueError)) as error:
        client.predict(x, 0, api_name="/decode_point")
    assert "Traceback" not in str(error.value)
    assert client.predict(0, 0, api_name="/decode_point")


def test_an_unknown_map_or_classifier_is_explained(client, trouser):
    with pytest.raises(AppError, match="PCA, t-SNE"):
        client.predict(0, 0, "UMAP", api_name="/decode_point")
    with pytest.raises(AppError, match="classifier-resnet"):
        client.predict(handle_file(trouser), "vgg", api_name="/classify")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"data": null}',
        b'{"data": []}',
        b'{"data": [1, 2, 3, 4, 5]}',
        b'{"data": [{"path": "/etc/passwd"}]}',
        b'{"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}]}',
        b'{"data": ["' + b"x" * 100_000 + b'"]}',
    ],
)
def test_malformed_calls_never_show_a_traceback(address, client, trouser, body):
    def call(path, content):
        request = urllib.request.Request(address + path, content, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    text = call("/gradio_api/call/classify", body)
    if "event_id" in text:
        url = f"{address}/gradio_api/call/classify/{json.loads(text)['event_id']}"
        text += urllib.request.urlopen(url, timeout=20).read().decode()
    assert "Traceback" not in text
    assert "root:" not in text
    assert client.predict(handle_file(trouser), api_name="/classify")["label"] == "Trouser"


def test_thirty_callers_at_once_are_all_served(client):
    with ThreadPoolExecutor(30) as pool:
        calls = [pool.submit(client.predict, i / 10, 0, api_name="/decode_point") for i in range(30)]
        assert all(call.result(60) for call in calls)


@pytest.mark.parametrize("path", ["", "/", "/?tab=gan"])
def test_the_page_is_sent_compressed(address, path):
    request = urllib.request.Request(address + path, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        packed = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
    plain = urllib.request.urlopen(address + path, timeout=20).read()
    assert gzip.decompress(packed)[:200] == plain[:200]
    assert len(packed) < len(plain) / 3


def test_the_page_names_no_other_host(address):
    page = urllib.request.urlopen(address, timeout=20).read().decode()
    hosts = set(re.findall(r"""(?:src|href)=["']https?://([^/"':]+)""", page))
    assert hosts <= {"127.0.0.1"}


def test_plotly_is_served_and_nothing_beside_it(address):
    assert (
        urllib.request.urlopen(f"{address}/{web_address('web/vendor/plotly-basic-3.7.0.min.js')}", timeout=20).status
        == 200
    )
    others = [path for path in (ROOT / "demos" / "web").rglob("*") if path.is_file()][:5]
    for path in [*others, "/etc/passwd", ROOT / "app.py", ROOT / "weights" / "cae-27.json"]:
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"{address}/gradio_api/file={path}", timeout=20)
        assert error.value.code in (403, 404)


def test_a_second_start_on_a_used_port_says_so_before_anything_is_loaded(address):
    port = address.rsplit(":", 1)[1].strip("/")
    start = "import sys, runpy; sys.argv = ['app.py', '--port', sys.argv[1]]\n"
    start += "try: runpy.run_path('app.py', run_name='__main__')\n"
    start += "finally: assert not {'gradio', 'torch', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", start, port], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    other = int(port) + 1
    words = f"Port {port} is in use. Stop what listens there, or choose another: python app.py --port {other}\n"
    assert done.stderr == words
