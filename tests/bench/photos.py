"""A visitor's own picture: the goals for photos of clothes and of faces, measured on the data in ../shared.

python -m tests.bench.photos [--images 1000] [--faces 200] [--only photos shipped faces time]

A row whose data is not there says what is missing. "today" is the path without cutting out, measured in the same run.
Nothing here is trained on: the photos are those of validation/, the faces those of people held out.
"""

import argparse
import importlib.util
import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from core.checkpoint import list_checkpoints, load_model
from core.confidence import auroc, calibration_error, familiarity
from core.data.clothes_photos import FOLDER, KINDS, find_photos
from core.data.face_photos import HEAD, TIGHT, crop, prepare_face, to_lfw
from core.data.fashion_mnist import load_fashion_mnist, load_fashion_sample
from core.data.image_set import DataError
from core.data.images import to_tensor
from core.data.lfw import held_out_photos
from core.data.photos import as_clothes, prepare_clothes, read_clothes, read_photo

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA, PHOTO_LIKE = SHARED / "data", SHARED / "measure" / "photo_like.py"
PHOTOS = "classifier-photos"
NETWORKS = {"classifier-resnet": 0.75, "classifier-fashionnet": 0.72, PHOTOS: 0.88}  # goals on photos
MADE = {"uneven_white_table": 0.93, "dark_table": 0.93, "grey_table": 0.93}  # goals of shipped images made photo-like
CANVAS = 800  # pixels a side of the pictures that faces are pasted into
CLICKS = 0.02  # seconds between two clicks of another visitor


def row(what: str, value: float | None, goal: str, today: float | None = None, missing: str = "") -> None:
    """Print one line of the table."""
    cells = ["-" if number is None else f"{number:.4g}" for number in (today, value)]
    print(f"| {what} | {cells[0]} | {missing or cells[1]} | {goal} |", flush=True)


def networks() -> dict[str, nn.Module]:
    """The classifiers that ship, by name."""
    return {name: load_model(name) for name in NETWORKS if name in list_checkpoints()}


@torch.inference_mode()
def logits_of(model: nn.Module, pixels: list[np.ndarray]) -> Tensor:
    """Logits (N, 10) of pictures (28, 28)."""
    return torch.cat([model(part) for part in to_tensor(np.stack(pixels)).split(200)])


def balanced(predicted: np.ndarray, kinds: np.ndarray) -> float:
    """Accuracy, the mean over the kinds; a kind may have several right answers."""
    right = np.array([p in KINDS[k] for p, k in zip(predicted, kinds, strict=True)])
    return float(np.mean([right[kinds == kind].mean() for kind in KINDS]))


def photos(models: dict[str, nn.Module]) -> None:
    """Accuracy, calibration and strangeness on phone photos."""
    try:
        files = find_photos("validation", DATA)
    except DataError:
        return row("photos of clothes", None, "", missing=f"missing: {DATA / FOLDER}")
    content = {kind: [path.read_bytes() for path in files[kind]] for kind in (*KINDS, "hat")}
    kinds = np.array([kind for kind in KINDS for _ in content[kind]])
    cut = {kind: [read_clothes(file).pixels for file in content[kind]] for kind in content}
    known = [pixels for kind in KINDS for pixels in cut[kind]]
    plain = [as_clothes(read_photo(file)) for kind in KINDS for file in content[kind]]
    for name, model in models.items():
        today, now = (balanced(logits_of(model, x).argmax(1).numpy(), kinds) for x in (plain, known))
        row(f"balanced accuracy on validation/, {name}", now, f">= {NETWORKS[name]}", today if name != PHOTOS else None)
    if PHOTOS not in models:
        return row(PHOTOS, None, "", missing="missing: its weights")
    model = models[PHOTOS]
    logits = logits_of(model, known)
    strange = cut["hat"] + no_clothes()
    scores = [familiarity(logits_of(model, x)).numpy() for x in (known, strange)]
    row(f"{len(strange)} hats and pictures of no clothes told from the six kinds, AUROC", auroc(*scores), ">= 0.90")
    right = np.array([p in KINDS[k] for p, k in zip(logits.argmax(1).numpy(), kinds, strict=True)])
    confidence = (logits / model.temperature).softmax(1).amax(1).numpy()
    row("calibration error on validation/, 15 bins", calibration_error(confidence, right), "<= 0.06")
    return None


def no_clothes() -> list[np.ndarray]:
    """Pictures of no clothes, through the same stages: scikit-image's samples, and faces where they are."""
    from skimage import data as samples

    folder = Path(samples.__file__).parent
    files = sorted(path for path in folder.iterdir() if path.suffix in (".png", ".jpg"))
    try:
        files += held_out_photos(DATA)[::40]
    except DataError as error:
        print(f"faces are not among the pictures of no clothes: {error}")
    return [read_clothes(path.read_bytes()).pixels for path in files]


def fashion(models: dict[str, nn.Module]) -> None:
    """The photo classifier on Fashion-MNIST's test set."""
    try:
        test = load_fashion_mnist("test")
    except DataError as error:
        return row(f"{PHOTOS} on the Fashion-MNIST test set", None, ">= 0.94", missing=f"missing: {error}")
    if PHOTOS in models:
        predicted = logits_of(models[PHOTOS], list(test.images[:, 0].numpy())).argmax(1)
        row(f"{PHOTOS} on the Fashion-MNIST test set", (predicted == test.labels).float().mean().item(), ">= 0.94")
    return None


