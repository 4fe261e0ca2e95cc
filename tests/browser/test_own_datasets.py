"""Models in a folder, on datasets that nobody wrote a line for outside it, opened in every tab that takes them."""

import re
import zipfile
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import computing_context, visitor
from tests.conftest import running_app
from tests.core.data.test_picture_zip import many, zipped
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from tests.helpers.driving import Held, answered_by, becomes_other, here, shared_link
from train.autoencoder import RECIPE, Config
from train.common.stages import make
from train.export import export

RINGS = make_dataset("Rings", ("thin ring", "thick ring", "dot"))
BIRDS = make_dataset("Birds", ("jay", "crow"), (3, 32, 32))
PLAIN = make_dataset("Plain", ())
MODELS = {  # names of checkpoints, by dataset and architecture
    "rings": (RINGS, {"cae": "autoencoder", "net": "fashionnet", "gan": "dcgan"}),
    "birds": (
        BIRDS,
        {"vae": "vae", "net": "fashionnet", "clean": "denoising-autoencoder", "ad": "auto-decoder", "flow": "flow"},
    ),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    for name, (dataset, models) in MODELS.items():
        for kind, architecture in models.items():
            card = write_checkpoint(folder, f"{name}-{kind}", architecture, *dataset)
            if kind in ("gan", "flow", "net"):
                export(card)
    with running_app("--weights", str(folder)) as address:
        yield address, folder


@pytest.fixture
def page(browser, app):
    with ExitStack() as stack:
        yield stack.enter_context(visitor(browser, app[0]))


def widget(page, tab, selector):
    return page.locator(f"#{tab}-widget {selector}")


def expect_titles(locator, *titles):
    expect(locator).to_have_count(len(titles))
    for k, title in enumerate(titles):
        expect(locator.nth(k)).to_have_attribute("label", title)


def test_latent_map_shows_the_models_of_a_folder(page, app, photograph):
    page.goto("/?tab=latent_map&model=rings-cae")
    expect(widget(page, "latent_map", ".model")).to_have_value("rings-cae")
    expect_titles(widget(page, "latent_map", ".model optgroup"), "Fashion-MNIST", "Birds", "Rings")
    expect(widget(page, "latent_map", ".what")).to_have_text(re.compile("A test image: (thin ring|thick ring|dot)"))
    expect(widget(page, "latent_map", ".legendtext")).to_have_text(list(RINGS[0].class_names))
    expect(widget(page, "latent_map", "[data-part=probabilities] .name")).to_have_text(list(RINGS[0].class_names))
    photograph(page, "own-latent_map")
    widget(page, "latent_map", ".model").select_option("birds-vae")
    expect(widget(page, "latent_map", ".legendtext")).to_have_text(["jay", "crow"])
    expect(widget(page, "latent_map", "canvas.right")).to_have_attribute("width", "32")
    expect(widget(page, "latent_map", "[data-part=probabilities] .name")).to_have_text(["jay", "crow"])
    photograph(page, "own-latent_map-colour")
    widget(page, "latent_map", ".share").click()
    page.wait_for_function("document.querySelector('#latent_map-widget .share').dataset.link")
    assert "model=birds-vae" in shared_link(page, "latent_map")
    widget(page, "latent_map", ".model").select_option("cae-2")
    expect(widget(page, "latent_map", ".legendtext")).to_have_count(10)
    expect(widget(page, "latent_map", "[data-part=probabilities] .name").first).to_have_text("T-shirt/top")


def test_interpolate_walks_between_the_pictures_of_a_folder(page, photograph):
    page.goto("/?tab=interpolate&model=birds-vae&a=0&b=59")
    expect(widget(page, "interpolate", "[data-model]")).to_have_value("birds-vae")
    expect_titles(widget(page, "interpolate", "[data-model] optgroup"), "Fashion-MNIST", "faces", "Birds", "Rings")
    expect(widget(page, "interpolate", "[data-end=a] span")).to_have_text("jay, test image 0")
    expect(widget(page, "interpolate", "[data-end=b] span")).to_have_text("crow, test image 59")
    expect(widget(page, "interpolate", ".said")).to_have_text(re.compile(r"^(jay|crow), \d+ %$"))
    expect(widget(page, "interpolate", "canvas.now")).to_have_attribute("width", "32")
    expect(widget(page, "interpolate", ".interp-gallery .chips button")).to_have_text(["jay", "crow"])
    photograph(page, "own-interpolate")
    widget(page, "interpolate", "[data-source] [data-key=draw]").click()
    expect(widget(page, "interpolate", ".interp-draw canvas")).to_have_attribute("width", "32")
    widget(page, "interpolate", "[data-model]").select_option("rings-cae")
    expect(widget(page, "interpolate", "[data-end=a] span")).to_have_text("thin ring, test image 0")
    expect(widget(page, "interpolate", "[data-end=b] span")).to_have_text("dot, test image 59")
    widget(page, "interpolate", "[data-model]").select_option("vae-faces")
    expect(widget(page, "interpolate", "[data-end=a] span")).to_have_text("face 0")
    widget(page, "interpolate", "[data-model]").select_option("cae-4")
    expect(widget(page, "interpolate", "[data-end=a] span")).to_have_text(re.compile("^Trouser, test image"))
    expect(widget(page, "interpolate", ".interp-rows button[data-name]")).to_have_count(9)


def test_a_model_that_lands_later_needs_no_restart(page, app):
    write_checkpoint(app[1], "later", "vae", *RINGS)
    page.goto("/?tab=latent_map&model=later")
    expect(widget(page, "latent_map", ".model")).to_have_value("later")
    expect(widget(page, "latent_map", ".legendtext")).to_have_text(list(RINGS[0].class_names))


def test_classify_compares_the_networks_of_a_folder(page, photograph):
    page.goto("/?tab=classify&network=birds-net&image=59")
    expect(widget(page, "classify", ".loom-bar .name")).to_have_text(["jay", "crow"])
    expect(widget(page, "classify", ".loom-datasets option")).to_have_text(["Fashion-MNIST", "Birds", "Rings"])
    expect(widget(page, "classify", ".gallery .chips button")).to_have_text(["jay", "crow", "its mistakes"])
    expect(widget(page, "classify", ".drawing canvas")).to_have_attribute("width", "32")
    expect(widget(page, "classify", ".verdict")).to_have_text(re.compile("^(jay|crow) — (right|it is: crow)$"))
    expect(widget(page, "classify", ".layer").first).to_be_visible()
    photograph(page, "own-classify")
    widget(page, "classify", "[data-key=evidence]").click()
    expect(widget(page, "classify", ".attribution[data-shown=occlusion]")).to_be_visible()
    widget(page, "classify", "[data-key=confusion]").click()
    expect(widget(page, "classify", ".classify-accuracy b")).to_have_text(
        re.compile("^birds-net: .* of the images of the gallery right")
    )
    expect(widget(page, "classify", ".classify-cell")).to_have_attribute("data-shown", re.compile("birds-net 0 0"))
    photograph(page, "own-classify-confusion")
    widget(page, "classify", ".loom-datasets select").select_option(label="Rings")
    expect(widget(page, "classify", ".loom-bar .name")).to_have_text(list(RINGS[0].class_names))
    expect(widget(page, "classify", ".drawing canvas")).to_have_attribute("width", "28")
    widget(page, "classify", ".share").click()
    page.wait_for_function("document.querySelector('#classify-widget .share').dataset.link")
    assert "network=rings-net" in shared_link(page, "classify")
    widget(page, "classify", ".loom-datasets select").select_option(label="Fashion-MNIST")
    expect(widget(page, "classify", ".loom-bar .name").first).to_have_text("T-shirt/top")
    expect(widget(page, "classify", ".classify-networks button").first).to_have_text("ResNet")


def test_features_maps_the_pictures_of_a_folder_and_what_its_models_make_of_them(page, photograph, tmp_path):
    page.goto("/?tab=features&checkpoint=birds-net&n=9&perplexity=5")
    expect(widget(page, "features", ".features-maps[data-ready]")).to_be_visible()
    expect(widget(page, "features", ".loom-datasets option")).to_have_text(["Fashion-MNIST", "Birds", "Rings"])
    expect(widget(page, "features", ".chips button")).to_have_text(["jay", "crow"])
    expect(widget(page, "features", "[data-checkpoint]")).to_have_value("birds-net")
    expect(widget(page, "features", "[data-layer]").first.locator("option")).to_have_text(
        ["pixels", "conv1", "fc1", "output"]
    )
    expect(widget(page, "features", "figcaption").first).to_contain_text("of the variance")
    expect(widget(page, "features", "figcaption").nth(1)).to_contain_text("iteration 300")
    expect(widget(page, "features", ".what")).to_have_text(re.compile("^(jay|crow)$"))
    expect(widget(page, "features", ".where")).to_contain_text("the network calls it")
    expect(widget(page, "features", "canvas.picture")).to_have_attribute("width", "32")
    expect(widget(page, "features", ".features-near li")).to_have_count(6)
    expect(widget(page, "features", ".features-stories")).to_be_hidden()
    expect(widget(page, "features", ".trio[data-chart=agreement] .value")).to_have_text([re.compile(r"\d\s%")] * 12)
    expect(widget(page, "features", ".loom-notice")).to_be_hidden()
    photograph(page, "own-features")
    find = widget(page, "features", ".features-tools input[type=search]")
    find.fill("crow")
    widget(page, "features", "[data-checkpoint]").select_option("birds-vae")
    expect(widget(page, "features", "[data-layer]").first.locator("option")).to_have_text(["pixels", "codes"])
    expect(widget(page, "features", "[data-layer]").first).to_have_value("codes")
    expect(widget(page, "features", ".loom-notice")).to_be_hidden()
    widget(
        page,
        "features",
        ".loom-examples button",
    ).filter(has_text="pixels | model").click()
    expect(widget(page, "features", "[data-layer]").first).to_have_value("pixels")
    expect(widget(page, "features", ".trio[data-chart=agreement] .name").first).to_have_text("pixels")
    widget(page, "features", ".share").click()
    page.wait_for_function("document.querySelector('#features-widget .share').dataset.link")
    assert "checkpoint=birds-vae" in shared_link(page, "features")
    widget(page, "features", ".loom-datasets select").select_option(label="Fashion-MNIST")
    expect(widget(page, "features", ".chips button")).to_have_count(10)
    expect(widget(page, "features", ".features-stories")).to_be_visible()
    expect(widget(page, "features", ".where")).to_contain_text("the network calls it")


def test_denoise_compares_the_denoisers_of_a_folder(page, photograph):
    page.goto("/?tab=denoise&model=birds-clean&image=59&noise=gaussian&level=0.3")
    expect(widget(page, "denoise", ".denoise-models [data-key]")).to_have_count(2)
    expect(widget(page, "denoise", ".denoise-models [data-key=birds-clean] .name")).to_have_text("birds-cleanmet noise")
    expect(widget(page, "denoise", ".what")).to_have_text(re.compile(r"→ [\d.]+ dB SSIM"))
    for picture in ("clean", "noisy", "denoised", "residual"):
        expect(widget(page, "denoise", f"[data-picture={picture}]")).to_have_attribute("width", "32")
    expect(widget(page, "denoise", "[data-picture=clean]")).to_have_attribute("title", "clean: crow, test image 59")
    expect(widget(page, "denoise", ".denoise-grid")).to_be_hidden()
    photograph(page, "own-denoise")
    held = Held(page, "load_sample")
    widget(page, "denoise", ".loom-datasets select").select_option(label="Rings")
    held.wait()
    page.wait_for_timeout(600)  # time for the old view to write its address, which the new one must not read
    held.release()
    expect(widget(page, "denoise", "[data-picture=clean]")).to_have_attribute("title", "clean: thin ring, test image 0")
    expect(widget(page, "denoise", "[data-picture=noisy]")).to_have_attribute("width", "28")
    widget(page, "denoise", ".loom-datasets select").select_option(label="Fashion-MNIST")
    expect(widget(page, "denoise", ".denoise-models [data-key]:not([hidden])")).to_have_count(4)
    expect(widget(page, "denoise", ".denoise-grid")).to_be_visible()


def test_gan_walks_through_the_codes_of_a_generator_of_a_folder(page, photograph):
    page.goto("/?tab=gan&run=rings-gan&view=walk&seed=3")
    expect(widget(page, "gan", ".loom-datasets option")).to_have_text(["Fashion-MNIST", "Rings"])
    expect(widget(page, "gan", "[data-choice=view] [role=radio]")).to_have_text(["Latent walk", "Real or made?"])
    expect(widget(page, "gan", ".walk-bars .name")).to_have_text(list(RINGS[0].class_names))
    expect(widget(page, "gan", ".walk-bars .best")).to_have_count(1)
    expect(widget(page, "gan", ".predicted")).to_have_text(re.compile("thin ring|thick ring|dot"))
    expect(widget(page, "gan", "[data-near=fc1] li")).to_have_count(6)
    photograph(page, "own-gan")
    widget(page, "gan", "[data-choice=view] [data-key=score]").click()
    expect(widget(page, "gan", ".gallery .chips button")).to_have_text(list(RINGS[0].class_names))
    expect(widget(page, "gan", ".rank")).to_have_text(re.compile("of the real and"))
    widget(page, "gan", ".share").click()
    page.wait_for_function("document.querySelector('#gan-widget .share').dataset.link")
    assert "run=rings-gan" in shared_link(page, "gan")
    widget(page, "gan", ".loom-datasets select").select_option(label="Fashion-MNIST")
    expect(widget(page, "gan", ".walk-bars .name")).to_have_count(10)
    expect(widget(page, "gan", ".gan-contrast")).to_be_visible()


def test_diffusion_walks_from_noise_to_the_pictures_of_a_folder(page, photograph):
    page.goto("/?tab=diffusion&checkpoint=birds-flow&steps=4&seed=3&tile=9")
    expect(widget(page, "diffusion", ".loom-datasets option")).to_have_text(["Fashion-MNIST", "Birds"])
    expect(widget(page, "diffusion", ".diffusion-view[data-view=paths][data-whole]")).to_be_visible()
    expect(widget(page, "diffusion", "[data-choice=view] [role=radio]")).to_have_text(
        ["64 paths", "Your picture", "Fill a hole", "Noise to noise"]
    )
    expect(widget(page, "diffusion", "[data-label] option")).to_have_text(["any", "jay", "crow"])
    expect(widget(page, "diffusion", ".diffusion-film canvas").first).to_have_attribute("width", str(8 * 32))
    expect(widget(page, "diffusion", ".verdict-line")).to_have_text(re.compile("^Ends as: (jay|crow), "))
    expect(widget(page, "diffusion", ".diffusion-classes .name")).to_have_text(["jay", "crow"])
    expect(widget(page, "diffusion", ".diffusion-near li")).to_have_count(6)
    photograph(page, "own-diffusion")
    widget(page, "diffusion", "[data-choice=view] [data-key=hole]").click()
    expect(widget(page, "diffusion", ".diffusion-view[data-view=hole][data-ready]")).to_be_visible()
    expect(widget(page, "diffusion", ".diffusion-hole .pad canvas")).to_have_attribute("width", "32")
    photograph(page, "own-diffusion-hole")
    widget(page, "diffusion", "[data-choice=view] [data-key=picture]").click()
    expect(widget(page, "diffusion", ".diffusion-view[data-view=picture][data-ready]")).to_be_visible()
    expect(widget(page, "diffusion", ".what")).to_have_text("Test image: jay")
    widget(page, "diffusion", ".share").click()
    page.wait_for_function("document.querySelector('#diffusion-widget .share').dataset.link")
    assert "checkpoint=birds-flow" in shared_link(page, "diffusion")
    widget(page, "diffusion", ".loom-datasets select").select_option(label="Fashion-MNIST")
    expect(widget(page, "diffusion", "[data-label] option")).to_have_count(11)
    expect(widget(page, "diffusion", "[data-choice=view] [role=radio]")).to_have_count(6)
    expect(widget(page, "diffusion", ".verdict-line")).to_have_text(re.compile("^Ends as: "))


def test_a_gan_and_a_flow_of_a_folder_need_no_network(browser, app):
    context = computing_context(browser, app[0])
    page = context.new_page()
    page.goto("/?tab=gan&run=rings-gan&view=walk&seed=3")
    expect(widget(page, "gan", ".walk-bars .best")).to_have_count(1)
    seed = widget(page, "gan", "[data-seed]")
    seed.click()
    here(page, "rings-gan", "rings-net")
    context.set_offline(True)
    _change(page, "gan", ".gan-ring .big", seed, "77")
    expect(widget(page, "gan", ".walk-bars .name")).to_have_text(list(RINGS[0].class_names))
    context.set_offline(False)
    page.goto("/?tab=diffusion&checkpoint=birds-flow&steps=2&seed=3")
    expect(widget(page, "diffusion", ".verdict-line")).to_have_text(re.compile("^Ends as: (jay|crow), "))
    seed = widget(page, "diffusion", "[data-seed]")
    seed.click()
    here(page, "birds-flow", "birds-net")
    context.set_offline(True)
    _change(page, "diffusion", ".third", seed, "77")
    expect(widget(page, "diffusion", ".diffusion-view[data-view=paths][data-whole]")).to_be_visible()
    expect(widget(page, "diffusion", ".verdict-line")).to_have_text(re.compile("^Ends as: (jay|crow), "))
    context.close()


def _change(page, tab, picture, number, value):
    """Set a number without a network, and wait until this device has painted another picture."""
    script = f"document.querySelector('#{tab}-widget {picture}').toDataURL()"
    before = page.evaluate(script)
    number.fill(value)
    number.press("Enter")
    becomes_other(page, lambda page: page.evaluate(script), before)
    answered_by(page, "device")
    expect(widget(page, tab, "[data-pending]:visible")).to_have_count(0)
    expect(widget(page, tab, ".loom-notice")).to_be_hidden()


def test_auto_decoder_stretches_and_fits_codes_of_a_folder(page, photograph):
    page.goto("/?tab=autodecoder&model=birds-ad&view=magnitude&image=59")
    expect(widget(page, "autodecoder", ".auto-five figure")).to_have_count(2)
    expect(widget(page, "autodecoder", ".whose")).to_have_text("crow, no. 59")
    expect(widget(page, "autodecoder", ".auto-five canvas").last).to_have_attribute("width", "32")
    expect(widget(page, "autodecoder", ".auto-main[data-ready=magnitude]")).to_be_visible()
    expect(widget(page, "autodecoder", "[data-view] [role=radio]")).to_have_count(5)
    photograph(page, "own-autodecoder")
    widget(page, "autodecoder", "[data-view] [data-key=fit]").click()
    expect(widget(page, "autodecoder", "[data-fit=now]")).to_have_attribute("width", "32")
    expect(widget(page, "autodecoder", ".encoded")).to_have_text(re.compile("by the encoder of birds-(vae|clean)"))
    widget(page, "autodecoder", "[data-view] [data-key=try]").click()
    expect(widget(page, "autodecoder", ".auto-look .loom-bar .name")).to_have_text(["jay", "crow"])
    expect(widget(page, "autodecoder", ".auto-look .what")).to_have_text("birds-ad: draw 1")
    widget(page, "autodecoder", ".loom-datasets select").select_option(label="Fashion-MNIST")
    expect(widget(page, "autodecoder", "[data-view] [role=radio]")).to_have_count(7)
    expect(widget(page, "autodecoder", ".auto-main[data-ready]")).to_be_visible()


def test_a_downloaded_model_is_brought_back(page, tmp_path, photograph):
    paths = list(write_checkpoint(tmp_path, "my-birds", "vae", *BIRDS).parent.glob("my-birds*"))
    archive = tmp_path / "my-birds-300.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in paths:
            file.write(path, path.name)
    page.goto("/?tab=live")
    expect(widget(page, "live", ".live-main[data-ready]")).to_be_visible()
    choose = widget(page, "live", ".live-return input")
    choose.set_input_files(tmp_path / "my-birds.safetensors")
    expect(widget(page, "live", ".loom-notice")).to_have_text(re.compile("^my-birds.json is missing. Choose the ZIP"))
    choose.set_input_files(archive)
    expect(widget(page, "live", ".live-returned button")).to_have_text(["Features", "Latent map", "Interpolate"])
    expect(widget(page, "live", ".loom-notice")).to_be_hidden()
    photograph(page, "own-returned")
    widget(page, "live", ".live-returned [data-tab=latent_map]").click()
    expect(widget(page, "latent_map", ".model option:checked")).to_have_text("yours, my-birds: 3 numbers")
    expect(widget(page, "latent_map", ".legendtext")).to_have_text(["jay", "crow"])
    page.locator("#interpolate-tab-button").click()
    widget(page, "interpolate", "[data-model]").select_option(label="yours, my-birds: 3 numbers")
    expect(widget(page, "interpolate", "[data-end=a] span")).to_have_text("jay, test image 0")


def test_codes_without_a_class_are_drawn_and_joined(page, app, photograph):
    write_checkpoint(app[1], "plain-ad", "auto-decoder", *PLAIN)
    page.goto("/?tab=autodecoder&model=plain-ad&view=try")
    expect(widget(page, "autodecoder", ".auto-sheet button:visible")).to_have_count(10)
    expect(widget(page, "autodecoder", ".auto-sheet button").first).to_have_attribute("aria-label", "plain-ad, zeros")
    expect(widget(page, "autodecoder", ".auto-look .what")).to_have_text("plain-ad: draw 1")
    for part in (".auto-look .bars", ".auto-named", ".auto-fidelity"):
        expect(widget(page, "autodecoder", part)).to_be_hidden()
    photograph(page, "own-autodecoder-plain")
    widget(page, "autodecoder", "[data-view] [data-key=path]").click()
    expect(widget(page, "autodecoder", ".auto-main[data-ready=path]")).to_be_visible()
    expect(widget(page, "autodecoder", ".auto-path .says")).to_have_text("")
    for part in (".auto-chances", ".auto-ends select"):
        expect(widget(page, "autodecoder", part).first).to_be_hidden()
    target = widget(page, "autodecoder", "[data-end=a] canvas")
    before = target.get_attribute("aria-label")
    widget(page, "autodecoder", "[data-end=a] [data-by='1']").click()
    expect(target).not_to_have_attribute("aria-label", before)
    expect(widget(page, "autodecoder", ".loom-notice")).to_be_hidden()


@pytest.mark.thorough
def test_a_set_of_the_page_is_trained_on_by_the_command_line_and_shown_again(page, app, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    page.goto("/?tab=live&data=files")
    expect(widget(page, "live", ".live-main[data-ready]")).to_be_visible()
    given = {"name": "set.zip", "mimeType": "application/zip", "buffer": zipped(many(24, ("jay", "笑顔")))}
    widget(page, "live", ".live-set input[type=file]").set_input_files(given)
    expect(widget(page, "live", ".set-words")).to_have_text("24 pictures in 2 classes.")
    with page.expect_download() as download:
        widget(page, "live", ".live-set [data-set=download]").click()
    with zipfile.ZipFile(download.value.path()) as file:
        file.extractall(tmp_path / "set")
    options = {"dataset": f"folder:{tmp_path / 'set'}", "epochs": 1, "batch_size": 8}
    make(RECIPE, Config(**options, name="from-a-page", output=str(app[1])))
    page.goto("/?tab=latent_map&model=from-a-page")
    expect(widget(page, "latent_map", ".model")).to_have_value("from-a-page")
    expect(widget(page, "latent_map", ".legendtext")).to_have_text(["jay", "笑顔"])
    page.goto("/?tab=features&checkpoint=from-a-page&layer=pixels&n=5&perplexity=2")
    expect(widget(page, "features", ".chips button")).to_have_text(["jay", "笑顔"])
