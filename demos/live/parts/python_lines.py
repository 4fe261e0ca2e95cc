"""The Python lines that make the same run as Train live."""

from pprint import pformat
from typing import Any

from core.training.live import check
from demos.live.handlers import Values
from demos.server.services import Services
from demos.ui.fields import Flag, Request
from demos.ui.python_lines import script

OWN_SET = (
    "Your own pictures are on this page alone. Download the set, and learn from its folder by: "
    "python -m train.all --dataset folder:PATH"
)
_LINES = """\
live = LIVE_MODELS["{model}"]
values = {values}
recipe = import_module(f"train.{{live.recipe}}").RECIPE
config = config_of(recipe, live, values)
data = read_data(None, live, values["images"])  # shipped training images, and others that are held out
trainer = Trainer(recipe, config, data.training, data.validation, **sizes_of(live, values))

for epoch in range(config.epochs):
    for losses in epoch_steps(trainer.step, data.training, config, epoch):
        pass
    measured = trainer.validate()
    print(f"pass {{epoch + 1}} of {{config.epochs}}:", {{name: round(v, 4) for name, v in measured.items()}})

model = trainer.average.module.eval()  # the moving average of the weights, which the page shows
"""
_IMPORTS = (
    "from train.common.recipe import Trainer",
    "from train.live.data import read_data",
    "from train.live.session import config_of, sizes_of",
)


class LinesRequest(Request):
    """A model and the values of its hyperparameters."""

    model: Any
    values: Values
    is_own: Flag = False  # whether it learns from the visitor's pictures


async def python_lines(services: Services, request: LinesRequest) -> dict:
    """The Python lines that train the model with these values.

    Raises:
        ValueError: If there is no such model or value, or the pictures are the visitor's.
    """
    if request.is_own:
        raise ValueError(OWN_SET)
    values = pformat(check(request.model, dict(request.values)), width=96, sort_dicts=False)
    return {"lines": script(_LINES.format(model=request.model, values=values), *_IMPORTS)}
