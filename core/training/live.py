"""What can be trained live: the models, their hyperparameters, with ranges and what each does."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

HELD_OUT = 0.1  # share of the shipped training images that validate
IMAGES = 9000  # the others


@dataclass(frozen=True)
class Hyperparameter:
    """A number that the user chooses for a live run."""

    name: str  # of the recipe's option, or width, latent_dim, images
    label: str
    help: str  # a sentence: what it does
    low: float
    high: float
    whole: bool = False
    log: bool = False  # equal steps of its slider multiply
    live_editable: bool = False  # may change while the model learns

    def check(self, value: Any) -> float:
        """The number, if it is one of those that may be chosen.

        Raises:
            ValueError: If it is anything else.
        """
        number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
        if not number or not self.low <= value <= self.high or (self.whole and value != int(value)):
            kind = "a whole number" if self.whole else "a number"
            raise ValueError(f"{self.label} must be {kind} from {self.low:g} to {self.high:g}, got {value!r}")
        return int(value) if self.whole else float(value)


_ALL = (
    Hyperparameter(
        "width", "width", "Channels of the first convolution; other layers are multiples of it.", 2, 32, whole=True,
    ),
    Hyperparameter(
        "latent_dim", "latent size", "Numbers in a code: all that the decoder gets of a picture.", 2, 64, whole=True,
    ),
    Hyperparameter(
        "learning_rate", "learning rate",
        "Size of a step downhill, at its peak: it rises first and falls to nothing with the last pass.",
        1e-5, 1.0, log=True, live_editable=True,
    ),
    Hyperparameter(
        "batch_size", "batch size", "Images whose mean gradient makes one step; a change counts from the next pass on.",
        8, 512, whole=True, log=True, live_editable=True,
    ),
    Hyperparameter(
        "epochs", "passes", "How often it sees every training image; the learning rate follows. Raise it to go on.",
        1, 200, whole=True, log=True, live_editable=True,
    ),
    Hyperparameter(
        "noise", "noise", "Factor of every level of the noise it learns to remove.", 0, 2, live_editable=True,
    ),
    Hyperparameter(
        "kl_weight", "KL weight", "Beta: how much codes near N(0, I) count against good reconstructions.",
        0.001, 100, log=True, live_editable=True,
    ),
    Hyperparameter(
        "erase", "erasing", "Share of the training pictures in which a rectangle is blanked.", 0, 1, live_editable=True,
    ),
    Hyperparameter(
        "shift", "shift", "Pixels by which training pictures are moved at random.", 0, 4,
        whole=True, live_editable=True,
    ),
    Hyperparameter(
        "images", "images", "How many pictures it learns from; 1,000 others validate.", 50, IMAGES, whole=True, log=True
    ),
    Hyperparameter(
        "patience", "patience", "Stops after so many passes without a better validation, and keeps the best; 0: never.",
        0, 50, whole=True, live_editable=True,
    ),
    Hyperparameter(
        "seed", "seed", "Of first weights and order: the same seed and choices, the same run.", 0, 9999, whole=True,
    ),
)  # fmt: skip
HYPERPARAMETERS = {each.name: each for each in _ALL}


@dataclass(frozen=True)
class LiveModel:
    """A model that can be trained live."""

    title: str
    recipe: str  # its file in train/
    checkpoint: str  # of the recipe, whose options it starts from
    channels: tuple[int, ...]  # of its layers, in widths
    defaults: dict[str, float]  # of its hyperparameters, in the order shown
    eval_images: int = 1000  # held out, measured at a time
    fixed: dict[str, Any] = field(default_factory=dict)  # further options of the recipe
    opens: tuple[str, ...] = ()  # tabs that take the trained model
    opens_own: tuple[str, ...] = ()  # more tabs, if it was trained on a visitor's own pictures


_COMMON = {"batch_size": 64, "epochs": 20, "images": IMAGES, "patience": 0, "seed": 0}

_PLAIN = {"precision": "float32"}  # models so small gain nothing from bfloat16

LIVE_MODELS = {
    "cae": LiveModel(
        "Autoencoder", "autoencoder", "cae-27", (1, 2, 4),
        {"width": 9, "latent_dim": 27, "learning_rate": 0.01} | _COMMON,
        fixed=_PLAIN, opens=("latent_map", "interpolate"), opens_own=("features",),
    ),
    "vae": LiveModel(
        "VAE", "vae", "vae-fashion", (1, 2, 4),
        {"width": 9, "latent_dim": 8, "learning_rate": 0.01, "kl_weight": 0.25} | _COMMON,
        fixed=_PLAIN, opens=("latent_map", "interpolate"), opens_own=("features",),
    ),
    "denoiser": LiveModel(
        "Denoiser", "denoiser", "denoiser-cae", (1, 2, 4),
        {"width": 9, "latent_dim": 27, "learning_rate": 0.01, "noise": 1.0} | _COMMON,
        fixed=_PLAIN, opens=("latent_map", "interpolate"), opens_own=("denoise", "features"),
    ),
    "classifier": LiveModel(
        "Classifier", "classifier", "classifier-fashionnet", (1, 2, 4, 8),
        {"width": 12, "learning_rate": 0.05, "erase": 0.0, "shift": 1} | _COMMON | {"epochs": 10},
        fixed={"finish": 0.2, "label_smoothing": 0.0}, opens=("classify",), opens_own=("features",),
    ),
    "autodecoder": LiveModel(
        "Auto-decoder", "autodecoder", "ad", (4, 2, 1),
        {"width": 16, "latent_dim": 32, "learning_rate": 0.005} | _COMMON | {"epochs": 10, "images": 2000},
        eval_images=40, opens_own=("autodecoder", "interpolate", "features"),
    ),
    "gan": LiveModel(
        "GAN", "dcgan", "dcgan", (6, 3, 1),
        {"width": 12, "latent_dim": 32, "learning_rate": 0.01} | _COMMON | {"epochs": 6},
        eval_images=300, opens_own=("gan",),
    ),
}  # fmt: skip


def sizes_of(live: LiveModel, values: dict[str, float]) -> dict[str, Any]:
    """The architecture's options, as chosen."""
    sizes: dict[str, Any] = {"channels": tuple(values["width"] * n for n in live.channels)}
    return sizes | ({"latent_dim": values["latent_dim"]} if "latent_dim" in values else {})


def check(model: Any, values: dict[str, Any]) -> dict[str, float]:
    """Every hyperparameter of a model: the given values, and the defaults of the others.

    Raises:
        ValueError: If there is no such model or hyperparameter, or a value is out of range.
    """
    live = live_model(model)
    if unknown := sorted(set(values) - set(live.defaults)):
        raise ValueError(f"{model} has no {', '.join(unknown)}; it has: {', '.join(live.defaults)}")
    return live.defaults | {name: HYPERPARAMETERS[name].check(value) for name, value in values.items()}


def check_classes(model: str, classes: Collection[str]) -> None:
    """See that a model can learn from a visitor's pictures of these classes.

    Raises:
        ValueError: If it is a classifier, and there are fewer than two.
    """
    if model == "classifier" and len(classes) < 2:
        count = "one class" if classes else "no classes"
        raise ValueError(
            f"Your pictures have {count}, and a classifier needs two at least. Add pictures of a second class, or "
            "choose another model."
        )


def live_model(model: Any) -> LiveModel:
    """What is known of a model that can be trained live.

    Raises:
        ValueError: If there is none of that name.
    """
    if not isinstance(model, str) or model not in LIVE_MODELS:
        raise ValueError(f"no model {model!r} to train live; there are: {', '.join(LIVE_MODELS)}")
    return LIVE_MODELS[model]
