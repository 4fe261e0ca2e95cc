"""What lessons and explanations suggest to try comes out as they say, with the shipped weights."""

import numpy as np
import pytest
import torch
from scipy.sparse.csgraph import connected_components

from core import list_checkpoints, load_card, load_model
from core.checkpoint import WEIGHTS, load_codes, load_extra
from core.data.fashion_mnist import FASHION_CLASSES, load_fashion_sample
from core.data.images import to_tensor
from core.metrics import neighbor_agreement
from core.reduction import TSNE
from core.reduction.neighbors import nearest_neighbors
from tests.demos.test_explanations import AUTO_DECODERS, CLASSIFIERS, round_face

TROUSER, SHIRT = 112, 634  # of the example Trouser to Shirt
ALPHA = torch.linspace(0, 1, 41)
SAMPLE = load_fashion_sample()
LABELS = SAMPLE.labels.numpy()
CLOTHES = [name for name in list_checkpoints() if (WEIGHTS / f"{name}.codes.safetensors").is_file()]
CLOTHES = [name for name in CLOTHES if len(load_codes(name)) == len(SAMPLE)]


def some_images(n):
    """Indices of the first n images of every class."""
    return np.arange(1000).reshape(10, 100)[:, :n].ravel()


@torch.no_grad()
def features(name, layer, n):
    return load_model(name).features(to_tensor(SAMPLE.images[some_images(n), 0].numpy()))[layer].numpy()


@torch.no_grad()
def classes_of(x):
    return [FASHION_CLASSES[k] for k in load_model("classifier-fashionnet")(x).argmax(1)]


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_small_step_along_the_gradient_does_what_its_colour_says(name):
    model, shirt = load_model(name), int(np.flatnonzero(FASHION_CLASSES.index("Shirt") == LABELS)[0])
    x = to_tensor(SAMPLE.images[shirt].numpy()).requires_grad_()

    def log_odds(picture):
        return model(picture).log_softmax(1).exp()[0, FASHION_CLASSES.index("Shirt")].logit()

    (slope,) = torch.autograd.grad(log_odds(x), x)
    for at in (slope.argmax(), slope.argmin()):
        step = torch.zeros_like(x)
        step.view(-1)[at] = 0.01  # brighter
        change = log_odds(x + step) - log_odds(x)
        assert torch.sign(change) == torch.sign(slope.view(-1)[at])


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_neighbours_look_alike_early_and_are_called_alike_late(name):
    pixels = SAMPLE.images[some_images(30)].flatten(1).numpy() / 255
    predicted = features(name, "output", 30).argmax(1)
    apart, agree = {}, {}
    for layer in ("conv1", "output"):
        near, _ = nearest_neighbors(features(name, layer, 30), 6)
        apart[layer] = np.linalg.norm(pixels[near] - pixels[:, None], axis=2).mean()
        agree[layer] = (predicted[near] == predicted[:, None]).mean()
    assert apart["conv1"] < 0.85 * apart["output"]
    assert agree["conv1"] < 0.75
    assert agree["output"] > 0.95


@pytest.fixture(scope="module")
def tsne_maps():
    X = features("classifier-resnet", "fc1", 30)

    def of(perplexity, seed=0):
        return TSNE(2, perplexity=perplexity, n_iter=300, init="random", seed=seed).fit_transform(X)

    return {"5": of(5), "30": of(30), "most": of(299), "another seed": of(30, seed=1)}


def test_a_small_perplexity_makes_clumps_and_a_huge_one_loses_neighbours(tsne_maps):
    def clumps(Y):
        apart = np.linalg.norm(Y[:, None] - Y[None], axis=2)
        return connected_components(apart < 0.3 * Y.std(axis=0).mean())[0]

    assert clumps(tsne_maps["5"]) > 1.5 * clumps(tsne_maps["30"])
    agree = {name: neighbor_agreement(Y, LABELS[some_images(30)]) for name, Y in tsne_maps.items()}
    assert agree["most"] < 0.7 < 0.85 < min(agree["5"], agree["30"])


def test_two_seeds_share_the_neighbours(tsne_maps):
    near = [nearest_neighbors(tsne_maps[name], 10)[0] for name in ("30", "another seed")]
    shared = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*near, strict=True)])
    assert shared > 0.8


