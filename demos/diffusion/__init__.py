"""Diffusion: paths from noise to clothes, scrubbed both ways, and a picture noised and brought back."""

import gradio as gr

from core.models.flow import METHODS, STEPS
from demos.diffusion import handlers
from demos.diffusion.compute import (
    CHECKPOINT,
    FILLINGS,
    FRAMES,
    REPEATS,
    RETURN_STEPS,
    SIDE,
    STRONGEST,
    TOGETHER,
    WALK,
    return_times,
)
from demos.diffusion.handlers import MOST_GUIDANCE, MOST_STEPS, WALK_COLUMNS
from demos.diffusion.python_lines import python_lines
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.datasets import fashion_dataset, load_models
from demos.ui.handlers import endpoint, rpc_handlers
from demos.ui.images import load_sample, read_upload
from demos.ui.summary import machine
from demos.ui.widget import explanation, tab_page, widget

TITLE = "Diffusion"
ORDER = 8
SEEDS = 10_000  # in the page
# what the page starts with
FIRST_PATHS = {"seed": 0, "classes": None, "guidance": 0, "steps": STEPS, "method": METHODS[0]}


def build(services: Services) -> gr.Blocks:
    """The tab."""
    services.models.tabs["diffusion"] = handlers.opens
    with tab_page(TITLE) as tab:
        widget(
            "diffusion",
            *rpc_handlers(
                services, handlers.load_paths, handlers.trace, handlers.compare_end, handlers.bring_back,
                handlers.walk, handlers.fill, handlers.load_others, handlers.load_training, python_lines, load_sample,
                load_models,
                read_upload,
            ),
            first_step="Drag the time: 64 squares of noise turn into pictures.",
            first={
                "load_sample": {},
                "load_paths": FIRST_PATHS | {"part": 0},
                "trace": FIRST_PATHS | {"tile": 0},
            },
            dataset=fashion_dataset(), lists=services.models.has_folders, methods=METHODS, steps=STEPS,
            most_steps=MOST_STEPS, most_guidance=MOST_GUIDANCE, side=SIDE, together=TOGETHER, seeds=SEEDS, walk=WALK,
            walk_columns=WALK_COLUMNS, returns=return_times(), return_steps=RETURN_STEPS, fillings=FILLINGS,
            repeats=REPEATS, frames=FRAMES, strongest=STRONGEST, flow=CHECKPOINT, classifier=CLASSIFIER,
        )  # fmt: skip
        machine(services, "diffusion", [CHECKPOINT])
        explanation("diffusion")
    return tab


def build_endpoints(services: Services) -> None:
    """What API callers may ask of it."""
    inputs = [
        gr.Number(16, label="pictures", visible=False),
        gr.Number(STEPS, label="steps", visible=False),
        gr.Number(0, label="guidance", visible=False),
        gr.Number(None, label="class", visible=False),
        gr.Number(0, label="seed", visible=False),
        gr.Dropdown(list(METHODS), value=METHODS[0], label="method", visible=False, allow_custom_value=True),
    ]
    pictures = gr.Image(visible=False, format="png", label="pictures")
    endpoint(services, handlers.diffuse, inputs, pictures, "diffuse")
