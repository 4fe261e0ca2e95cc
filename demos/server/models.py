"""The trained models in use: one object each, which loads what it needs at first use."""

import logging
import re
import threading
from collections.abc import Callable, Collection, Sequence
from functools import cache, cached_property
from pathlib import Path
from reprlib import repr as shown
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from core import list_checkpoints, load_model
from core.checkpoint import WEIGHTS, Card, CheckpointError, check_files, load_card
from core.data.fashion_mnist import load_fashion_sample
from core.data.image_set import ImageSet
from core.data.images import to_pictures
from core.data.model_dataset import dataset_of
from core.data.registry import Dataset
from core.registry import Architecture, get_architecture
from core.serving.batcher import Batcher, Forward
from core.serving.cache import CacheOwner, cached
from demos.server.added_models.weight_folders import Found, WeightFolders

LOG = logging.getLogger("loom")
CLASSIFIER = "classifier-resnet"
FAST_CLASSIFIER = "classifier-fashionnet"  # a tenth of the time of the more exact one: names what decoders paint
FASHION = "fashion-mnist"
TOGETHER = 20  # examples in a forward pass of the background


@cache
def fashion_sample() -> ImageSet:
    """The 1,000 shipped test images."""
    return load_fashion_sample()


class Model(CacheOwner):
    """A checkpoint in use: a published one, or one that was trained in this session.

    Args:
        name: The name that requests use.
        location: Its name among the shipped weights, or the path of its card.
        batcher: Runs its forward passes.
    """

    def __init__(self, name: str, location: str | Path, batcher: Batcher) -> None:
        super().__init__()
        self.name, self.location, self.batcher = name, location, batcher

    @property
    @cached()
    def card(self) -> Card:
        """What is known of it."""
        return load_card(self.location)

    @property
    @cached()
    def module(self) -> nn.Module:
        """The network."""
        with torch.inference_mode(False):  # else nothing could be differentiated through it, ever
            return load_model(self.location).to(memory_format=torch.channels_last)  # faces decode 1.7 times as fast

    @property
    @cached()
    def dataset(self) -> Dataset:
        """What it was trained on.

        Raises:
            DataError: If its images are not there.
        """
        return dataset_of(self.card, self.path)

    @property
    @cached()
    def sample(self) -> ImageSet:
        """Images of its dataset for a gallery, of which the codes are."""
        return fashion_sample() if self.dataset.name == FASHION else self.dataset.sample()

    @property
    @cached()
    def pictures(self) -> np.ndarray:
        """The same as the tabs have them: uint8, (N, H, W), or (N, H, W, 3) in colour."""
        return to_pictures(self.sample.images.numpy())

    @property
    def picture_shape(self) -> tuple[int, ...]:
        """Of one of them: (H, W) or (H, W, 3)."""
        channels, height, width = self.card.config.get("image_shape", (1, 28, 28))
        return (height, width) if channels == 1 else (height, width, channels)

    @property
    def architecture(self) -> Architecture:
        """What kind of network it is."""
        return get_architecture(self.card.model)

    @property
    def path(self) -> Path:
        """Of its card; what belongs to it lies beside."""
        return WEIGHTS / f"{self.location}.json" if isinstance(self.location, str) else self.location

    @property
    def has_film(self) -> bool:
        """Whether what it made during its training lies beside it."""
        return self.path.with_suffix(".snapshots.safetensors").is_file()

    @property
    def is_shipped(self) -> bool:
        """Whether it is one of the repository's, and not of a session."""
        return isinstance(self.location, str)

    def can(self, ability: str) -> bool:
        """Whether the network has that method."""
        return hasattr(self.architecture.model, ability)

    async def run(self, forward: Forward, x: Tensor, is_ahead: bool = False) -> Any:
        """What a function of batches gives for one example; bound methods of one model are run together.

        Args:
            is_ahead: Whether it is computed ahead, and what somebody waits for now goes first.
        """
        return await self.batcher.run(forward, x, is_ahead)

    def run_in_parts(self, forward: Forward, x: Tensor) -> list[Any]:
        """What a function of sets of examples gives for each part of many examples. For threads in the background.

        A few go together, so that visitors who draw meanwhile are served in between.
        """
        return [self.batcher.submit(forward, part, is_ahead=True).result() for part in x.split(TOGETHER)]

    def apply(self, sets: Tensor) -> Tensor:
        """The network's output for sets of images (B, n, C, H, W), of the same shape; a function for run()."""
        return self.module(sets.flatten(0, 1)).unflatten(0, sets.shape[:2])


