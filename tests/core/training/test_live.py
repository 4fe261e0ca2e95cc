import math

import pytest

from core.training.live import HYPERPARAMETERS, LIVE_MODELS, check, live_model


@pytest.mark.parametrize("name", LIVE_MODELS)
def test_every_default_can_be_chosen_and_has_an_explanation(name):
    defaults = LIVE_MODELS[name].defaults
    assert check(name, {}) == defaults
    assert check(name, dict(defaults)) == defaults
    assert all(HYPERPARAMETERS[name].help.endswith((".", "never.")) for name in defaults)


@pytest.mark.parametrize(
    ("model", "values", "words"),
    [
        ("cae", {"width": 1}, "width must be a whole number from 2 to 32, got 1"),
        ("cae", {"width": 2.5}, "whole number"),
        ("cae", {"learning_rate": math.nan}, "learning rate must be a number from 1e-05 to 1"),
        ("cae", {"learning_rate": "0.1"}, "got '0.1'"),
        ("cae", {"images": 10_000}, "from 50 to 9000"),
        ("cae", {"epochs": True}, "passes must be"),
        ("cae", {"kl_weight": 1}, "cae has no kl_weight; it has: width"),
        ("cae", {"data_root": 1}, "has no data_root"),
        ("resnet", {}, "no model 'resnet'"),
        (["cae"], {}, "no model"),
    ],
)
def test_what_may_not_be_chosen_is_refused_with_the_bounds(model, values, words):
    with pytest.raises(ValueError, match=words):
        check(model, values)


def test_a_whole_number_may_come_as_a_float():
    assert check("cae", {"width": 4.0})["width"] == 4
    assert live_model("gan").recipe == "dcgan"
