"""The graphs of models of one's own: written once, not where a shipped model's will do, and every error a sentence."""

import sys

import pytest

from core.checkpoint import load_card
from core.graphs import find_graphs
from tests.helpers.checkpoints import make_dataset, write_checkpoint
from train.export import main

RINGS = make_dataset("Rings")


def test_every_model_of_a_folder_gets_its_graphs_once(tmp_path, capsys):
    cae = write_checkpoint(tmp_path, "rings-cae", "autoencoder", *RINGS)
    like_shipped = write_checkpoint(
        tmp_path, "rings-cae-27", "autoencoder", *RINGS, channels=(9, 18, 36), hidden_dim=64, latent_dim=27
    )
    main([str(tmp_path)])
    assert capsys.readouterr().out.splitlines() == [
        "rings-cae: encode, decode.", "rings-cae-27 is computed with the graphs of cae-27.safetensors.",
    ]  # fmt: skip
    assert find_graphs(cae).weights == "rings-cae.safetensors"
    assert load_card(like_shipped).graphs == {}
    main([str(cae)])
    assert capsys.readouterr().out == "rings-cae has its graphs.\n"


def test_what_cannot_be_exported_is_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"^error: there is no model in "):
        main([str(tmp_path)])
    with pytest.raises(SystemExit, match=r"^error: .*nothing\.json does not exist"):
        main([str(tmp_path / "nothing.json")])
    cae = write_checkpoint(tmp_path, "rings-cae", "autoencoder", *RINGS)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "onnx", None)
        without.delitem(sys.modules, "core.export", raising=False)
        with pytest.raises(SystemExit, match=r"^error: the packages that write graphs are not here: pip install -r "):
            main([str(cae)])
    cae.with_suffix(".safetensors").write_bytes(b"cut")
    with pytest.raises(SystemExit, match=r"^error: .*rings-cae\.safetensors"):
        main([str(cae)])
