"""Calibration and the mark for what is unlike the training images, against closed forms."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from core.confidence import auroc, calibration_error, classify, familiarity, fit_temperature, is_calibrated
from core.registry import create_model


def test_the_temperature_of_overconfident_logits_is_found():
    honest = torch.randn(20_000, 10) * 2
    labels = torch.distributions.Categorical(logits=honest).sample()
    assert fit_temperature(honest, labels) == pytest.approx(1, abs=0.05)
    assert fit_temperature(3 * honest, labels) == pytest.approx(3, abs=0.1)


def test_honest_confidence_has_no_calibration_error():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.1, 1, 100_000)
    right = rng.uniform(size=100_000) < confidence
    assert calibration_error(confidence, right) < 0.01
    assert calibration_error(np.full(100, 0.9), np.arange(100) < 60) == pytest.approx(0.3)
    assert calibration_error(np.ones(4), np.ones(4, bool)) == 0


def test_auroc_is_scikit_learns():
    rng = np.random.default_rng(0)
    known, strange = rng.normal(1, 1, 300).round(1), rng.normal(0, 1, 200).round(1)
    wanted = roc_auc_score([1] * 300 + [0] * 200, np.concatenate([known, strange]))
    assert auroc(known, strange) == pytest.approx(wanted)


def test_familiarity_is_the_log_of_the_summed_exponentials():
    logits = torch.randn(5, 10)
    torch.testing.assert_close(familiarity(logits), logits.exp().sum(1).log())


def test_a_classifier_is_evaluated():
    model = create_model("photo-classifier").eval()
    x = torch.rand(3, 1, 28, 28)
    with torch.no_grad():
        known = familiarity(model(x))
        model.temperature.fill_(2.0)
        model.threshold.fill_(known.sort().values[1].item())
    verdict = classify(model, x)
    torch.testing.assert_close(verdict.probs, (model(x) / 2).softmax(1))
    assert verdict.unlike.sum() == 1
    strange = int(verdict.unlike.nonzero())
    assert "Unlike anything" in verdict.describe(strange)
    assert verdict.describe((strange + 1) % 3) == ""


def test_a_classifier_without_temperature_is_refused():
    model = create_model("fashionnet").eval()
    assert not is_calibrated(model)
    with pytest.raises(ValueError, match="was not calibrated"):
        classify(model, torch.rand(1, 1, 28, 28))