def photo_like() -> ModuleType:
    """The module that makes shipped images look like photos."""
    spec = importlib.util.spec_from_file_location("photo_like", PHOTO_LIKE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shipped(models: dict[str, nn.Module], count: int) -> None:
    """The shipped test images, and what they become on a table."""
    if not PHOTO_LIKE.is_file():
        return row("shipped images made photo-like", None, ">= 0.93", missing=f"missing: {PHOTO_LIKE}")
    sample, make = load_fashion_sample(), photo_like()
    sample = sample.subset(torch.arange(0, len(sample), max(1, len(sample) // count)))
    variants: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
        "original": lambda image, rng: image,
        "upscaled": lambda image, rng: make.enlarged(image),
    } | {name: getattr(make, name) for name in MADE}
    for way, change in variants.items():
        rng = np.random.default_rng(0)
        pictures = [change(image, rng) for image in sample.images[:, 0].numpy()]
        plain = [as_clothes(Image.fromarray(picture)) for picture in pictures]
        cut = [prepare_clothes(np.repeat(picture[..., None], 3, 2)).pixels for picture in pictures]
        for name, model in models.items():
            today, now = ((logits_of(model, x).argmax(1) == sample.labels).float().mean().item() for x in (plain, cut))
            row(f"shipped images: {way}, {name}", now, f">= {MADE.get(way, today)}", today)
    return None


@torch.inference_mode()
def faces(count: int) -> None:
    """Faces of people held out, turned, scaled and pasted into other pictures: found, and how well reconstructed."""
    try:
        files, grounds = held_out_photos(DATA), [p for paths in find_photos("validation", DATA).values() for p in paths]
    except DataError as error:
        return row("faces pasted into other pictures", None, ">= 0.97; <= 1.5", missing=f"missing: {error}")
    rng, model = np.random.default_rng(0), load_model("vae-faces")
    found, aligned, pasted = [], [], []
    for index in rng.choice(len(files), min(count, len(files)), replace=False):
        face = np.asarray(Image.open(files[index]).convert("RGB"))
        ground = np.asarray(Image.open(grounds[rng.integers(len(grounds))]).convert("RGB").resize((CANVAS, CANVAS)))
        picture, to_face = paste(face, ground, rng)
        hits = [seen for seen in prepare_face(picture).faces if np.abs(to_face(seen.points) - 125).max() < 60]
        found.append(bool(hits))
        if hits:
            left, top, right, bottom = TIGHT
            aligned.append(face[top:bottom, left:right])
            pasted.append(crop(picture, to_lfw(hits[0].points), TIGHT, right - left))
    errors = []
    for pictures in (aligned, pasted):
        x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
        errors.append((model(x) - x).square().mean().item())
    row(f"{len(found)} faces pasted into other pictures: found", float(np.mean(found)), ">= 0.97")
    row("their MSE over that of the aligned crop", errors[1] / errors[0], "<= 1.5")
    return None


def paste(
    face: np.ndarray, ground: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """A face turned by up to 20 degrees and scaled by 0.5 to 2 somewhere in a picture, and the way back for points."""
    turn, scale = rng.uniform(-20, 20), np.exp(rng.uniform(np.log(0.5), np.log(2)))
    half = HEAD[2] / 2
    reach = half * scale * 1.3
    matrix = cv2.getRotationMatrix2D((half, half), turn, scale)
    matrix[:, 2] += rng.uniform(reach, CANVAS - reach, 2) - half
    there = cv2.warpAffine(np.full(face.shape[:2], 255, np.uint8), matrix, (CANVAS, CANVAS)) > 127
    moved = cv2.warpAffine(face, matrix, (CANVAS, CANVAS), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    back = cv2.invertAffineTransform(matrix)
    return np.where(there[..., None], moved, ground), lambda points: points @ back[:, :2].T + back[:, 2]


def seconds(repeats: int) -> None:
    """A photo of 12 megapixels to its verdict on one core, and another visitor's click meanwhile."""
    try:
        files = find_photos("validation", DATA)
        sources = [path for kind in KINDS for path in files[kind][:3]]
    except DataError as error:
        return row("12-megapixel photo to verdict, ms", None, "<= 500", missing=f"missing: {error}")
    model = load_model(PHOTOS if PHOTOS in list_checkpoints() else "classifier-resnet")
    contents = []
    for path in sources:
        out = io.BytesIO()
        Image.open(path).convert("RGB").resize((3000, 4000), Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
        contents.append(out.getvalue())
    reading, clicks, stop = [], [], threading.Event()
    click = torch.zeros(1, 1, 28, 28)

    def other_session() -> None:
        while not stop.wait(CLICKS):
            start = time.perf_counter()
            with torch.inference_mode():
                model(click)
            clicks.append(time.perf_counter() - start)

    other = threading.Thread(target=other_session)
    other.start()
    for k in range(repeats):
        start = time.perf_counter()
        logits_of(model, [read_clothes(contents[k % len(contents)]).pixels])
        reading.append(time.perf_counter() - start)
    stop.set()
    other.join()
    row("12-megapixel photo to verdict, p95 ms", 1000 * float(np.quantile(reading, 0.95)), "<= 500")
    row("another thread's forward pass meanwhile, p95 ms", 1000 * float(np.quantile(clicks, 0.95)), "<= 60")
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1000, help="shipped images")
    parser.add_argument("--faces", type=int, default=200, help="faces pasted")
    parser.add_argument("--photos", type=int, default=40, help="photos read for the times")
    parts = ("photos", "fashion", "shipped", "faces", "time")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, metavar="PART", help=", ".join(parts))
    args = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    models = networks()
    print("| what | today | measured | goal |\n|---|---|---|---|")
    steps = {
        "photos": lambda: photos(models), "fashion": lambda: fashion(models),
        "shipped": lambda: shipped(models, args.images), "faces": lambda: faces(args.faces),
        "time": lambda: seconds(args.photos),
    }  # fmt: skip
    for part in args.only:
        steps[part]()


if __name__ == "__main__":
    main()
