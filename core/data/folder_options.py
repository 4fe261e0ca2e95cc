"""What `dataset.toml`, a file beside the pictures of a folder, may say about them."""

from pathlib import Path
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator
from tomlkit.exceptions import TOMLKitError

from core.data.image_set import DataError

FILE = "dataset.toml"
LONGEST = 100  # characters of a name or title
LARGEST = 100_000  # bytes of the file

Fit = Literal["crop", "pad", "cut_out"]  # the middle square; the whole picture; the thing on it, on black
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
EXPECTED = {
    "title": f"text of 1 to {LONGEST} characters",
    "licence": f"text of 1 to {LONGEST} characters",
    "source": f"text of 1 to {LONGEST} characters",
    "fit": '"crop", "pad" or "cut_out"',
    "colour": "true or false",
    "size": "28 or 32",
    "classes": f"a table of folders and the names to show for them, each of 1 to {LONGEST} characters",
}


class FolderOptions(BaseModel, extra="forbid", frozen=True, strict=True):
    """How the pictures of a folder are read, and what is known of them."""

    title: Text | None = None  # the folder's name unless given
    licence: Text = "not stated"
    source: Text | None = None
    fit: Fit = "crop"
    colour: bool | None = None  # in colour if any picture has some, unless given
    size: Literal[28, 32] | None = None  # pixels a side; 28 in grey and 32 in colour unless given
    classes: dict[Text, Text] = Field(default_factory=dict)  # folder -> name shown

    @model_validator(mode="after")
    def _cut_out_is_grey(self) -> "FolderOptions":
        if self.fit == "cut_out" and (self.colour or self.size == 32):
            raise ValueError('what is cut out becomes a grey picture of 28 pixels: leave out colour and size, or "fit"')
        return self

    @property
    def variants(self) -> tuple[tuple[int, int], ...]:
        """(channels, pixels a side) of what the pictures may become; which of two, all of them together decide."""
        if self.fit == "cut_out":
            return ((1, 28),)
        colours = [False, True] if self.colour is None else [self.colour]
        return tuple((3, self.size or 32) if colour else (1, self.size or 28) for colour in colours)


def read_options(folder: Path) -> FolderOptions:
    """What the folder's `dataset.toml` says; the defaults if there is none.

    Raises:
        DataError: If the file is not TOML, or says what cannot be.
    """
    path = folder / FILE
    if not path.is_file():
        return FolderOptions()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
    return parse_options(raw, str(path))


def parse_options(raw: bytes, path: str) -> FolderOptions:
    """What a `dataset.toml` of these bytes says.

    Args:
        path: What errors call it.

    Raises:
        DataError: If it is not TOML, or says what cannot be.
    """
    try:
        if len(raw) > LARGEST:
            raise DataError(f"{path} has {len(raw):,} bytes; at most {LARGEST:,} can be read.")
        values = tomlkit.parse(raw.decode("utf-8")).unwrap()
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a TOML file ({error}). Correct it or delete it.") from error
    try:
        return FolderOptions.model_validate(values)
    except ValidationError as error:
        raise DataError(" ".join([f"{path}:", *map(_sentence, error.errors())])) from error


def _sentence(error: Any) -> str:
    place = [str(part) for part in error["loc"]]
    if not place:
        return f"{error['ctx']['error']}."
    if error["type"] == "extra_forbidden":
        return f"it has no option {place[0]!r}; there are {', '.join(EXPECTED)}."
    given = str(error["input"])
    given = given if len(given) <= LONGEST else f"{given[:LONGEST]}..."
    return f"{'.'.join(part for part in place if part != '[key]')} is {given!r}, and must be {EXPECTED[place[0]]}."
