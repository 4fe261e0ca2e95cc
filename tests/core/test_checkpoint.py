import errno
import json
import os
from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import load

from core.checkpoint import (
    Card,
    CheckpointError,
    DamagedCheckpoint,
    MismatchedCheckpoint,
    MissingCheckpoint,
    check_files,
    list_checkpoints,
    load_card,
    load_codes,
    load_extra,
    load_model,
    round_to_storage,
    save_checkpoint,
    save_codes,
    save_extra,
    write_atomically,
)
from core.registry import create_model


@pytest.fixture
def saved(tmp_path):
    """A saved autoencoder: (folder, model, path of its card)."""
    model = create_model("autoencoder", latent_dim=3)
    card = Card(
        name="tiny", model="autoencoder", config=asdict(model.config), recipe={"command": "make it so"},
        dataset={"name": "none"}, metrics={"test_mse": 0.5}, seed=7, minutes=0.1, parameters=0,
    )  # fmt: skip
    return tmp_path, model, save_checkpoint(model, card, tmp_path)


def test_the_largest_matrices_take_a_byte_a_value(tmp_path, monkeypatch):
    monkeypatch.setattr("core.checkpoint.LARGE", 5_000)
    model = create_model("autoencoder").eval()
    path = save_checkpoint(model, Card("tiny", "autoencoder", asdict(model.config), {}, {}, {}, 0, 0, 0), tmp_path)
    stored = load((tmp_path / "tiny.safetensors").read_bytes())
    assert {t.dtype for name, t in stored.items() if name == "encoder.7.weight"} == {torch.int8}
    loaded = load_model(path)
    error = (loaded.encoder[7].weight - model.encoder[7].weight).abs().amax(1)
    assert (error <= model.encoder[7].weight.abs().amax(1) / 127).all()
    x = torch.rand(4, 1, 28, 28)
    torch.testing.assert_close(loaded(x), round_to_storage(model)(x))


def test_a_value_too_large_for_float16_is_kept_in_float32(tmp_path):
    model = create_model("autoencoder", latent_dim=2)
    tensor = next(t for t in model.state_dict().values() if t.is_floating_point())
    tensor.flatten()[0] = 1e6
    path = save_checkpoint(model, Card("tiny", "autoencoder", asdict(model.config), {}, {}, {}, 0, 0, 0), tmp_path)
    stored = load(path.with_suffix(".safetensors").read_bytes())
    assert {t.dtype for t in stored.values() if t.is_floating_point()} == {torch.float16, torch.float32}
    assert all(t.isfinite().all() for t in load_model(path).state_dict().values())


def test_extra_tensors_are_loaded_or_reported_missing(tmp_path):
    tensors = {"images": torch.zeros(2, 3, dtype=torch.uint8), "steps": torch.arange(2)}
    save_extra(tmp_path / "gan.snapshots.safetensors", tensors)
    found = load_extra("gan", "snapshots", tmp_path)
    assert all(torch.equal(found[name], t) for name, t in tensors.items())
    with pytest.raises(MissingCheckpoint, match=r"gan\.learned\.safetensors does not exist"):
        load_extra("gan", "learned", tmp_path)
    (tmp_path / "gan.snapshots.safetensors").write_bytes(b"short")
    with pytest.raises(DamagedCheckpoint, match="is damaged"):
        load_extra("gan", "snapshots", tmp_path)


