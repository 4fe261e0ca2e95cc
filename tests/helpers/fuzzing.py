"""Hostile requests to the running app, made from a seed, and what an answer to one may not be.

Cases start from requests that the page or an API caller makes and spoil them: other types, absurd numbers, long texts,
wrong shapes, damaged pictures, files of the server, forged ids; some are bytes that no program would send.
"""

import base64
import json
import random
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from core.data.images import encode
from demos.server.errors import UNEXPECTED

GREY = base64.b64encode(bytes(range(256)) * 3 + bytes(16)).decode()  # 28 x 28
MARKS = base64.b64encode(bytes(128 * 128)).decode()
PORTRAIT = base64.b64encode(bytes(128 * 128 * 3)).decode()
CODE27 = [0.1] * 27
SOURCE = {"checkpoint": "classifier-resnet", "layer": "output", "n": 5}
DESCENT = SOURCE | {"dimensions": 2, "perplexity": 9, "seed": 0}
ENDS = {"checkpoint": "cae-27", "a": {"i": 100}, "b": {"pixels": GREY}, "method": "linear", "alpha": 0.5}
# a request that each server function answers; one not named here answers an empty one
REQUESTS: dict[str, dict] = {
    "classify": {"pixels": GREY},
    "read_upload": {"file": "picture"},
    "open_returned": {"files": [{"name": "mine.zip", "content": GREY}]},
    "read_pictures": {"file": "picture", "fit": "crop"},
    "read_face": {"file": "picture", "checkpoint": "vae-faces-32", "face": 0, "box": [0.1, 0.1, 0.9, 0.9]},
    "load_portrait": {"checkpoint": "vae-faces-32", "face": 0},
    "read_stages": {"file": "picture", "steps": {}, "box": [0.1, 0.1, 0.9, 0.9], "strokes": MARKS},
    "encode_picture": {"pixels": GREY},
    "place_picture": {"checkpoint": "cae-4", "map": "PCA", "pixels": GREY},
    "feature_maps": {"pixels": GREY},
    "open_map": {"pixels": GREY, "layer": "block1", "map": 5},
    "load_exciting": {"checkpoint": "classifier-fashionnet", "layer": "conv4", "map": 5},
    "load_summary": {"checkpoint": "cae-4"},
    "explain": {"pixels": GREY, "method": "gradient"},
    "start": {"model": "cae", "values": {"images": 49, "epochs": 1}, "do": None},
    "command": {"do": "pause"},
    "load_plane": SOURCE,
    "load_affinities": DESCENT,
    "follow": DESCENT | {"since": 0},
    "load_map": {"checkpoint": "cae-27", "map": "PCA"},
    "decode": {"checkpoint": "cae-27", "map": "PCA", "x": 0.5, "y": -0.5},
    "reconstruct": {"checkpoint": "cae-4", "map": "PCA", "i": 7},
    "decode_code": {"checkpoint": "cae-27", "map": "PCA", "code": CODE27},
    "draw": {"checkpoint": "cae-4", "map": "PCA"},
    "move": {"checkpoint": "cae-27", "map": "PCA", "code": CODE27, "axis": 1, "value": 0.3},
    "path": ENDS | {"beyond": True},
    "animate": ENDS,
    "interpolate-widget python_lines": ENDS,
    "draw_face": {"checkpoint": "vae-faces-32"},
    "load_faces": {"checkpoint": "vae-faces-32"},
    "load_magnitudes": {"image": 3},
    "load_draws": {"seed": 4},
    "compare_models": {"image": 3, "seed": 4},
    "load_learned": {"image": 1, "seed": 2},
    "load_path": {"a": 1, "b": 2},
    "load_layout": {"checkpoint": "ad"},
    "follow_fit": {"checkpoint": "ad", "pixels": GREY, "steps": 20, "start": "nothing", "since": 0},
    "load_strip": {"pixels": GREY, "noise": "both", "levels": [0.2, 0.1], "seed": 7},
    "load_one_noise": {"pixels": GREY, "seed": 0},
    "load_film": {"run": "dcgan"},
    "walk": {"seed": 1, "stops": 3},
    "classify_walk": {"seed": 1, "stops": 3},
    "describe_picture": {"kind": "film", "run": "dcgan", "snapshot": 3, "tile": 5, "pixels": GREY},
    "compare": {"kind": "real", "real": 5},
    "sweep": {"checkpoint": "cae-27", "map": "PCA", "code": CODE27},
    "load_paths": {"seed": 1, "steps": 1, "part": 3},
    "trace": {"seed": 1, "steps": 1, "tile": 63},
    "compare_end": {"seed": 1, "steps": 1, "tile": 63},
    "bring_back": {"real": 5, "classes": 3, "guidance": 1.5},
    "fill": {"pixels": GREY, "hole": GREY, "steps": 1},
    "load_others": {"seed": 4},
    "diffusion-widget walk": {"seed": 1, "steps": 1, "tile": 0, "to": 63},
    "features-widget make_page": DESCENT | {"method": "PCA"},
    "autodecoder-widget make_page": {"checkpoint": "ad"},
    "autodecoder-widget python_lines": {"view": "fit", "pixels": GREY, "model": "ad", "steps": 20, "step": 5},
    "classify-widget python_lines": {"view": "evidence", "pixels": GREY, "method": "gradient"},
    "denoise-widget python_lines": {"pixels": GREY, "noise": "both", "levels": [0.2, 0.1], "seed": 7},
    "diffusion-widget python_lines": {"view": "hole", "pixels": GREY, "hole": GREY, "steps": 1},
    "gan-widget python_lines": {"kind": "film", "run": "dcgan", "snapshot": 3, "tile": 5},
    "live-widget python_lines": {"model": "vae", "values": {"images": 50}},
    "live-widget load_summary": {"model": "vae", "values": {"width": 4}},
    "features-widget python_lines": DESCENT | {"method": "PCA"},
    "features-widget place_picture": DESCENT | {"method": "PCA", "pixels": GREY},
    "latent_map-widget make_page": {"checkpoint": "cae-27", "map": "PCA"},
    "latent_map-widget python_lines": {"checkpoint": "cae-27", "map": "PCA", "code": CODE27},
    "find_address": {"address": "http://127.0.0.1:7860/"},
    "interpolate-widget sweep": {"checkpoint": "vae-faces", "a": {"i": 0}, "b": {"i": 1}},
}
CALLS: dict[str, list] = {
    "classify": ["file", "classifier-resnet", {"cut_out": False}, [0.1, 0.1, 0.9, 0.9], MARKS, ["pixels"]],
    "decode_point": [0.5, 0.5, "PCA", "cae-27"],
    "interpolate": ["cae-27", 100, "file", 0.5, "linear"],
    "embed": ["classifier-resnet", "output", "PCA", 2, 5, 9, 0],
    "denoise": ["file", "both", 0.2, 7, "denoiser-unet", 0.3],
    "sample": ["dcgan", 4, 0],
    "diffuse": [4, 1, 0, None, 3, "euler"],
    "magnitude": ["ad", 5, 1.5],
    "fit_code": ["file", "ad", 20],
    "scoreboard": [],
    "train": ["cae", 1, 49, 0, 0],  # one image too few: that minutes of training are not what takes the time
}
ROUTES = (
    "component_server", "component_server/", "queue/join", "call/classify", "call/v2/sample", "run/embed",
    "api/denoise", "cancel", "reset", "upload", "process_recording", "vibe-edit", "undo-vibe-edit", "stream/x",
    "stream/x/close", "run-history/connect", "vibe-starter-queries/", "nothing",
)  # fmt: skip
ADDRESSES = (
    "file=/etc/passwd", "file=/proc/self/environ", "file=../../../../etc/passwd", "file=%2e%2e/%2e%2e/etc/passwd",
    "file=http://localhost:1/", "file=https://example.com/x.png", "proxy=https://example.com/", "file=app.py",
    "file=C:\\Windows\\win.ini", "queue/data?session_hash=none", "call/classify/none", "heartbeat/../../x", "deep_link",
    "custom_component/x/client/component/../../../../etc/passwd", "stream/a/b/1/playlist.m3u8", "runs", "vibe-code",
    "run-history/records", "upload_progress?upload_id=x", "info?all_endpoints=maybe", "startup-events", "openapi.json",
)  # fmt: skip
OTHERS = (
    "static/../../../etc/passwd", "assets/..%2f..%2fetc/passwd", "svelte/../x", "monitoring", "monitoring/x",
    "monitoring/summary", "config", "theme.css", "%00", "?__theme=%ff", "?tab[]=x&tab=%00", "robots.txt",
    "pwa_icon/99999", "manifest.json", "login", "docs", "redoc", "openapi.json", "dev/reload",
)  # fmt: skip
METHODS = ("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
RANGES = ({}, {}, {}, {"range": "bytes=x-"}, {"range": "bytes=9999999999-"}, {"range": "bytes=5-1"})
KINDS = ("application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/xml", "\x01")
HEADS = ("x-forwarded-host", "x-forwarded-proto", "origin", "range", "cookie")
HEAD_VALUES = ("[::", "evil.example, a", "null", "bytes=-", "=;=", "x" * 3000)
PATHS = (
    "/etc/passwd", "/proc/self/environ", "../app.py", "app.py", "", "\0", "/tmp", "a" * 5000, "/dev/zero", "/dev/stdin",
    "http://127.0.0.1:22/", "https://example.com/a.png", "file:///etc/passwd", "ftp://example.com/a", {"path": "x"}, 7,
    "//evil.example/a", "weights/cae-27.json", "/gradio_api/file=/etc/passwd", "gradio_api/stream/a/b",
)  # fmt: skip
FILE_EXTRAS = ({}, {"is_stream": True}, {"size": -1}, {"orig_name": "../x"}, {"meta": {}}, {"mime_type": 5})
NAN_CODE = base64.b64encode(np.full(27, np.nan, "<f4").tobytes()).decode()
NO_PICTURES = (
    b"", b"%PDF-1.7", b"%!PS-Adobe", b"\0" * 100, b"P5 9 9 255 ", b"RIFF\xff\xff\xff\x7fWEBPVP8 ",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><image href='file:///etc/passwd'/></svg>",
)  # fmt: skip
SIZES = ((20_000, 20_000), (2**31 - 1, 1), (1, 49_000_000), (0, 0), (7000, 7000))
FORBIDDEN = re.compile(r'Traceback|File \\?"/|root:x:0|GRADIO_TEMP_DIR=')


@dataclass
class Case:
    """A request, and how its answer is to be read."""

    name: str
    method: str = "POST"
    path: str = ""
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    call: bool = False  # of an endpoint: the answer is fetched with a second request


class Maker:
    """Cases from a seed.

    Args:
        components: Of the app's configuration, those with server functions.
    """

    def __init__(self, seed: int, components: list[dict]) -> None:
        self.random = random.Random(seed)
        self.functions = [(c["id"], name) for c in components for name in c["props"]["server_fns"]]

    def cases(self, count: int) -> Iterator[Case]:
        """So many cases of every kind."""
        kinds = [self.server_function] * 9 + [self.endpoint] * 4 + [self.picture] * 4
        kinds += [self.raw] * 3 + [self.address] * 2
        for _ in range(count):
            yield self.random.choice(kinds)()

    def server_function(self) -> Case:
        """A request that the page would not make."""
        component, name = self.random.choice(self.functions)
        envelope = _envelope(component, name, self.spoiled(REQUESTS.get(name, {})))
        if self.random.random() < 0.15:
            envelope[self.random.choice([*envelope])] = self.value()
        return Case(name, path="/gradio_api/component_server", content=_json(envelope))

    def endpoint(self) -> Case:
        """The same of an API caller."""
        name, words = self.random.choice([*CALLS.items()])
        body: Any = {"data": self.spoiled([self.file() if word == "file" else word for word in words])}
        if self.random.random() < 0.2:
            body["session_hash"] = self.value()
        return Case(name, path=f"/gradio_api/call/{name}", content=_json(body), call=True)

    def picture(self) -> Case:
        """A picture file to a function that reads one."""
        component, name = self.random.choice([f for f in self.functions if f[1].startswith("read_")])
        envelope = _envelope(component, name, {"file": base64.b64encode(self.file_content()).decode()})
        return Case(f"{name} (picture)", path="/gradio_api/component_server", content=_json(envelope))

    def raw(self) -> Case:
        """Bytes that are no request, on any route."""
        ids = {name: self.value() for name in ("data", "fn_index", "session_hash", "event_id", "trigger_id")}
        bodies = [
            b"", b"null", b"[]", b"{", b'{"data": NaN}', b"[" * 5000, b'{"a":' * 3000, b"\xff\xfe\x00",
            b"{}" + b" " * 300_000, b'{"data": 1' + b"0" * 5000 + b"}", b'"' + b"x" * 500_000 + b'"',
            self.random.randbytes(2000), _json(ids), _json({"session_hash": "fuzz", "fn_index": 0, "event_id": "fuzz"}),
            _part("files", "../../a.svg", b"<svg onload=alert(1)>") + b"--x--\r\n", _part("y", "\0", b""),
        ]  # fmt: skip
        headers = {"content-type": self.random.choice(KINDS)}
        if self.random.random() < 0.2:
            headers[self.random.choice(HEADS)] = self.random.choice(HEAD_VALUES)
        path = f"/gradio_api/{self.random.choice(ROUTES)}"
        return Case(f"raw {path}", path=path, content=self.random.choice(bodies), headers=headers)

    def address(self) -> Case:
        """An address that leads to a file of the server, to another host, or nowhere."""
        chosen = self.random.choice([f"gradio_api/{one}" for one in ADDRESSES] + [*OTHERS])
        method = self.random.choice(METHODS)
        return Case(f"{method} /{chosen}", method, f"/{chosen}", headers=self.random.choice(RANGES))

    def spoiled(self, request: Any) -> Any:
        """The same with one or a few values replaced, added or taken away; now and then something else altogether."""
        if self.random.random() < 0.06:
            return self.value()
        request = json.loads(json.dumps(request))
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            self._spoil(request)
        return request

    def _spoil(self, holder: Any) -> None:
        keys = [*holder] if isinstance(holder, dict) else [*range(len(holder))]
        choice = self.random.random()
        if not keys or choice < 0.1:
            if isinstance(holder, list):
                holder.append(self.value())
            else:
                name = self.random.choice(["pixels", "checkpoint", "i", "code", "x" * 300, "__class__", "path"])
                holder[name] = self.value()
            return
        key = self.random.choice(keys)
        inner = holder[key]
        if choice < 0.2:
            del holder[key]
        elif isinstance(inner, dict | list) and inner and choice < 0.6:
            self._spoil(inner)
        else:
            holder[key] = self.near(inner) if choice > 0.8 else self.value()

    def near(self, value: Any) -> Any:
        """Something that is almost right."""
        if isinstance(value, bool) or value is None or (isinstance(value, int) and abs(value) > 2**64):
            return self.value()
        if isinstance(value, int | float):
            close = [-1, value + 0.5, -value - 1, value * 1e9, str(value), 10**6, 2**63, [value]]
        elif isinstance(value, str):
            short = value[: len(value) // 8 * 4]
            close = [value[:-1], value + "=", value.upper(), value * 3, f"../{value}", short]
        else:
            close = [[value], value * 2, value[:1]] if isinstance(value, list) else [[value]]
        return self.random.choice(close)

    def value(self) -> Any:
        """Anything."""
        return self.random.choice([
            None, True, False, 0, -1, 1.5, float("nan"), float("inf"), float("-inf"), 1e308, -1e-320, 2**31, 2**63,
            -(2**64), 10**400, "", " ", "x", "\0", "\ud800", "💥" * 50, "a" * 100_000, "../../etc/passwd",
            "/etc/passwd", "__import__('os')", "${7*7}", "NaN", "1e5", "<script>alert(1)</script>", "cae-27", "%s%n",
            "Ａ１", "0x10", [], {}, [[]], [None] * 1000, [1e308] * 27, [float("nan")] * 27, _nested(40), _nested(400),
            {"i": -1}, {"i": 1e9}, {"i": True}, {"pixels": "AAAA"}, {"pixels": None}, {"code": "AAAA"},
            {"code": NAN_CODE}, {"toString": 1}, {"__proto__": {}}, self.file(),
        ])  # fmt: skip

    def file(self) -> dict:
        """A reference to a file, as programs send it."""
        url = self.random.choice([None, "http://127.0.0.1:1/", 5])
        reference = {"path": self.random.choice(PATHS), "meta": {"_type": "gradio.FileData"}, "url": url}
        return reference | self.random.choice(FILE_EXTRAS)

    def file_content(self) -> bytes:
        """A picture that is damaged, deceitful or none."""
        pixels = np.frombuffer(self.random.randbytes(40 * 30 * 3), np.uint8).reshape(30, 40, 3)
        kind = self.random.choice(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
        whole = encode(pixels if kind != "GIF" else pixels[..., 0], kind)
        choice = self.random.random()
        if choice < 0.1:
            return self.random.choice(NO_PICTURES)
        if choice < 0.2:
            return _png(self.random.choice(SIZES))
        if choice < 0.3:
            return b"GIF89a" + whole if choice < 0.25 else whole + b"<?php system('id') ?>PK\x03\x04"
        if choice < 0.45:
            return whole[: self.random.randrange(len(whole))]
        damaged = bytearray(whole)
        for _ in range(self.random.choice([1, 3, 30])):
            damaged[self.random.randrange(len(damaged))] = self.random.randrange(256)
        return bytes(damaged)


def trouble(client: httpx.Client, case: Case) -> str:
    """What is wrong with the answer to a case; empty if nothing is."""
    headers = {"content-type": "application/json"} | case.headers if case.method == "POST" else case.headers
    try:
        answer = client.request(case.method, case.path, content=case.content, headers=headers)
    except httpx.LocalProtocolError:  # our client refuses to send it
        return ""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"no answer: {error!r}"
    text = answer.text
    if case.call and answer.status_code == 200:
        event = answer.json()["event_id"]
        text += client.get(f"{case.path}/{event}").text
    if answer.status_code >= 500:
        return f"status {answer.status_code}: {text[:300]}"
    if found := FORBIDDEN.search(text):
        return f"shows {found[0]}: {text[max(0, found.start() - 200) : found.start() + 200]}"
    if UNEXPECTED.split("(")[0] in text:
        return f"unexpected failure: {text[:300]}"
    if case.call and answer.status_code == 200 and not re.search("event: (complete|error)", text):
        return f"no end: {text[:200]}"
    return ""


def components(client: httpx.Client) -> list[dict]:
    """The components of the app that have server functions."""
    return [c for c in client.get("/config").json()["components"] if c["props"].get("server_fns")]


def ask(client: httpx.Client, component: int, name: str, request: dict) -> dict:
    """The answer of a server function, as the page gets it."""
    answer = client.post("/gradio_api/component_server", json=_envelope(component, name, request))
    return answer.raise_for_status().json()


def _envelope(component: int, name: str, request: Any) -> dict[str, Any]:
    return {"data": request, "component_id": component, "fn_name": name, "session_hash": "tests"}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def _part(field: str, name: str, content: bytes) -> bytes:
    """A file in a form."""
    head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def _png(size: tuple[int, int]) -> bytes:
    """A PNG whose header promises a size that its few bytes do not hold."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
