"""What tabs answer for models on other datasets than Fashion-MNIST: grey and coloured, of other sizes and classes."""

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoint import save_extra
from core.data.registry import COLORS
from demos.autodecoder import handlers as autodecoder
from demos.classify import handlers as classify
from demos.denoise import handlers as denoise
from demos.gan import handlers as gan
from demos.interpolate import handlers as interpolate
from demos.latent_map import handlers as latent_map
from demos.ui.images import load_sample, read_upload
from tests.helpers.handlers import ask, call
from tests.helpers.own_datasets import DATASETS, from_text, make_services, pictures, to_text


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    return make_services(tmp_path_factory.mktemp("weights"))


@pytest.fixture(params=DATASETS)
def name(request):
    return request.param


def test_a_gallery_is_of_the_models_dataset(services, name):
    dataset, sample = DATASETS[name]
    answer = ask(load_sample, services, checkpoint=f"{name}-vae")
    assert answer["title"] == dataset.title
    assert answer["classes"] == (list(dataset.class_names) or ["picture"])
    assert answer["colors"] == list(COLORS[: len(answer["classes"])])
    assert answer["is_labelled"] == bool(dataset.classes)
    assert answer["image_shape"] == dataset.image_shape
    assert answer["labels"] == sample.labels.tolist()
    assert answer == ask(load_sample, services, checkpoint=f"{name}-autoencoder")
    assert ask(load_sample, services)["title"] == "Fashion-MNIST"
    assert ask(load_sample, services, checkpoint="cae-2") == ask(load_sample, services)
    assert "no model" in ask(load_sample, services, checkpoint="nothing")["error"]


@pytest.mark.parametrize("family", ["autoencoder", "vae"])
@pytest.mark.parametrize("kind", ["PCA", "t-SNE"])
def test_a_latent_map_is_of_the_models_pictures(services, name, family, kind):
    view = {"checkpoint": f"{name}-{family}", "map": kind}
    answer = ask(latent_map.load_map, services, **view)
    assert len(answer["x"]) == len(pictures(name))
    one = ask(latent_map.reconstruct, services, **view, i=3)
    original = pictures(name)[3]
    back = from_text(one["pixels"], original.shape)
    assert one["mse"] == pytest.approx(np.square((original.astype(float) - back) / 255).mean())
    assert from_text(one["pca"], original.shape).shape == original.shape
    assert (one["probs"] is not None) == (name != "unlabelled")
    if one["probs"]:
        assert len(one["probs"]) == len(DATASETS[name][0].classes)
    own = ask(latent_map.place_picture, services, **view, pixels=to_text(original))
    assert own["code"] == pytest.approx(one["code"], abs=2e-3)
    others = {latent_map.decode: {"x": 0, "y": 0}, latent_map.draw: {}, latent_map.sweep: {"code": one["code"]}}
    for handler, more in others.items():
        assert "error" not in ask(handler, services, **view, **more)
    assert "must be" in ask(latent_map.reconstruct, services, **view, i=len(pictures(name)))["error"]


def test_a_picture_of_another_dataset_is_refused_in_a_sentence(services):
    pixels = to_text(pictures("colour")[0])
    answer = ask(latent_map.place_picture, services, checkpoint="grey-vae", pixels=pixels)
    assert answer["error"] == "expected 784 pixels (28 x 28), got 3072"
    answer = ask(latent_map.load_map, services, checkpoint="colour-fashionnet", map="PCA")
    assert "no latent space 'colour-fashionnet'" in answer["error"]


def test_the_endpoint_takes_a_model_of_a_folder(services, name):
    picture = call(latent_map.decode_point, 0.0, 0.0, "PCA", f"{name}-vae", services=services)
    assert picture.shape == pictures(name)[0].shape


@pytest.mark.parametrize("family", ["autoencoder", "vae", "ad"])
def test_a_path_leads_between_the_models_pictures(services, name, family):
    view = {"checkpoint": f"{name}-{family}", "a": {"i": 0}, "b": {"pixels": to_text(pictures(name)[-1])}}
    answer = ask(interpolate.path, services, **view, frames=[0, 50, 100])
    side = pictures(name).shape[1]
    with Image.open(io.BytesIO(base64.b64decode(answer["sprite"].split(",")[1]))) as sprite:
        assert sprite.size == (2 * side, 2 * side)
        assert sprite.mode == ("RGB" if name == "colour" else "L")
    assert ("predicted" in answer) == (name != "unlabelled")
    if "predicted" in answer:
        assert max(answer["predicted"]) < len(DATASETS[name][0].classes)
    wrong = ask(interpolate.path, services, **view | {"checkpoint": f"{name}-dcgan"})
    assert wrong["error"] == f"{name}-dcgan is not a decoder: it gives pictures no codes"
    count = len(pictures(name))
    assert f"0 to {count - 1}" in ask(interpolate.path, services, **view | {"a": {"i": count}})["error"]
    assert ask(interpolate.animate, services, **view)["file"].startswith("data:image/gif")
    picture = call(interpolate.interpolate, f"{name}-{family}", 0, 1, services=services)
    assert picture.shape == pictures(name)[0].shape