def rewrite_card(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_was_saved_is_loaded(saved):
    folder, model, path = saved
    loaded = load_model(path)
    x = torch.rand(4, 1, 28, 28)
    assert not loaded.training
    assert not any(p.requires_grad for p in loaded.parameters())
    torch.testing.assert_close(loaded(x), round_to_storage(model).eval()(x))
    assert loaded.card == load_card(path.with_suffix(".safetensors"))
    assert loaded.card.metrics == {"test_mse": 0.5}
    assert loaded.card.seed == 7
    assert loaded.card.parameters == sum(p.numel() for p in model.parameters())
    assert loaded.card.versions["torch"] == torch.__version__
    assert list_checkpoints(folder) == ["tiny"]
    assert not list(folder.glob("*.tmp"))


def test_a_truncated_weight_is_refused(saved):
    _, _, path = saved
    weight = path.with_suffix(".safetensors")
    weight.write_bytes(weight.read_bytes()[:-100])
    with pytest.raises(DamagedCheckpoint, match="cut short or altered"):
        load_model(path)


def test_a_flipped_bit_is_noticed(saved):
    _, _, path = saved
    weight = path.with_suffix(".safetensors")
    raw = bytearray(weight.read_bytes())
    raw[-50] ^= 4
    weight.write_bytes(raw)
    with pytest.raises(DamagedCheckpoint, match="SHA-256"):
        load_model(path)


def test_a_card_of_another_architecture_is_refused(saved):
    _, _, path = saved
    rewrite_card(path, model="resnet-classifier", config={})
    with pytest.raises(MismatchedCheckpoint, match="does not fit architecture 'resnet-classifier'"):
        load_model(path)


def test_a_card_of_another_size_is_refused(saved):
    _, model, path = saved
    rewrite_card(path, config=asdict(replace(model.config, latent_dim=4)))
    with pytest.raises(MismatchedCheckpoint, match="size mismatch"):
        load_model(path)


def test_a_card_of_an_unknown_architecture_is_refused(saved):
    _, _, path = saved
    rewrite_card(path, model="perceptron")
    with pytest.raises(MismatchedCheckpoint, match="no architecture 'perceptron'"):
        load_model(path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": "tiny"}', "null"])
def test_a_damaged_card_is_refused(saved, content):
    _, _, path = saved
    path.write_text(content)
    with pytest.raises(DamagedCheckpoint, match="is not a card"):
        load_model(path)


def test_a_missing_weight_names_the_command_that_makes_it(saved):
    _, _, path = saved
    path.with_suffix(".safetensors").unlink()
    with pytest.raises(MissingCheckpoint, match="make it so"):
        load_model(path)


def test_a_missing_checkpoint_lists_those_there_are(saved):
    folder, _, _ = saved
    with pytest.raises(MissingCheckpoint, match=r"other\.json does not exist.*tiny"):
        load_model(folder / "other.json")
    with pytest.raises(MissingCheckpoint, match="cae-27"):
        load_model("cae-28")


def test_a_full_disk_leaves_the_last_good_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"good")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CheckpointError, match=r"No space left.*--output"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"good"
    assert list(tmp_path.iterdir()) == [path]


def test_codes_come_back_and_belong_to_their_weights(saved):
    folder, _, path = saved
    codes = torch.randn(7, 3)
    save_codes(path, codes)
    torch.testing.assert_close(load_codes(path), codes, atol=2e-3, rtol=2e-3)
    assert list_checkpoints(folder) == ["tiny"]
    rewrite_card(path, sha256="0" * 64)
    with pytest.raises(DamagedCheckpoint, match="made by other weights"):
        load_codes(path)


def test_missing_and_damaged_codes_are_reported(saved):
    _, _, path = saved
    with pytest.raises(MissingCheckpoint, match=r"codes.safetensors does not exist. Make it with `make it so`"):
        load_codes(path)
    save_codes(path, torch.zeros(2, 3)).write_bytes(b"nonsense")
    with pytest.raises(DamagedCheckpoint, match="is damaged"):
        load_codes(path)


def test_what_a_checkpoint_lacks_is_reported_without_loading_it(saved):
    folder, _, card = saved
    check_files("tiny", folder)
    check_files("never-heard-of", folder)
    values = json.loads(card.read_text())
    card.write_text(json.dumps(values | {"model": "of-tomorrow"}))
    with pytest.raises(MismatchedCheckpoint, match="of another version: it names architecture 'of-tomorrow'"):
        check_files("tiny", folder)
    card.write_text("{")
    with pytest.raises(DamagedCheckpoint, match="is not a card"):
        check_files("tiny", folder)
    card.unlink()
    with pytest.raises(MissingCheckpoint, match=r"tiny\.json does not exist"):
        check_files("tiny", folder)
