import json

import pytest

from core.checkpoint import load_card
from train import evaluate


def test_the_table_holds_metric_card_goal_and_report(fashion_root, tmp_path, capsys):
    out = tmp_path / "table.json"
    evaluate.main(["cae-27", "--data-root", str(fashion_root), "--json", str(out)])
    rows = json.loads(out.read_text())
    row = rows[0]
    card = load_card("cae-27")
    assert row["checkpoint"] == "cae-27"
    assert row["measure"] == "test_mse"
    assert row["card"] == card.metrics["test_mse"]
    assert row["goal"] == card.goal["test_mse"]
    assert row["measured"] > row["goal"]  # these are rectangles, not clothes: it cannot be as good
    assert row["margin"] == pytest.approx(row["goal"] - row["measured"])
    assert "missed by" in capsys.readouterr().out
    samples = {row["measure"]: row["measured"] for row in rows if row["checkpoint"] == "cae-27"}
    floor = {row["measure"]: row["measured"] for row in rows if row["checkpoint"] == evaluate.FLOOR}
    assert set(floor) == {"test_frechet", "test_precision", "test_recall"}
    assert floor["test_frechet"] < samples["test_frechet"]  # other rectangles are nearer to rectangles than clothes are
    assert 0 <= samples["test_rarest_class"] <= 0.1 <= samples["test_commonest_class"] <= 1


def test_an_unknown_checkpoint_is_reported(fashion_root):
    with pytest.raises(SystemExit, match=r"error: .*cae-28.* does not exist"):
        evaluate.main(["cae-28", "--data-root", str(fashion_root)])


def test_missing_data_are_reported(tmp_path):
    with pytest.raises(SystemExit, match="error: No Fashion-MNIST files"):
        evaluate.main(["--data-root", str(tmp_path)])
