"""What stands on the ground of a photo, cut out: by its colour on a plain ground, by GrabCut on any other."""

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 192  # pixels of the longer side of what is cut: GrabCut takes 0.1 s for so many
RING = 0.03  # share of the longer side: how wide the border is that the ground is learned from
PLAIN = 0.7  # share of the border that must lie on a plane of colour for a ground to be plain
NEAR = 10.0  # grey levels: what differs less from a plain ground belongs to it
WHITE, BLACK = 210, 12  # a plain ground lighter or darker counts as white or black
COLOURS = 5  # clusters of the colours along the border
SHARE = 0.1  # of the border that a cluster must hold to count as ground
ALIKE = 8.0  # distance in weighted Lab up to which a colour is one of the ground's
LAB_WEIGHTS = np.array([0.6, 1.3, 1.3], np.float32)  # a shadow changes lightness, seldom hue
VIVID = np.array([1, 2, 2], np.float32)  # for the same reason GrabCut works in Lab with its colours doubled
HOLE = 0.01  # share of the piece: smaller holes in it are filled
SMALLEST, LARGEST = 0.02, 0.97  # share of the picture that a believable piece covers
NEARLY = 0.4  # share of the chosen piece's area from which another one is nearly as large
CUT_OFF = 0.25  # share of a side along which a piece that reaches it is cut off by the border
IS, IS_NOT = 1, 2  # how a user's strokes mark a pixel; 0: unmarked
_SEED = 0  # of OpenCV's random numbers, so that a photo always gives the same piece


@dataclass(frozen=True)
class Cutout:
    """Where the piece is in a picture."""

    mask: np.ndarray  # bool (H, W); all of it where cutting out failed
    ground: str  # "white", "black", "plain" of another colour, or "photo"
    found: bool  # False: nothing could be separated from the background
    others: int = 0  # further pieces nearly as large
    is_box: bool = False  # nothing could be separated within the box, so that all of it is taken


def cut_out(
    pixels: np.ndarray, box: tuple[int, int, int, int] | None = None, strokes: np.ndarray | None = None
) -> Cutout:
    """The largest piece near the middle that has other colours than the border.

    A plain white or black ground is not cut by guessing: what differs from it is the piece.

    Args:
        pixels: uint8 RGB, shape (H, W, 3), of about SIDE pixels a side.
        box: Left, top, right and bottom, in pixels, of a box that holds the piece.
        strokes: uint8, shape (H, W): IS, IS_NOT or 0.

    Source: "GrabCut": Interactive Foreground Extraction using Iterated Graph Cuts, 2004, doi:10.1145/1015706.1015720.
    """
    by_hand = box is not None or (strokes is not None and bool(strokes.any()))
    ground, differs = _plain_ground(pixels)
    if ground in ("white", "black") and not by_hand:
        mask, others = _one_piece(differs)
    else:
        start = _start(pixels, differs if ground == "plain" else None, box, strokes)
        mask, others = _one_piece(_grab_cut(pixels, start))
        if strokes is not None:
            mask = (mask | (strokes == IS)) & (strokes != IS_NOT)
    if box is not None and (whole := _within(box, strokes, mask.shape)).any():
        is_box = mask.sum() < SMALLEST * whole.sum()
        return Cutout(whole if is_box else mask, ground, True, others, is_box)
    if not SMALLEST <= mask.mean() <= LARGEST:
        return Cutout(np.ones(mask.shape, bool), ground, False)
    return Cutout(mask, ground, True, others)


