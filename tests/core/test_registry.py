import pytest
from torch import nn

from core.registry import create_model, get_architecture, list_models, register_model


def test_the_models_of_core_models_are_found_without_importing_them():
    assert {"resnet-classifier", "autoencoder"} <= set(list_models())


def test_options_reach_the_config():
    assert create_model("autoencoder", latent_dim=5, channels=[4, 5, 6]).config.channels == (4, 5, 6)


def test_an_unknown_model_or_option_lists_what_there_is():
    with pytest.raises(ValueError, match=r"no architecture 'resnet'; there are:.*autoencoder"):
        create_model("resnet")
    with pytest.raises(ValueError, match=r"no option latent; it has:.*latent_dim"):
        create_model("autoencoder", latent=5)


def test_a_name_is_given_once():
    config = get_architecture("autoencoder").config
    with pytest.raises(ValueError, match="already registered by Autoencoder"):
        register_model("autoencoder", config)(nn.Linear)


def test_the_family_is_the_files_name():
    assert get_architecture("resnet-classifier").family == "classifier"