class Models:
    """Every model by its name: the shipped ones, those of folders, and those of sessions that were added.

    Args:
        batcher: Runs their forward passes.
        kinds: Classes of models by what their network can do; the first that fits is taken, else Model.
        folders: With further checkpoints; looked at by look().
    """

    def __init__(self, batcher: Batcher, kinds: dict[str, Any], folders: Sequence[Path] = ()) -> None:
        self.batcher, self.kinds = batcher, kinds
        self.tabs: dict[str, Callable[[Model], bool]] = {}  # which of the models that are not shipped a tab opens
        self._models: dict[str, Model] = {}
        self._added: dict[str, str] = {}  # whose each is that is not shipped: a session's, or everybody's ("")
        self._folders = WeightFolders(folders, list_checkpoints())
        self._found: dict[str, Found] = {}
        self._lock = threading.Lock()

    @cached_property
    def cards(self) -> list[Card]:
        """Of the shipped models; one that cannot be read is left out, and a request for it gets the reason."""
        readable = []
        for name in list_checkpoints():
            try:
                card = load_card(name)
                get_architecture(card.model)
            except (CheckpointError, ValueError) as error:
                LOG.warning("%s is left out: %s", name, error)
            else:
                readable.append(card)
        return readable

    def leave_out(self, names: Collection[str]) -> None:
        """Offer some of the shipped models no more; those who have one already keep it."""
        self.cards = [card for card in self.cards if card.name not in names]

    @property
    def classifiers(self) -> list[str]:
        """Names of the shipped classifiers of pictures."""
        return [card.name for card in self.cards if card.name.startswith("classifier-")]

    @property
    def added(self) -> list[Any]:
        """The models that do not ship, by name."""
        return [self._models[name] for name in sorted(self._added) if name in self._models]

    @property
    def has_folders(self) -> bool:
        """Whether there are folders with further checkpoints."""
        return bool(self._folders.folders)

    def look(self) -> list[Any]:
        """The models of the folders as they are now, by name; those whose files have changed are made anew."""
        with self._lock:
            found = self._folders.look()
            for name in [name for name, old in self._found.items() if found.get(name) != old]:
                self.evict(name)
            for name in [name for name in found if self._found.get(name) != found[name]]:
                self.add(name, found[name].card)
            self._found = found
            return [self._models[name] for name in sorted(found)]

    def opens_in(self, model: Model) -> list[str]:
        """The tabs that take a model which is not shipped."""
        return [tab for tab, takes in self.tabs.items() if takes(model)]

    def classifier_of(self, model: Model, of_clothes: str = FAST_CLASSIFIER) -> Any | None:
        """A classifier that names what a model paints, of the same dataset; None if there is none.

        Args:
            of_clothes: The shipped one that is to name clothes.

        Raises:
            CheckpointError: If it would be a shipped one, were its files whole.
            ValueError: If that is missing.
        """
        if model.dataset.name == FASHION:
            return self.classifier(of_clothes)
        return self.alike(model, "activations")

    def alike(self, model: Model, ability: str) -> Any | None:
        """A model of the same dataset that does not ship and can do something; None if there is none.

        It is one of a folder, or of the session that the model is of: what is another visitor's is never used.
        """
        owners = {"", self._added.get(model.name, "")}
        own = [each for each in self.added if self._added.get(each.name) in owners]
        return next((each for each in own if each.can(ability) and each.dataset.name == model.dataset.name), None)

    def __getitem__(self, name: str) -> Any:
        """The model of that name, which must be a shipped or an added one.

        Raises:
            CheckpointError: If its files are missing or damaged.
        """
        if name not in self._models:
            self._models[name] = self._build(name, name)
        return self._models[name]

    def find(self, name: Any, names: Collection[str], kind: str, ability: str = "") -> Any:
        """The model with this name, if it is one of those allowed.

        Args:
            names: Of shipped models.
            kind: What they are called, for the error.
            ability: What an added model must be able to do to be one of them too; empty: it never is.

        Raises:
            CheckpointError: If it would be, were its files whole.
            ValueError: If it is not.
        """
        if isinstance(name, str) and name in names:
            return self[name]
        if ability and self.is_added(name) and self[name].can(ability):
            return self[name]
        if isinstance(name, str) and re.fullmatch(r"[a-z0-9-]{1,40}", name):
            check_files(name)
        raise ValueError(f"no {kind} {shown(name)}; there are: {', '.join(names)}")

    def any(self, name: Any) -> Model:
        """The model with this name, shipped or not, whatever it can do.

        Raises:
            ValueError: If there is none.
        """
        if self.is_added(name) or name in [card.name for card in self.cards]:
            return self[name]
        raise ValueError(f"no model {shown(name)}")

    def is_added(self, name: Any) -> bool:
        """Whether a model has this name that does not ship."""
        return isinstance(name, str) and name in self._added

    def classifier(self, name: Any) -> Any:
        """The same of a classifier."""
        return self.find(name, self.classifiers, "classifier", "activations")

    def add(self, name: str, path: Path, owner: str = "") -> Model:
        """Make a checkpoint known under a name.

        Args:
            owner: The session that it belongs to; empty for one that everybody has.
        """
        self._models[name] = self._build(name, path)
        self._added[name] = owner
        return self._models[name]

    def evict(self, name: str) -> None:
        """Free an added model and all that was computed of it."""
        self._added.pop(name, None)
        if model := self._models.pop(name, None):
            model.evict()

    def _build(self, name: str, location: str | Path) -> Model:
        network = get_architecture(load_card(location).model).model
        make = next((kind for ability, kind in self.kinds.items() if hasattr(network, ability)), Model)
        return make(name, location, self.batcher)
