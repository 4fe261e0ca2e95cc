"""What the shipped lessons say, held against the shipped weights."""

import base64
import json
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch

from core import list_checkpoints, load_card, load_model
from core.checkpoint import WEIGHTS, load_codes, load_extra
from core.confidence import classify
from core.data.fashion_mnist import FASHION_CLASSES, load_fashion_sample
from core.data.images import to_tensor
from core.data.photos import ClothesSteps, read_clothes
from core.latent import lerp
from demos.classify.handlers import BAG_PHOTO
from demos.lessons.format.library import Library
from demos.server.features import Source, descent, plane
from demos.ui.examples import example_files
from tests.demos.test_explanations import round_face
from tests.helpers.handlers import SERVICES

LESSONS = {lesson.name: lesson for lesson in Library().lessons()[0]}
NETWORKS = ("classifier-resnet", "classifier-fashionnet")
PHOTOS = "classifier-photos"


@pytest.fixture(scope="module")
def images():
    return to_tensor(load_fashion_sample().images.numpy())


def labels():
    return load_fashion_sample().labels.numpy()


def shown(lesson, step):
    """The picture that a step of Classify shows, float32 (1, 1, 28, 28)."""
    query = parse_qs(LESSONS[lesson].steps[step - 1].link[1:])
    if "image" in query:
        return to_tensor(load_fashion_sample().images[int(query["image"][0])].numpy()[None])
    pixels = np.frombuffer(base64.urlsafe_b64decode(query["pixels"][0]), np.uint8)
    return to_tensor(pixels.reshape(1, 1, 28, 28))


@torch.no_grad()
def verdicts(x):
    """By network, the class and its probability."""
    probs = [load_model(name)(x).softmax(1)[0] for name in NETWORKS]
    return [(FASHION_CLASSES[p.argmax()], float(p.max())) for p in probs]


def is_strange(x):
    """Whether the network that learned from photos too says that it does not know a picture."""
    return bool(classify(load_model(PHOTOS), x).unlike)


def test_both_networks_know_the_boot():
    assert all(name == "Ankle boot" and p > 0.9 for name, p in verdicts(shown("what-a-cnn-sees", 1)))


def test_the_networks_disagree_about_a_t_shirt():
    assert [name for name, _ in verdicts(shown("what-a-cnn-sees", 3))] == ["Shirt", "T-shirt/top"]
    assert all(p < 0.6 for _, p in verdicts(shown("what-a-cnn-sees", 3)))


def test_a_strip_of_a_shirt_is_a_dress():
    x = to_tensor(load_fashion_sample().images[600].numpy()[None])
    assert all(name == "Shirt" for name, _ in verdicts(x))
    x[..., :10] = x[..., 18:] = 0
    assert torch.equal(shown("what-a-cnn-sees", 7), x)
    assert all(name == "Dress" and p > 0.6 for name, p in verdicts(x))


@pytest.mark.parametrize(("lesson", "step"), [("cae-vae-ad-and-vad", 6), ("denoising-and-shift", 7)])
def test_the_face_of_the_lessons_is_that_of_the_auto_decoder(lesson, step):
    assert torch.equal(shown(lesson, step), round_face())


def test_euler_leaves_a_blur_of_four_steps_and_heun_noise(images):
    flow = load_model("flow")
    z = torch.randn(32, *flow.config.image_shape, generator=torch.Generator().manual_seed(0))

    def unrest(method):
        """How far neighbouring pixels are apart."""
        with torch.no_grad():
            *_, end = flow.path(z, steps=4, method=method)
        x = flow.images(end)
        return float((x[..., 1:] - x[..., :-1]).abs().mean())

    real = float((images[..., 1:] - images[..., :-1]).abs().mean())
    assert unrest("euler") < real < unrest("heun")


def test_plain_grey_is_a_bag_but_to_the_network_that_says_when_it_does_not_know():
    grey = shown("what-a-cnn-sees", 9)
    (name, p), _ = verdicts(grey)
    assert name == "Bag"
    assert p > 0.8
    assert is_strange(grey)


