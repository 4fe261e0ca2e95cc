"""A map as a web page of its own: drawn by plotly, with the pictures of its points, and in need of no network."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.images import encode, grid
from demos.ui.images import data_uri

COLUMNS = 40  # pictures in a row of the sprite
SHOWN = 84  # pixels of a picture on the page, a side

# plotly puts the id of its element in for {plot_id}
_HOVER = """
const plot = document.getElementById("{plot_id}"), thumb = document.getElementById("thumb");
plot.on("plotly_hover", ({points: [point], event}) => {
  const i = point.customdata, side = SHOWN;
  if (i === undefined || !thumb.dataset.pictures) return;
  thumb.style.backgroundPosition = `${-(i % COLUMNS) * side}px ${-Math.floor(i / COLUMNS) * side}px`;
  const {clientX: x = 20, clientY: y = 20} = event ?? {};
  thumb.style.left = `${x + 16 + side < innerWidth ? x + 16 : x - 16 - side}px`;
  thumb.style.top = `${y + 16 + side < innerHeight ? y + 16 : y - 16 - side}px`;
  thumb.hidden = false;
});
plot.on("plotly_unhover", () => { thumb.hidden = true; });
"""

_STYLE = """<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><style>
body {{ margin: 0; font-family: system-ui, sans-serif; }}
#thumb {{ position: fixed; width: {side}px; height: {side}px; image-rendering: pixelated; pointer-events: none;
  z-index: 1000; border-radius: 6px; box-shadow: 0 0 0 2px #ffb000, 0 2px 8px rgba(0, 0, 0, .5); {picture} }}
#thumb[hidden] {{ display: none; }}
</style>"""


@dataclass(frozen=True)
class PageMap:
    """What a page shows."""

    title: str
    points: np.ndarray  # (n, 2) or (n, 3)
    labels: np.ndarray  # (n,) class of each
    classes: Sequence[str]
    colors: Sequence[str]  # one a class
    names: list[str]  # of the points
    axes: tuple[str, ...] = ()  # titles, where axes mean something
    pictures: np.ndarray | None = None  # of the points, uint8 (n, H, H) or (n, H, H, 3)


def standalone_page(shown: PageMap) -> str:
    """The page, whose head still lacks plotly's script: who saves it has that already and puts it in."""
    figure = _figure(shown)
    # what hover shows is a corner of one sprite
    script = _HOVER.replace("SHOWN", str(SHOWN)).replace("COLUMNS", str(COLUMNS))
    page = figure.to_html(include_plotlyjs=False, full_html=True, post_script=script, config={"displaylogo": False})
    picture, mark = "", ""
    if shown.pictures is not None:
        sprite = data_uri(encode(grid(shown.pictures, COLUMNS), "WEBP", quality=80, method=4), "webp")
        width = SHOWN * min(COLUMNS, len(shown.pictures))
        picture, mark = f"background: url({sprite}) 0 0 / {width}px auto;", ' data-pictures="1"'
    head = _STYLE.format(title=html.escape(shown.title), side=SHOWN, picture=picture)
    page = page.replace("</head>", f"{head}</head>", 1)
    return page.replace("<body>", f'<body><div id="thumb"{mark} hidden></div>', 1)


def _figure(shown: PageMap) -> object:
    from plotly import graph_objects as go  # takes half a second, and few save a page

    is_flat = shown.points.shape[1] == 2
    kind, marker = (go.Scatter, {"size": 8}) if is_flat else (go.Scatter3d, {"size": 4})
    figure = go.Figure()
    for k, (name, color) in enumerate(zip(shown.classes, shown.colors, strict=False)):
        of_class = np.flatnonzero(shown.labels == k)
        places = dict(zip("xyz", shown.points[of_class].round(4).T.tolist(), strict=False))
        of = {"name": name, "marker": marker | {"color": color}, "mode": "markers", "hoverinfo": "text"}
        texts = [shown.names[i] for i in of_class]
        figure.add_trace(kind(**places, **of, text=texts, customdata=of_class.tolist()))
    titles = shown.axes or ("",) * shown.points.shape[1]
    ticks = {"showticklabels": bool(shown.axes)}
    axes = {f"{c}axis": {"title": title} | ticks for c, title in zip("xyz", titles, strict=False)}
    if is_flat:
        axes["yaxis"] |= {"scaleanchor": "x"}
    figure.update_layout(
        title=shown.title, template="plotly_white", height=None, hovermode="closest", legend={"itemsizing": "constant"},
        **(axes if is_flat else {"scene": axes}),
    )  # fmt: skip
    return figure
