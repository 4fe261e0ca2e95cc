"""Parts of models as graphs: the shipped ones compute what the modules do, and hold no weights of their own."""

import hashlib
from dataclasses import asdict

import onnx
import onnxruntime
import pytest
import torch

from core import export
from core.checkpoint import WEIGHTS, Card, CheckpointError, list_checkpoints, load_card, load_model, save_checkpoint
from core.export import MOST_OFF, compare, export_model, parts_of, real_inputs
from core.registry import create_model

PARTS = {
    "cae-27": {"encode", "decode"}, "vae-faces": {"encode", "decode"}, "vad-gaussian": {"decode"},
    "classifier-resnet": {"activations"}, "dcgan": {"decode", "discriminate"}, "denoiser-unet": {"denoise"},
    "denoiser-cae": {"encode", "decode", "denoise"}, "flow": {"velocity"},
}  # fmt: skip


@pytest.mark.parametrize("name", list_checkpoints())
def test_a_shipped_graph_computes_what_the_module_does(name):
    model, card = load_model(name), WEIGHTS / f"{name}.json"
    parts = {part.name: part for part in parts_of(model, *real_inputs(model, card))}
    assert parts.keys() == model.card.graphs.keys() >= PARTS.get(name, set())
    for part, digest in model.card.graphs.items():
        path = WEIGHTS / f"{name}.{part}.onnx"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        assert compare(path, parts[part]) <= MOST_OFF


@pytest.mark.parametrize("path", sorted(WEIGHTS.glob("*.onnx")), ids=lambda path: path.stem)
def test_a_graph_holds_no_weights_and_no_trace_of_where_it_was_made(path):
    graph = onnx.load(path, load_external_data=False)
    name = path.name.split(".")[0]
    assert {entry.key: entry.value for entry in graph.metadata_props} == {"weights": load_card(name).sha256}
    assert [(opset.domain, opset.version) for opset in graph.opset_import] == [("", export.OPSET)]
    for tensor in graph.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            assert {e.key: e.value for e in tensor.external_data}["location"] == f"{name}.safetensors"
        else:
            assert len(tensor.raw_data) < 1000
    assert path.stat().st_size < 100_000
    assert str(WEIGHTS.parent).encode() not in path.read_bytes()


@pytest.fixture
def exported(tmp_path):
    """Saves a model of an architecture, exports it, and gives the path of its card."""

    def make(architecture, **options):
        torch.manual_seed(0)
        model = create_model(architecture, **options).eval()
        source = {"name": "Fashion-MNIST"}
        card = Card("tiny", architecture, asdict(model.config), {}, source, {}, 0, 0, 0)
        path = save_checkpoint(model, card, tmp_path)
        export_model(path)
        return path

    return make


def run(path, part, **inputs):
    session = onnxruntime.InferenceSession(path.with_name(f"tiny.{part}.onnx"))
    names = [output.name for output in session.get_outputs()]
    given = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    return dict(zip(names, map(torch.from_numpy, given), strict=True))


def test_a_matrix_of_bytes_is_unpacked_by_the_graph(exported, monkeypatch):
    monkeypatch.setattr("core.checkpoint.LARGE", 5_000)
    path = exported("autoencoder")
    x = torch.rand(3, 1, 28, 28)
    torch.testing.assert_close(run(path, "encode", x=x)["code"], load_model(path).encode(x), atol=1e-5, rtol=1e-4)


def test_any_number_of_pictures_goes_together(exported):
    path = exported("fashionnet", channels=(4, 4, 4, 4), hidden_dims=(8, 8))
    for count in (1, 2, 7):
        given = run(path, "activations", x=torch.rand(count, 1, 28, 28))
        assert list(given) == ["conv1", "conv2", "conv3", "conv4", "fc1", "fc2", "output", "probs"]
        assert {len(each) for each in given.values()} == {count}
        torch.testing.assert_close(given["probs"], given["output"].softmax(1))


def test_a_calibrated_classifier_says_how_familiar_a_picture_is(exported):
    path = exported("photo-classifier", channels=(4, 4), num_res_blocks=1, hidden_dim=8)
    model, x = load_model(path), torch.rand(2, 1, 28, 28)
    given = run(path, "activations", x=x)
    torch.testing.assert_close(given["probs"], (model(x) / model.temperature).softmax(1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(given["familiarity"], model(x).logsumexp(1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(given["threshold"], model.threshold.expand(2))


def test_if_one_graph_computes_something_else_none_is_left_there(exported, monkeypatch, tmp_path):
    monkeypatch.setattr(export, "compare", lambda _, part: 0.01 if part.name == "denoise" else 0.0)
    with pytest.raises(CheckpointError, match=r"The graph denoise of tiny is off by 0\.01000"):
        exported("denoising-autoencoder")
    assert not list(tmp_path.glob("*.onnx")) + list(tmp_path.glob(".*"))
    assert load_card(tmp_path / "tiny.json").graphs == {}


def test_new_weights_have_no_graphs_of_old_ones(exported, tmp_path):
    path = exported("autoencoder", channels=(2, 2, 2), hidden_dim=8, latent_dim=2)
    model = load_model(path)
    assert model.card.graphs
    assert load_card(save_checkpoint(model, model.card, tmp_path)).graphs == {}
