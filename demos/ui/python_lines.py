"""Python scripts that make what a tab shows: run in the folder of this program, where the package core is."""

import base64
import re
import zlib

import numpy as np

from demos.server.models import Model, fashion_sample

NOT_SHIPPED = "Python finds shipped models only. Download this one in Train live to load it by its file."
NAMES = {  # that a script may use, by the module they come from
    "core": ("load_model",),
    "core.attribution": ("covered", "gradient_maps", "occlusion_maps"),
    "core.checkpoint": ("list_checkpoints", "load_card", "load_codes", "load_extra"),
    "core.confidence": ("classify",),
    "core.data.fashion_mnist": ("FASHION_CLASSES", "load_fashion_sample"),
    "core.data.images": ("to_bytes",),
    "core.latent": ("LatentMap", "lerp", "slerp"),
    "core.metrics": ("psnr", "ssim"),
    "core.noise.filters": ("median_filter",),
    "core.noise.kinds": ("corrupt",),
    "core.reduction": ("PCA",),
    "core.training.learning_curves": ("load_learning_curves",),
    "core.training.live": ("LIVE_MODELS",),
    "core.training.loop": ("epoch_steps",),
}
MODULES = {
    "base64": "import base64", "zlib": "import zlib", "import_module": "from importlib import import_module",
    "plt": "import matplotlib.pyplot as plt", "np": "import numpy as np", "torch": "import torch",
}  # fmt: skip
STANDARD = ("base64", "zlib", "import_module")


def script(body: str, *imports: str) -> str:
    """Lines with the imports of all that they use above them.

    Args:
        imports: Further lines of them.
    """
    used = set(re.findall(r"\w+", body))
    own = [
        f"from {module} import {', '.join(name for name in names if name in used)}"
        for module, names in NAMES.items()
        if used & set(names)
    ]
    plain = {name: line for name, line in MODULES.items() if name in used}
    groups = [
        [line for name, line in plain.items() if name in STANDARD],
        [line for name, line in plain.items() if name not in STANDARD],
        [*own, *imports],
    ]
    head = "\n\n".join("\n".join(group) for group in groups if group)
    return f"{head}\n\n{body.strip()}\n"


def picture_line(index: int, pixels: np.ndarray | None, name: str = "x") -> str:
    """The lines that make a picture, (1, 1, 28, 28) in [0, 1]: a drawing, or else a shipped test image.

    Args:
        index: Of the test image.
        pixels: Of the drawing, uint8 (28, 28).
    """
    if pixels is None:
        number = int(fashion_sample().index[index])
        return f"{name} = load_fashion_sample().images[[{index}]].float() / 255  # test image {number}\n"
    text = base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode()
    return (
        f'drawn = zlib.decompress(base64.b64decode("{text}"))\n'
        f"{name} = torch.frombuffer(bytearray(drawn), dtype=torch.uint8).reshape(1, 1, 28, 28) / 255  # your picture\n"
    )


def require_shipped(*models: Model) -> None:
    """See that a script can load models by their names.

    Raises:
        ValueError: If one of them does not ship.
    """
    if not all(model.is_shipped for model in models):
        raise ValueError(NOT_SHIPPED)
