"""What lives as long as the app, and what ends with a session."""

import threading

import pytest

from core.checkpoint import WEIGHTS
from demos.server.classifier import Classifier
from demos.server.decoder import Decoder
from demos.server.services import Services


class Runs:
    """Live runs that note what they are told."""

    def __init__(self):
        self.closed = []

    def close(self, session):
        self.closed.append(session)

    def close_all(self):
        self.closed.append("all")


def test_no_thread_starts_before_it_is_used():
    before = set(threading.enumerate())
    Services()
    assert set(threading.enumerate()) == before


def test_a_model_is_one_object_of_what_it_can_do():
    models = Services().models
    assert models["cae-27"] is models["cae-27"]
    assert isinstance(models["cae-27"], Decoder)
    assert isinstance(models["cae-27-classifier"], Classifier)
    assert models["cae-27"].module is models["cae-27"].module


@pytest.mark.parametrize("name", ["cae-28", "../cae-27", None, 3, ["cae-27"], "own-guess"])
def test_another_name_is_no_model(name):
    with pytest.raises(ValueError, match=r"no decoder .*; there are: cae-27"):
        Services().models.find(name, ["cae-27"], "decoder", "encode")


def test_a_session_ends_with_its_models_and_its_run():
    services = Services(Runs())
    mine, theirs = (services.session_models.register(who, WEIGHTS / "cae-2.json") for who in ("me", "you"))
    assert services.models.find(mine.name, [], "decoder", "encode") is mine
    assert mine.codes.shape == (1000, 2)
    services.end_session("me")
    assert services.live_runs.closed == ["me"]
    assert not mine.location.exists()
    assert services.models[theirs.name] is theirs
    with pytest.raises(ValueError, match="no decoder"):
        services.models.find(mine.name, [], "decoder", "encode")
    services.close()
    assert services.live_runs.closed == ["me", "all"]
    assert not theirs.location.exists()


def test_what_is_another_visitors_names_no_pictures_of_mine():
    services = Services()
    register = services.session_models.register
    theirs, mine = register("you", WEIGHTS / "classifier-fashionnet.json"), register("me", WEIGHTS / "cae-2.json")
    register("you", WEIGHTS / "vae-fashion.json")
    in_folder = services.models.add("in-folder", WEIGHTS / "cae-4.json")
    assert services.models.alike(mine, "activations") is None
    assert services.models.alike(in_folder, "activations") is None
    own = register("me", WEIGHTS / "classifier-fashionnet.json")
    assert services.models.alike(mine, "activations") is own
    assert services.models.alike(theirs, "activations") is theirs
    assert services.models.alike(mine, "encode") is in_folder  # which comes first by its name
    services.models.evict("in-folder")
    assert services.models.alike(mine, "encode") is mine
    services.close()
