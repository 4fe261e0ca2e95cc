"""Train live: watch a model learn, stop it, change it, take it away."""

from dataclasses import asdict

import gradio as gr

from core.data.cutout import SIDE as CUT_SIDE
from core.data.fashion_mnist import FASHION_CLASSES
from core.data.folder import FEWEST
from core.data.registry import MAX_CLASSES, name_classes
from core.losses import COLLAPSED
from core.serving.limits import MAX_BYTES, SET_PICTURES, SET_SIDE
from core.training.live import HYPERPARAMETERS, IMAGES, LIVE_MODELS
from demos import tab_id, tabs
from demos.live import handlers, pictures, returned
from demos.live.parts.machine import load_summary
from demos.live.parts.python_lines import python_lines
from demos.server.services import Services
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.widget import CLASS_COLORS, explanation, tab_page, widget

TITLE = "Train live"
ORDER = 9

CALLS = 4  # of the endpoint that run at once


def build(services: Services) -> gr.Blocks:
    """The tab."""
    with tab_page(TITLE) as tab:
        widget(
            "live",
            *rpc_handlers(
                services, handlers.warm, handlers.start, handlers.command, handlers.follow, handlers.end, handlers.take,
                handlers.open_in, handlers.keep_alive, handlers.end_session, pictures.read_pictures,
                returned.open_returned, python_lines, load_summary,
            ),
            first_step="Press Play: a network that knows nothing yet learns before your eyes.",
            classes=FASHION_CLASSES, colors=CLASS_COLORS, collapsed=COLLAPSED,
            hyperparameters={name: asdict(each) for name, each in HYPERPARAMETERS.items()},
            models={
                name: {"title": each.title, "defaults": each.defaults, "opens": each.opens, "opens_own": each.opens_own}
                for name, each in LIVE_MODELS.items()
            },
            set_limits={
                "pictures": SET_PICTURES, "classes": MAX_CLASSES, "bytes": MAX_BYTES, "fewest": FEWEST,
                "side": SET_SIDE, "cut_side": CUT_SIDE,
            },
            set_colors=[each.color for each in name_classes([str(k) for k in range(MAX_CLASSES)])],
            tab_titles={tab_id(each): each.TITLE for each in tabs()},
        )  # fmt: skip
        explanation("live")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    inputs = [
        gr.Dropdown(list(LIVE_MODELS), value="cae", label="model", visible=False, allow_custom_value=True),
        gr.Number(3, label="passes", visible=False),
        gr.Number(IMAGES, label="training images", visible=False),
        gr.Number(0, label="learning rate, 0 for the default", visible=False),
        gr.Number(0, label="seed", visible=False),
    ]
    outputs = [gr.JSON(visible=False, label="figures"), gr.File(visible=False, label="model")]
    endpoint(services, handlers.train, inputs, outputs, "train", concurrency_id="train", concurrency_limit=CALLS)
