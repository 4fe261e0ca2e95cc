"""Types of the values in a request: pydantic checks them, and a sentence says what a wrong value should be.

    class MagnitudeRequest(Request):
        decoder: Annotated[Decoder, Named(find_decoder)] = Field(alias="checkpoint")
        image: Annotated[int, Between(0, 999)]
        magnitude: Annotated[float, Between(0, 4)] = 1.0

A bound, a shape or a length may depend on the values before it: then it is a function of those by their names.
"""

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from reprlib import repr as shown
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import numpy as np
from pydantic import (
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Strict,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic import GetCoreSchemaHandler as Handler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from core.data.photos import ImageError
from core.serving.limits import MAX_BYTES
from demos.server.models import fashion_sample

if TYPE_CHECKING:
    from demos.server.services import Services

SEEDS = 2**32
Given = Mapping[str, Any]  # the values before one
Result = TypeVar("Result")
_FINITE = TypeAdapter(Annotated[float, Strict(), AllowInfNan(False)])


class Request(BaseModel):
    """What a page or an API caller sent, checked; what it left out is as if it were null."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, validate_default=True)

    @classmethod
    def variant(cls, given: dict) -> type["Request"]:
        """The class that a request is checked as; one of several kinds chooses by what was sent."""
        return cls

    @model_validator(mode="before")
    @classmethod
    def _missing_is_null(cls, given: Any) -> Any:
        required = [field.alias or name for name, field in cls.model_fields.items() if field.is_required()]
        return dict.fromkeys(required) | given


def parse(kind: type[Result], given: Any, services: "Services | None") -> Result:
    """A request of that kind; only one that names a model needs the services.

    Raises:
        ValueError: With one sentence about the first value that is none, what was given and what is wanted.
    """
    if not isinstance(given, dict):
        raise ValueError(f"expected an object of named values, got {type(given).__name__}")
    try:
        return kind.variant(given).model_validate(given, context=services)
    except ValidationError as error:
        raise ValueError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first, *_ = error.errors(include_url=False)
    if first["type"] == "value_error":  # ours, which is a sentence already
        return str(first["ctx"]["error"])
    name, *rest = first["loc"]
    indices = "".join(f"[{index}]" for index in rest if isinstance(index, int))
    return f"{name}{indices} {first['msg'][0].lower()}{first['msg'][1:]}"


def wanted(what: str, value: Any) -> PydanticCustomError:
    """The error that a value is not what is wanted."""
    return PydanticCustomError("wanted", "must be {what}, got {value}", {"what": what, "value": shown(value)})


def resolved(value: Any, info: ValidationInfo) -> Any:
    """A bound, or what a function of the values before gives."""
    if not callable(value):
        return value
    try:
        return value(info.data)
    except KeyError:  # one of them is wrong, and its error comes first
        raise PydanticCustomError("depends", "depends on a value that is wrong") from None


@dataclass(frozen=True)
class Between:
    """A finite number within two bounds; for an int a whole one, as 3.0 is."""

    low: float | Callable[[Given], float]
    high: float | Callable[[Given], float]

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        def check(value: Any, info: ValidationInfo) -> float:
            bounds = Between(resolved(self.low, info), resolved(self.high, info))
            if (number := bounds.admit(value, source)) is None:
                raise wanted(bounds.describe(source), value)
            return number

        return core_schema.with_info_plain_validator_function(check)

    def check(self, name: str, value: Any, kind: type = float) -> float:
        """The same for a value whose bounds are known later only.

        Raises:
            ValueError: If it is none.
        """
        if (number := self.admit(value, kind)) is None:
            raise ValueError(f"{name} must be {self.describe(kind)}, got {shown(value)}")
        return number

    def admit(self, value: Any, kind: type) -> float | None:
        """The number, or None if it is not within."""
        try:
            number = _FINITE.validate_python(value)
        except ValidationError:
            return None
        whole = kind is not int or number == int(number)
        return kind(number) if whole and self.low <= number <= self.high else None

    def describe(self, kind: type) -> str:
        """What is wanted, in words."""
        low, high = (f"{bound:.1f}".removesuffix(".0") for bound in (self.low, self.high))
        return f"a {'whole ' if kind is int else ''}number from {low} to {high}"


Seed = Annotated[int, Between(0, SEEDS - 1)]
SampleIndex = Annotated[int, Between(0, lambda given: len(fashion_sample()) - 1)]  # of a shipped test image


@dataclass(frozen=True)
class OneOf:
    """One of some words or numbers."""

    options: Collection[Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        def check(value: Any) -> Any:
            if (option := self.find(value)) is None:
                raise wanted(f"one of {', '.join(map(str, self.options))}", value)
            return option

        return core_schema.no_info_plain_validator_function(check)

    def find(self, value: Any) -> Any | None:
        """The option that a value is, or None. What cannot be hashed may be given, and True is no 1."""
        return next((option for option in self.options if type(value) is type(option) and value == option), None)


@dataclass(frozen=True)
class Wanted:
    """Says what a value of the annotated type must be, whatever is wrong with it."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        def check(value: Any, inner: Callable[[Any], Any]) -> Any:
            try:
                return inner(value)
            except ValidationError:
                raise wanted(self.what, value) from None

        return core_schema.no_info_wrap_validator_function(check, handler(source))


Flag = Annotated[bool, Strict(), Wanted("true or false")]


@dataclass(frozen=True)
class ListOf:
    """A list with one of some lengths, of values of the annotated tuple's type."""

    lengths: Collection[int] | Callable[[Given], Collection[int]]
    what: str  # they are, in words

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        def check(value: Any, inner: Callable[[Any], Any], info: ValidationInfo) -> Any:
            lengths = sorted(resolved(self.lengths, info))
            count = f"{lengths[0]} to {lengths[-1]}" if len(lengths) > 2 else " or ".join(map(str, lengths))
            if not isinstance(value, list) or len(value) not in lengths:
                raise wanted(f"a list of {count} {self.what}", value)
            return inner(value)

        return core_schema.with_info_wrap_validator_function(check, handler(source))


Box = Annotated[tuple[Annotated[float, Between(0, 1)], ...], ListOf(range(4, 5), "numbers from 0 to 1")]


@dataclass(frozen=True)
class Named:
    """A model given by name, found by a function of the app's services and the name."""

    find: Callable[["Services", Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(lambda name, info: self.find(info.context, name))


@dataclass(frozen=True)
class Pixels:
    """A uint8 array of a shape, sent as base64 of its bytes."""

    shape: tuple[int, ...] | Callable[[Given], tuple[int, ...]] = (28, 28)

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            lambda text, info: from_base64(text, resolved(self.shape, info))
        )


@dataclass(frozen=True)
class Marks(Pixels):
    """The same, of a few values only."""

    values: tuple[int, ...] = (0, 1)

    def __get_pydantic_core_schema__(self, source: Any, handler: Handler) -> CoreSchema:
        def check(text: Any, info: ValidationInfo) -> np.ndarray:
            marks = from_base64(text, resolved(self.shape, info))
            if not np.isin(marks, self.values).all():
                raise ValueError(f"{info.field_name} must hold bytes of {', '.join(map(str, self.values))} only")
            return marks

        return core_schema.with_info_plain_validator_function(check)


@dataclass(frozen=True)
class Upload:
    """A picture file that the page sent in base64; it is unpacked in a thread, because it may be large."""

    text: str

    def content(self) -> bytes:
        """The file.

        Raises:
            ImageError: If it is not whole.
        """
        try:
            return base64.b64decode(self.text, validate=True)
        except ValueError:
            raise ImageError("The picture did not arrive whole. Try again.") from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Handler) -> CoreSchema:
        def check(text: Any) -> Upload:
            if not isinstance(text, str) or len(text) > MAX_BYTES * 4 / 3 + 4:
                raise ImageError(f"Send one picture of at most {MAX_BYTES / 1e6:.0f} MB.")
            return cls(text)

        return core_schema.no_info_plain_validator_function(check)


def from_base64(text: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The uint8 array that the page sent.

    Raises:
        ValueError: If it is not base64 of exactly that many bytes.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise ValueError(f"expected the pixels in base64, got {shown(text)}") from error
    if len(raw) != int(np.prod(shape)):
        raise ValueError(f"expected {int(np.prod(shape))} pixels ({' x '.join(map(str, shape))}), got {len(raw)}")
    return np.frombuffer(raw, np.uint8).reshape(shape)