@pytest.mark.parametrize(
    ("step", "name", "least"), [(1, "T-shirt/top", 0.9), (3, "Bag", 0.6), (4, "Bag", 0.6), (5, "Bag", 0.88)]
)
def test_the_same_t_shirt_becomes_a_bag(step, name, least):
    assert all(found == name and p > least for found, p in verdicts(shown("why-is-my-t-shirt-a-bag", step)))


@pytest.mark.parametrize(("is_cut_out", "name"), [(False, "Bag"), (True, "T-shirt/top")])
def test_the_floor_of_a_photo_makes_the_t_shirt_a_bag_or_unknown(is_cut_out, name):
    photo = read_clothes(base64.b64decode(example_files()[BAG_PHOTO]), ClothesSteps(cut_out=is_cut_out))
    x = to_tensor(photo.pixels[None, None])
    assert [found for found, _ in verdicts(x)] == [name, name]
    assert is_strange(x) == (not is_cut_out)
    if is_cut_out:
        assert classify(load_model(PHOTOS), x).probs.argmax() == FASHION_CLASSES.index(name)


def test_the_small_t_shirt_is_no_longer_known():
    assert all(name != "T-shirt/top" for name, _ in verdicts(shown("why-is-my-t-shirt-a-bag", 6)))


def test_what_the_lessons_read_off_the_confusion_matrix():
    card = load_card("classifier-resnet")
    place = {name: k for k, name in enumerate(card.class_names)}

    def count(true, predicted):
        return card.confusion[place[true]][place[predicted]]

    assert count("Shirt", "Shirt") == 844
    assert count("Shirt", "Shirt") == min(count(name, name) for name in place)  # its hardest class
    assert (count("Shirt", "T-shirt/top"), count("T-shirt/top", "Shirt")) == (74, 56)
    lost = sorted(place, key=lambda name: -count("Shirt", name))[1:4]
    assert set(lost) == {"T-shirt/top", "Coat", "Pullover"}
    assert count("Coat", "Coat") == 934
    assert count("Sneaker", "Sneaker") == 987
    assert round(100 * card.metrics["test_accuracy"]) == 95


def test_how_many_photos_the_lesson_says_are_named_right():
    assert round(100 * load_card(PHOTOS).metrics["validation_photo_accuracy"]) == 83


@pytest.fixture(scope="module")
def planes():
    classifier = SERVICES.models.find("classifier-resnet", SERVICES.models.classifiers, "classifier")
    return {(layer, n): list(plane(Source(classifier, layer, n)))[-1] for layer, n in
            [("conv1", 15), ("fc1", 15), ("output", 15), ("conv1", 30), ("fc1", 30), ("output", 30)]}  # fmt: skip


def test_classes_come_apart_layer_by_layer(planes):
    conv1, fc1, output = (planes[layer, 15] for layer in ("conv1", "fc1", "output"))
    assert conv1.features_ch < fc1.features_ch < output.features_ch
    assert 8 < output.features_ch / conv1.features_ch < 14  # about tenfold
    assert fc1.map_ch[0] > output.map_ch[0]
    assert planes["conv1", 30].features_agreement == pytest.approx(0.57, abs=0.005)
    assert planes["output", 30].features_agreement == pytest.approx(0.93, abs=0.005)
    assert sum(planes["output", 30].ratio[:2]) == pytest.approx(0.26, abs=0.03)


def test_t_sne_keeps_neighbours_until_all_are_neighbours(planes):
    classifier = SERVICES.models.find("classifier-resnet", SERVICES.models.classifiers, "classifier")

    def agreement(n, perplexity):
        return list(descent(Source(classifier, "fc1", n), 2, perplexity, 0))[-1].agreement

    assert planes["fc1", 30].features_agreement == pytest.approx(0.91, abs=0.005)
    assert planes["fc1", 30].map_agreement[0] == pytest.approx(0.70, abs=0.005)
    assert agreement(30, 30) == pytest.approx(0.91, abs=0.015)
    assert agreement(5, 5) == pytest.approx(0.8, abs=0.05)
    assert agreement(5, 49) == pytest.approx(0.5, abs=0.05)