def test_an_upload_becomes_like_the_models_pictures(services, name, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((60, 90, 3), (200, 30, 30), np.uint8)).save(path)
    file = base64.b64encode(path.read_bytes()).decode()
    shape = pictures(name)[0].shape
    answer = ask(read_upload, services, file=file, checkpoint=f"{name}-vae")
    pixels = from_text(answer["pixels"], shape)
    assert (pixels == (200, 30, 30)).all() if len(shape) == 3 else len(np.unique(pixels)) == 1
    assert "not a picture" in ask(read_upload, services, file="AAAA", checkpoint=f"{name}-vae")["error"]


@pytest.mark.parametrize("method", ["occlusion", "gradient"])
@pytest.mark.parametrize("name", ["grey", "colour"])
def test_classify_speaks_of_the_networks_classes(services, name, method):
    dataset, sample = DATASETS[name]
    networks, pixels = [f"{name}-fashionnet"], to_text(pictures(name)[0])
    (probs,) = ask(classify.classify, services, networks=networks, pixels=pixels)["probs"]
    assert len(probs) == len(dataset.classes)
    assert sum(probs) == pytest.approx(1)
    layers = ask(classify.feature_maps, services, checkpoint=networks[0], pixels=pixels)["layers"]
    assert layers[0]["name"] == "conv1"
    (maps,) = ask(classify.explain, services, networks=networks, pixels=pixels, method=method)["maps"]
    side = pictures(name).shape[1] // (2 if method == "occlusion" else 1)
    assert maps["side"] == side
    assert len(base64.b64decode(maps["data"])) == 2 * len(dataset.classes) * side**2
    seen = ask(classify.load_scatter, services, checkpoint=networks[0])
    assert len(seen["indices"]) == len(sample)
    some = ask(classify.load_scatter, services, checkpoint=networks[0], classes=[1])
    assert sample.labels[some["indices"]].tolist() == [1] * len(some["indices"])
    assert "must be" in ask(classify.load_scatter, services, checkpoint=networks[0], classes=[9])["error"]
    assert ask(classify.load_cards, services, networks=networks)["cards"][0]["metrics"] == {}


def test_networks_of_two_datasets_are_not_compared(services):
    names = ["grey-fashionnet", "colour-fashionnet"]
    answer = ask(classify.classify, services, networks=names, pixels=to_text(pictures("grey")[0]))
    assert answer["error"] == "networks must be of one dataset, not of Rings and Birds"


