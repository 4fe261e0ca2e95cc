import json

import pytest

from core.checkpoint import WEIGHTS, load_card
from train import seeds


@pytest.fixture
def runs(tmp_path):
    """Cards of one recipe with three seeds."""
    card, paths = json.loads((WEIGHTS / "cae-27.json").read_text()), []
    for seed, mse in ((0, 0.010), (1, 0.013), (2, 0.011)):
        recipe = card["recipe"] | {"seed": seed, "kept_epoch": 5 + seed, "command": f"--seed {seed}"}
        paths.append(tmp_path / f"{seed}.json")
        paths[-1].write_text(json.dumps(card | {"recipe": recipe, "seed": seed, "metrics": {"test_mse": mse}}))
    return paths


def test_the_results_over_seeds_are_written_onto_the_card(runs, capsys):
    seeds.main([str(path) for path in runs])
    card = load_card(runs[0])
    assert card.spread == {"test_mse": pytest.approx(0.003)}
    assert card.seeds == [0, 1, 2]
    assert card.metrics == {"test_mse": 0.010}
    assert "test_mse within 0.00300" in capsys.readouterr().out


def test_an_option_that_an_older_card_lacks_had_its_default(runs):
    for path in runs:
        card = json.loads(path.read_text())
        path.write_text(json.dumps(card | {"recipe": {k: v for k, v in card["recipe"].items() if k != "optimizer"}}))
    card = json.loads(runs[1].read_text())
    runs[1].write_text(json.dumps(card | {"recipe": card["recipe"] | {"optimizer": "adam"}}))
    seeds.main([str(path) for path in runs])
    assert load_card(runs[0]).seeds == [0, 1, 2]
    runs[1].write_text(json.dumps(card | {"recipe": card["recipe"] | {"optimizer": "sgd"}}))
    with pytest.raises(SystemExit, match="differ in more than the seed: optimizer"):
        seeds.main([str(path) for path in runs])


def test_one_seed_is_not_enough(runs):
    with pytest.raises(SystemExit, match="two seeds or more"):
        seeds.main([str(runs[0]), str(runs[0])])


def test_runs_with_other_options_are_not_combined(runs):
    card = json.loads(runs[1].read_text())
    runs[1].write_text(json.dumps(card | {"recipe": card["recipe"] | {"epochs": 7}}))
    before = runs[0].read_text()
    with pytest.raises(SystemExit, match="differ in more than the seed: epochs"):
        seeds.main([str(path) for path in runs])
    assert runs[0].read_text() == before


def test_an_unknown_architecture_is_reported(runs):
    for path in runs:
        path.write_text(json.dumps(json.loads(path.read_text()) | {"model": "loom"}))
    with pytest.raises(SystemExit, match="no architecture 'loom'"):
        seeds.main([str(path) for path in runs])


def test_every_stage_must_be_the_same_but_for_the_seed(runs):
    for path in runs:
        card = json.loads(path.read_text())
        own = {name: value for name, value in card["recipe"].items() if name != "command"}
        first = own | {"epochs": 9, "sha256": path.name, "minutes": len(path.name)}
        path.write_text(json.dumps(card | {"recipe": card["recipe"] | {"stages": [first, own]}}))
    seeds.main([str(path) for path in runs])
    card = json.loads(runs[1].read_text())
    card["recipe"]["stages"][0]["epochs"] = 8
    runs[1].write_text(json.dumps(card))
    with pytest.raises(SystemExit, match="differ in more than the seed: epochs"):
        seeds.main([str(path) for path in runs])
    del card["recipe"]["stages"]
    runs[1].write_text(json.dumps(card))
    with pytest.raises(SystemExit, match=r"differ in more than the seed: .*stages"):
        seeds.main([str(path) for path in runs])
