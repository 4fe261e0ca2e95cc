"""What a search leaves to read: numbers as JSON, a text as Markdown, history and importances as a picture."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.checkpoint import write_atomically

SHOWN = 5  # of the best trials, in the text


@dataclass(frozen=True)
class TrialRow:
    """A finished trial."""

    number: int
    state: str  # complete or pruned
    value: float | None  # the metric; of a pruned trial the last one known, None if it diverged at once
    params: dict[str, Any]
    epochs: int  # over all folds
    minutes: float


@dataclass(frozen=True)
class Summary:
    """A search: what was searched, how, and what came out."""

    study: str
    command: str
    settings: dict[str, Any]
    metric: str
    higher_is_better: bool
    space: dict[str, str]
    importances: dict[str, float]
    trials: list[TrialRow]
    versions: dict[str, str]

    @property
    def ranking(self) -> list[TrialRow]:
        """Completed trials, best first."""
        complete = [trial for trial in self.trials if trial.state == "complete"]
        return sorted(complete, key=lambda trial: trial.value, reverse=self.higher_is_better)

    @property
    def minutes(self) -> float:
        """Of all trials together."""
        return sum(trial.minutes for trial in self.trials)

    def write(self, folder: Path) -> str:
        """Write NAME.json, NAME.md and NAME.png, and return a line that names them."""
        stem = folder / self.study
        pruned = sum(trial.state == "pruned" for trial in self.trials)
        counts = {"finished": len(self.trials), "pruned": pruned, "minutes": round(self.minutes, 1)}
        best = asdict(self.ranking[0]) if self.ranking else None
        content = asdict(self) | counts | {"best": best}
        write_atomically(stem.with_name(f"{self.study}.json"), json.dumps(content, indent=1).encode())
        write_atomically(stem.with_name(f"{self.study}.md"), self.markdown().encode())
        self.draw().savefig(stem.with_name(f"{self.study}.png"), dpi=120)
        found = f"best {self.metric} {best['value']:.5f} of trial {best['number']}" if best else "none completed"
        return f"{stem}.md: {len(self.trials)} trials finished, {pruned} of them pruned, {found}"

    def markdown(self) -> str:
        """The search in Markdown."""
        pruned = sum(trial.state == "pruned" for trial in self.trials)
        how = "the mean over the folds of " if self.settings["folds"] > 1 else ""
        lines = [
            f"# {self.study}", "", "```sh", self.command, "```", "",
            f"{len(self.trials)} trials finished, {pruned} of them pruned, in {self.minutes:.1f} minutes. "
            f"A trial is judged by {how}its best epoch's `{self.metric}`, on training images held out; "
            "the test set is not read.", "",
            f"![Value of every trial, and how much each option matters]({self.study}.png)", "",
            "| option | searched | best trial | importance |", "|---|---|---|---|",
        ]  # fmt: skip
        best = self.ranking[0].params if self.ranking else {}
        for name, searched in self.space.items():
            weight = f"{self.importances[name]:.2f}" if name in self.importances else "-"
            lines.append(f"| `{name}` | {searched} | {cell(best.get(name, '-'))} | {weight} |")
        lines += ["", f"| trial | `{self.metric}` | " + " | ".join(f"`{name}`" for name in self.space) + " |"]
        lines += ["|---" * (2 + len(self.space)) + "|"]
        for trial in self.ranking[:SHOWN]:
            cells = [cell(trial.params.get(name, "-")) for name in self.space]
            lines.append(f"| {trial.number} | {trial.value:.5f} | " + " | ".join(cells) + " |")
        lines += ["", "Importance is the share of the completed trials' variance that an option explains (fANOVA)."]
        return "\n".join(lines) + "\n"

    def draw(self) -> Figure:
        """The trials in order with the best so far, and the importances."""
        figure = Figure(figsize=(10, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        self._draw_history(left)
        names = list(self.importances)[::-1]
        right.barh(names, [self.importances[name] for name in names], color="#2f6f4f")
        right.set(xlabel="importance (share of the variance)", xlim=(0, 1))
        for axes in (left, right):
            axes.spines[["top", "right"]].set_visible(False)
        return figure

    def _draw_history(self, axes: Axes) -> None:
        for state, marker, color in (("complete", "o", "#2f6f4f"), ("pruned", "x", "#999999")):
            shown = [trial for trial in self.trials if trial.state == state and trial.value is not None]
            x, y = [trial.number for trial in shown], [trial.value for trial in shown]
            axes.scatter(x, y, marker=marker, color=color, s=22, label=state)
        complete = [trial for trial in self.trials if trial.state == "complete"]
        best, better = [], max if self.higher_is_better else min
        for trial in complete:
            best.append(better([trial.value, *best[-1:]]))
        axes.step([trial.number for trial in complete], best, where="post", color="#d9822b", label="best so far")
        axes.set(xlabel="trial", ylabel=self.metric, yscale="log" if best and not self.higher_is_better else "linear")
        axes.legend(frameon=False)


def cell(value: Any) -> str:
    """A value as the tables show it."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