def test_the_endpoint_names_the_classes_of_a_folder(services, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(pictures("colour")[0]).save(path)
    answer = call(classify.classify_photo, str(path), "colour-fashionnet", stages=["upright"], services=services)
    assert {each["label"] for each in answer["confidences"]} == {"jay", "crow"}
    assert answer["stages"] == {}


@pytest.mark.parametrize("noise", ["none", "gaussian", "both", "box"])
def test_denoisers_of_a_folder_clean_its_pictures(services, name, noise):
    names = [f"{name}-denoising-autoencoder", f"{name}-autoencoder", "median"]
    answer = ask(denoise.load_strip, services, denoisers=names, pixels=to_text(pictures(name)[0]), noise=noise, seed=0)
    rows = {"none": 1, "both": 2}.get(noise, 1) * (1 + len(names))
    assert len(answer["psnr"]) == len(answer["ssim"]) == rows
    side = pictures(name).shape[1]
    with Image.open(io.BytesIO(base64.b64decode(answer["sprite"].split(",")[1]))) as sprite:
        assert sprite.size == (answer["columns"] * side, rows * side)
        assert sprite.mode == ("RGB" if name == "colour" else "L")
    wrong = ask(denoise.load_strip, services, denoisers=[f"{name}-vae"], pixels="", noise=noise, seed=0)
    assert "gives no picture back" in wrong["error"]


def test_the_denoising_endpoint_takes_a_model_of_a_folder(services, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(pictures("colour")[0]).save(path)
    model = "colour-denoising-autoencoder"
    noisy, clean, _ = call(denoise.denoise_photo, str(path), "gaussian", 0.1, 0, model, services=services)
    assert noisy.shape == clean.shape == (32, 32, 3)


def test_a_gan_of_a_folder_walks_and_judges(services, name):
    about = {"checkpoint": f"{name}-dcgan"}
    count, classes = len(pictures(name)), len(DATASETS[name][0].classes)
    side = pictures(name).shape[1]
    walk = {**about, "seed": 1, "stops": 4}
    answer = ask(gan.walk, services, **walk)
    with Image.open(io.BytesIO(base64.b64decode(answer["sprite"].split(",")[1]))) as sprite:
        assert sprite.size == (12 * side, 8 * side)
    assert np.shape(ask(gan.classify_walk, services, **walk)["probs"]) == (96, classes)
    scores = ask(gan.load_scores, services, **about)
    assert len(scores["real"]) == len(scores["indices"]) == count
    kinds = ({"kind": "real", "real": count - 1}, {"kind": "fake", "fake": 0}, {"kind": "walk", "frame": 5} | walk)
    for request in (*kinds, {"kind": "pixels", "pixels": to_text(pictures(name)[0])}):
        one = ask(gan.describe_picture, services, **about | request)
        assert from_text(one["pixels"], pictures(name)[0].shape) is not None
        assert len(one["probs"]) == classes
        assert one["near"]["indices"]
        near = ask(gan.compare, services, **about | request)["near"]
        assert (near is not None) == bool(classes)
    assert "snapshots.safetensors does not exist" in ask(gan.load_film, services, **about)["error"]
    assert "no run 'dcgan'" in ask(gan.load_film, services, **about, run="dcgan")["error"]
    assert f"0 to {count - 1}" in ask(gan.describe_picture, services, **about, kind="real", real=count)["error"]


def test_a_film_beside_a_gan_is_shown(services):
    model = services.models["colour-dcgan"]
    images = torch.randint(0, 256, (5, 64, 3, 32, 32), dtype=torch.uint8)
    tensors = {"images": images, "steps": torch.arange(0, 50, 10), "losses": torch.ones(10, 2)}
    save_extra(model.path.with_suffix(".snapshots.safetensors"), tensors)
    answer = ask(gan.load_film, services, checkpoint="colour-dcgan", run="colour-dcgan")
    assert answer["steps"] == [0, 10, 20, 30, 40]
    assert answer["is_scored"]
    tile = {"kind": "film", "snapshot": 4, "tile": 63, "checkpoint": "colour-dcgan"}
    picture = ask(gan.describe_picture, services, **tile)
    assert (from_text(picture["pixels"], (32, 32, 3)) == images[4, 63].permute(1, 2, 0).numpy()).all()
    assert picture["logit"] is not None


def test_auto_decoders_of_a_folder_are_stretched_drawn_and_fitted(services, name):
    models, original = [f"{name}-ad"], pictures(name)[2]
    side, classes = original.shape[0], len(DATASETS[name][0].classes)
    sweep = ask(autodecoder.load_magnitudes, services, models=models, image=2)
    assert np.shape(sweep["errors"]) == np.shape(sweep["edges"]) == (1, 41)
    with Image.open(io.BytesIO(base64.b64decode(sweep["sprite"].split(",")[1]))) as sprite:
        assert sprite.size == (41 * side, side)
    laid_out = ask(autodecoder.load_layout, services, checkpoint=models[0])
    assert len(laid_out["points"]) == 2 * len(pictures(name))
    fit = {"checkpoint": models[0], "pixels": to_text(original), "steps": 20, "start": "nothing"}
    answer = ask(autodecoder.follow_fit, services, **fit, since=0)
    frames = from_text(answer["frames"], (len(answer["mse"]), *original.shape))
    exact = np.square((frames[0].astype(float) - original) / 255).mean()
    assert answer["mse"][0] == pytest.approx(exact, abs=1e-3)
    assert ask(autodecoder.encode_picture, services, checkpoint=models[0], pixels=to_text(original))["size"] == 3
    draws = ask(autodecoder.load_draws, services, models=models, seed=0)
    path = ask(autodecoder.load_path, services, models=models, a=0, b=1)
    assert np.shape(draws["probs"]) == (1, 10, classes)  # of no classes where there are none
    assert np.shape(path["probs"]) == (1, 41, classes)
    count = len(pictures(name))
    assert f"0 to {count - 1}" in ask(autodecoder.load_magnitudes, services, models=models, image=count)["error"]


def test_auto_decoders_of_two_datasets_are_not_compared(services):
    answer = ask(autodecoder.load_magnitudes, services, models=["grey-ad", "colour-ad"], image=0)
    assert answer["error"] == "models must be of one dataset, not of Rings and Birds"