def _within(box: tuple[int, int, int, int], strokes: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
    """What lies in a box and was not marked as ground, bool (H, W)."""
    left, top, right, bottom = box
    inside = np.zeros(shape, bool)
    inside[top:bottom, left:right] = True
    return inside if strokes is None else inside & (strokes != IS_NOT)


def runs_into_border(mask: np.ndarray) -> bool:
    """Whether a piece, bool (H, W), reaches the border along more than a short way, so that a part is not in view."""
    width = max(2, round(RING * max(mask.shape))) + 1  # GrabCut takes the border itself for ground
    inner = mask[width:-width, width:-width]
    edges = (inner[0], inner[-1], inner[:, 0], inner[:, -1]) if inner.size else ()
    return any(edge.mean() > CUT_OFF for edge in edges)


def _ring(shape: tuple[int, ...]) -> np.ndarray:
    """Which pixels lie along the border, bool (H, W)."""
    width = max(2, round(RING * max(shape[:2])))
    ring = np.ones(shape[:2], bool)
    ring[width:-width, width:-width] = False
    return ring


def _plain_ground(pixels: np.ndarray) -> tuple[str, np.ndarray]:
    """What kind of ground it is, and which pixels differ from a plane of colour through the border, bool (H, W)."""
    h, w = pixels.shape[:2]
    smooth = cv2.medianBlur(pixels, 3).astype(np.float32) if min(h, w) > 40 else pixels.astype(np.float32)
    y, x = np.mgrid[:h, :w]
    plane = np.stack([np.ones((h, w)), x / w - 0.5, y / h - 0.5], -1).astype(np.float32)  # (H, W, 3)
    ring = _ring(pixels.shape)
    A, colours = plane[ring], smooth[ring]
    keep = np.abs(colours - np.median(colours, 0)).max(1) < 40
    for _ in range(4):
        if keep.sum() < 12:
            return "photo", np.ones((h, w), bool)
        fitted = np.linalg.lstsq(A[keep], colours[keep], rcond=None)[0]
        keep = np.abs(colours - A @ fitted).max(1) < NEAR
    away = np.abs(smooth - plane @ fitted).max(2)
    level = float(np.median((plane @ fitted)[ring]))
    if level < BLACK and keep.mean() > PLAIN / 2:
        return "black", away > NEAR
    if keep.mean() < PLAIN:
        return "photo", away > NEAR
    return ("white" if level > WHITE and away[ring][keep].mean() < NEAR / 2 else "plain"), away > NEAR


def _start(
    pixels: np.ndarray, differs: np.ndarray | None, box: tuple[int, int, int, int] | None, strokes: np.ndarray | None
) -> np.ndarray:
    """What GrabCut starts from, (H, W): certain and probable ground and piece."""
    outside = _ring(pixels.shape)
    if box is not None:
        left, top, right, bottom = box
        outside = np.ones(pixels.shape[:2], bool)
        outside[top:bottom, left:right] = False
    likely = ~_like_ground(pixels, outside) if differs is None else differs
    if likely[~outside].mean() < 0.05:
        likely = ~outside
    start = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    start[outside] = cv2.GC_BGD
    if strokes is not None:
        start[strokes == IS] = cv2.GC_FGD
        start[strokes == IS_NOT] = cv2.GC_BGD
    return start


def _like_ground(pixels: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Which pixels have a colour that is common outside, bool (H, W)."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    colours = lab[outside]
    if len(colours) < COLOURS:
        return np.zeros(outside.shape, bool)
    cv2.setRNGSeed(_SEED)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    _, labels, centres = cv2.kmeans(colours, COLOURS, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    common = np.bincount(labels[:, 0], minlength=COLOURS) >= SHARE * len(colours)
    distances = [np.linalg.norm((lab - centre) * LAB_WEIGHTS, axis=2) for centre in centres[common]]
    return np.min(distances, axis=0) < ALIKE


def _grab_cut(pixels: np.ndarray, start: np.ndarray, steps: int = 5) -> np.ndarray:
    """The piece, bool (H, W)."""
    certain_ground, anything_else = (start == cv2.GC_BGD).any(), (start != cv2.GC_BGD).any()
    if not certain_ground or not anything_else:
        return start != cv2.GC_BGD
    lab = (cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32) - 128) * VIVID + 128
    cv2.setRNGSeed(_SEED)
    cv2.grabCut(
        lab.clip(0, 255).astype(np.uint8),
        start,
        None,
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        steps,
        cv2.GC_INIT_WITH_MASK,
    )
    return (start == cv2.GC_FGD) | (start == cv2.GC_PR_FGD)


def _one_piece(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """The largest connected piece, rather one near the middle, without threads and small holes; how many are alike."""
    h, w = mask.shape
    opened = cv2.morphologyEx(
        mask.astype(np.uint8), cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    )
    count, labels, stats, centres = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return mask, 0
    away = ((centres[1:] / (w, h) - 0.5) ** 2).sum(1)
    areas = stats[1:, cv2.CC_STAT_AREA]
    chosen = (areas * np.exp(-2 * away)).argmax()
    others = int((areas > max(NEARLY * areas[chosen], SMALLEST * mask.size)).sum()) - 1
    piece = labels == 1 + chosen
    return piece | _small_holes(piece), max(others, 0)


def _small_holes(piece: np.ndarray) -> np.ndarray:
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~piece).astype(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < HOLE * piece.sum()
    small[0] = False  # the piece itself
    return small[labels]