def test_the_errors_that_the_lessons_give():
    assert round(load_card("cae-2").metrics["test_mse"], 4) == 0.0246
    assert round(load_card("cae-27").metrics["test_mse"], 4) == 0.0083
    vads = [f"vad-{family}" for family in ("gaussian", "exponential", "uniform")]
    assert round(load_card("ad").metrics["test_mse"], 4) == 0.0022
    assert round(min(load_card(name).metrics["test_mse"] for name in vads), 4) == 0.0041
    assert round(load_card("ad").metrics["test_frechet"]) == 129
    assert round(load_card("vad-uniform").metrics["test_frechet"]) == 53
    flow = load_card("flow").metrics
    assert [round(flow[f"test_frechet{steps}"], 1) for steps in ("_4_steps", "", "_50_steps")] == [15.2, 2.9, 2.8]


def test_sneakers_live_next_to_ankle_boots(images):
    codes, known = load_codes("cae-2"), labels()
    centres = torch.stack([codes[known == k].mean(0) for k in range(10)])
    away = (centres - centres[FASHION_CLASSES.index("Sneaker")]).norm(dim=1)
    assert FASHION_CLASSES[away.argsort()[1]] == "Ankle boot"


@torch.no_grad()
def test_every_decoder_passes_through_a_dress(images):
    judge, dress = load_model("classifier-fashionnet"), FASHION_CLASSES.index("Dress")
    names = [name for name in list_checkpoints() if name.startswith(("cae-", "ad", "vad-", "vae-fashion"))]
    names = [name for name in names if not name.endswith(("classifier", "frozen"))]
    assert len(names) == 9
    for name in names:
        model = load_model(name)
        z = load_codes(name) if name.startswith(("ad", "vad")) else model.encode(images[[112, 634]])
        a, b = (z[112], z[634]) if len(z) == 1000 else z
        frames = model.decode(torch.stack([lerp(a, b, k / 20) for k in range(21)]))
        assert (judge(frames).argmax(1) == dress).any(), name


def test_what_the_grid_of_noise_says():
    grid = json.loads((WEIGHTS / "denoising-grid.json").read_text("utf-8"))

    def psnr(kind, *levels):
        k = next(k for k, one in enumerate(grid["columns"]) if (one["kind"], one["levels"]) == (kind, list(levels)))
        return {name: values[k] for name, values in grid["psnr"].items()}

    pepper = psnr("salt_and_pepper", 0.2)
    assert (round(pepper["cae-27"]), round(pepper["denoiser-cae"])) == (15, 19)
    photons = psnr("poisson", 2.0)
    assert [round(photons[name], 1) for name in ("cae-27", "denoiser-unet", "denoiser-cae")] == [17.3, 16.8, 16.5]
    assert max(photons, key=lambda name: photons[name]) == "cae-27"
    clean = psnr("none")
    assert min((value, name) for name, value in clean.items() if value)[1] == "denoiser-cae"
    assert (round(clean["denoiser-cae"]), round(clean["median"], 1)) == (20, 21.5)


def test_the_gan_that_forgets_knows_nearly_every_class_where_the_lesson_shows_it():
    step = next(s for s in LESSONS["a-gan-learns-and-collapses"].steps if "dcgan-mode-collapse" in s.link)
    query = parse_qs(step.link[1:])
    tensors = load_extra("dcgan-mode-collapse", "snapshots")
    counts, steps = tensors["classes"].numpy(), tensors["steps"]
    shown = int(query["moment"][0])
    assert (counts[shown] > 0).sum() >= 9
    assert steps[shown] <= steps[-1] / 2 < steps[shown + 1]  # the discriminator is slowed down right after
    assert (counts[shown + 2 :] > 0).sum(1).max() <= 3
