"""A model that a visitor brings back: the ZIP that was downloaded, or its files, checked before it is made."""

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.checkpoint import CheckpointError
from core.data.image_set import DataError
from core.serving.limits import RETURNED_BYTES, RETURNED_FILES
from demos.server.added_models.weight_folders import FILE, NAME, check_checkpoint

NamedBytes = tuple[str, bytes]
WANTED = "Choose the ZIP that was downloaded, or the .safetensors and the .json of one model together."
TOO_LARGE = f"A model that is brought back may have {RETURNED_FILES} files of {RETURNED_BYTES / 1e6:.0f} MB together."


def unpack_model(given: Iterable[NamedBytes], folder: Path) -> Path:
    """Write the files of a model into a folder, once they are checked to be one; the path of its card.

    Args:
        given: Names and contents of what the visitor chose.
        folder: An empty one. It may hold files after an error as well.

    Raises:
        CheckpointError: If they are no model, not a whole one, or not of the dataset that comes along.
    """
    files = dict(_unzipped(given))
    if len(files) > RETURNED_FILES or sum(map(len, files.values())) > RETURNED_BYTES:
        raise CheckpointError(TOO_LARGE)
    found = {name: FILE.fullmatch(name) for name in files}
    stems = {match["name"] for match in found.values() if match}
    if len(stems) != 1 or None in found.values():
        named = ", ".join(sorted(files)[:3]) or "nothing"
        raise CheckpointError(f"This is not one model, but {named[:100]}. {WANTED}")
    (stem,) = stems
    if not NAME.fullmatch(stem):
        raise CheckpointError(f"A model cannot be called {stem[:40]!r}: rename its files alike, in letters and digits.")
    for part in ("json", "safetensors"):
        if f"{stem}.{part}" not in files:
            raise CheckpointError(f"{stem}.{part} is missing. {WANTED}")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    path = folder / f"{stem}.json"
    try:
        check_checkpoint(path)
    except (CheckpointError, DataError) as error:  # nobody need know where it lies here
        raise CheckpointError(str(error).replace(f"{folder}{os.sep}", "")) from error
    return path


def _unzipped(given: Iterable[NamedBytes]) -> Iterator[NamedBytes]:
    """The files themselves, those of a ZIP in its place; of a path the last part alone counts."""
    for name, content in given:
        if content[:4] != b"PK\x03\x04":
            yield Path(name).name, content
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from _members(packed)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
            raise CheckpointError(f"{Path(name).name[:40]} is damaged ({error}). Download the model again.") from error


def _members(packed: zipfile.ZipFile) -> Iterator[NamedBytes]:
    members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) > RETURNED_FILES or sum(member.file_size for member in members) > RETURNED_BYTES:
        raise CheckpointError(TOO_LARGE)
    for member in members:
        with packed.open(member) as file:
            content = file.read(member.file_size + 1)  # a header may say less than there is
        if len(content) != member.file_size:
            raise CheckpointError(TOO_LARGE)
        yield Path(member.filename).name, content