@pytest.mark.parametrize("name", CLOTHES)
def test_the_decoder_never_jumps_between_classes(name):
    codes = load_codes(name).float()
    trouser, dress, top = (
        codes[FASHION_CLASSES.index(k) == LABELS].mean(0) for k in ("Trouser", "Dress", "T-shirt/top")
    )
    path = torch.cat([a + ALPHA[:, None] * (b - a) for a, b in ((trouser, dress), (dress, top))])
    with torch.no_grad():
        x = load_model(name).decode(path)
    steps = (x[1:] - x[:-1]).square().mean((1, 2, 3)).sqrt()
    ends = (x[0] - x[40]).square().mean().sqrt()
    assert steps.max() < 0.25 * ends


def test_two_numbers_lose_more_than_half_and_shirts_stay_mixed():
    assert load_card("cae-2").metrics["test_mse"] > 2 * load_card("cae-27").metrics["test_mse"]
    Y = TSNE(seed=0).fit_transform(load_codes("cae-27").float().numpy())
    near, _ = nearest_neighbors(Y, 10)
    agree = (LABELS[near] == LABELS[:, None]).mean(1)
    by_class = {name: agree[k == LABELS].mean() for k, name in enumerate(FASHION_CLASSES)}
    assert set(sorted(by_class, key=by_class.get)[:3]) == {"Shirt", "Pullover", "Coat"}
    assert by_class["Trouser"] > 0.85


@pytest.mark.parametrize("name", CLOTHES)
def test_every_decoder_passes_a_dress_from_trouser_to_shirt(name):
    codes = load_codes(name).float()
    with torch.no_grad():
        seen = classes_of(load_model(name).decode(codes[TROUSER] + ALPHA[:, None] * (codes[SHIRT] - codes[TROUSER])))
    assert seen[0] == "Trouser"
    assert seen.count("Dress") >= 5


def test_the_classifier_calls_a_double_exposure_a_dress_too():
    x = to_tensor(SAMPLE.images[[TROUSER, SHIRT], 0].numpy())
    seen = classes_of(x[0] + ALPHA[:, None, None, None] * (x[1] - x[0]))
    assert seen[20] == "Dress"


@pytest.mark.parametrize("name", AUTO_DECODERS)
def test_a_code_shrunk_to_nothing_is_the_same_picture_for_every_image(name):
    model, codes = load_model(name), load_codes(name).float()[[3, 500, 900]]
    with torch.no_grad():
        nothing, whole = model.decode(0 * codes), model.decode(codes)
    assert (nothing - nothing[:1]).abs().max() < 1e-5
    assert (whole - whole[:1]).abs().max() > 0.3


def test_the_denoising_autoencoder_turns_a_drawing_into_clothes_and_the_u_net_keeps_more_of_it():
    x, error, predicted = round_face(), {}, {}
    for name in ("cae-27", "denoiser-cae", "denoiser-unet"):
        with torch.no_grad():
            x_hat = load_model(name)(x)
        error[name], predicted[name] = float((x_hat - x).square().mean()), classes_of(x_hat)[0]
    assert max(error, key=error.get) == "denoiser-cae"
    assert min(error, key=error.get) == "denoiser-unet"
    assert predicted["denoiser-cae"] in ("Shirt", "Coat", "Pullover")  # a face with sleeves


def test_the_second_run_of_the_gan_breaks_between_its_first_two_snapshots():
    tensors = load_extra("dcgan-collapse", "snapshots")
    brightest = tensors["images"].flatten(1).max(1).values.tolist()
    assert brightest[0] > 100 > 20 > max(brightest[1:])
    assert tensors["losses"][0, 1] > 50  # the generator's loss jumps there


@pytest.mark.parametrize("name", [name for name in list_checkpoints() if load_card(name).confusion])
def test_the_darkest_square_off_the_diagonal_is_shirts_and_t_shirts(name):
    counts = np.array(load_card(name).confusion)
    np.fill_diagonal(counts, 0)
    pair = {FASHION_CLASSES[k] for k in np.unravel_index(counts.argmax(), counts.shape)}
    assert pair == {"Shirt", "T-shirt/top"}
