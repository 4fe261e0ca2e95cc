"""The Python lines that make the picture that GAN shows."""

from demos.gan.compute import FRAMES, SCORED, film
from demos.gan.handlers import (
    DrawnPicture,
    FilmPicture,
    GeneratedPicture,
    PictureRequest,
    RealPicture,
    WalkPicture,
)
from demos.server.services import Services
from demos.ui.fields import Between
from demos.ui.python_lines import picture_line, require_shipped, script

_FILM = """\
film = load_extra("{run}", "snapshots")  # {count} moments of the training, 64 fixed codes
picture = film["images"][{snapshot}, {tile}, 0].numpy()  # after {step:,} steps
"""
_WALK = """\
model = load_model("dcgan")
z = model.noise({stops}, torch.Generator().manual_seed({seed}))  # the codes visited
k, step = divmod({frame}, {each})  # frame {frame} of {frames}
code = slerp(z[k], z[(k + 1) % {stops}], step / {each})
picture = to_bytes(model.decode(code[None]))[0, 0]
"""
_FAKE = """\
model = load_model("dcgan")
z = model.noise({scored}, torch.Generator().manual_seed(0))
picture = to_bytes(model.decode(z[[{fake}]]))[0, 0]
"""
_GIVEN = "picture = to_bytes(x)[0, 0]\n"
_SCORE = """\
real = load_model("dcgan").discriminate(torch.from_numpy(picture)[None, None] / 255)
print(f"D: {real.item():.1%} real")
"""
_SHOW = """
plt.imshow(picture, cmap="gray")
plt.show()
"""


async def python_lines(services: Services, request: PictureRequest) -> dict:
    """The Python lines that make the picture shown, and what D says of it.

    Raises:
        ValueError: For a model that does not ship.
    """
    require_shipped(request.gan)
    score = _SCORE if request.is_scored else ""
    return {"lines": script(_picture(request) + score + _SHOW)}


def _picture(request: PictureRequest) -> str:
    match request:
        case FilmPicture():
            steps = film(request.gan, request.file).steps
            snapshot = Between(0, len(steps) - 1).check("snapshot", request.snapshot, int)
            at = {"count": len(steps), "step": int(steps[snapshot])}
            return _FILM.format(run=request.file, snapshot=snapshot, tile=request.tile, **at)
        case WalkPicture(stops=stops, seed=seed, frame=frame):
            return _WALK.format(stops=stops, seed=seed, frame=frame, each=FRAMES // stops, frames=FRAMES)
        case GeneratedPicture(fake=fake):
            return _FAKE.format(scored=SCORED, fake=fake)
        case RealPicture(real=real):
            return picture_line(real, None) + _GIVEN
        case DrawnPicture(pixels=pixels):
            return picture_line(0, pixels) + _GIVEN
    raise ValueError(f"no picture of the kind {request.kind!r}")
