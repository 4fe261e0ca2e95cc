"""The types of a request's values: what is let in, and the sentence for what is not."""

import base64
import math
from typing import Annotated

import numpy as np
import pytest
from pydantic import Field, ValidationError

from demos.server.services import Services
from demos.ui.fields import Between, Flag, ListOf, Named, OneOf, Pixels, Request, Upload, Wanted, parse


def _name(services, value):
    if value != "known":
        raise ValueError(f"no thing {value!r}; there are: known")
    return services


class Sample(Request):
    share: Annotated[float, Between(-0.5, 1.5)] = 0.5
    count: Annotated[int, Between(1, 9)] = 3
    fewer: Annotated[int, Between(0, lambda given: given["count"])] = 0
    numbers: Annotated[tuple[Annotated[int, Between(0, 9)], ...], ListOf(lambda given: {given["count"]}, "numbers")] = (
        Field(default_factory=lambda: [1, 2, 3])
    )
    word: Annotated[str, OneOf(("left", "right"))] = "left"
    thing: Annotated[Services, Named(_name)] = "known"
    pixels: Annotated[np.ndarray, Pixels((2, 3))] = base64.b64encode(bytes(6)).decode()
    flag: Flag = False
    named: Annotated[dict[str, int], Wanted("an object of whole numbers")] = Field(default_factory=dict)


class Strict(Request):
    count: Annotated[int, Between(1, 9)]


@pytest.fixture(scope="module")
def services():
    return Services()


def test_a_valid_value_has_the_declared_type(services):
    request = parse(Sample, {"share": 1, "count": 2.0, "numbers": [4, 5.0], "unknown": 7}, services)
    assert (request.share, request.count, request.numbers) == (1.0, 2, (4, 5))
    assert type(request.count) is int
    assert request.thing is services
    assert request.pixels.shape == (2, 3)
    with pytest.raises(ValidationError, match="frozen"):
        request.count = 4


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"share": 1.51}, "share must be a number from -0.5 to 1.5, got 1.51"),
        ({"share": math.nan}, "share must be a number from -0.5 to 1.5, got nan"),
        ({"share": True}, "share must be a number from -0.5 to 1.5, got True"),
        ({"share": "1"}, "share must be a number from -0.5 to 1.5, got '1'"),
        ({"count": 1.5}, "count must be a whole number from 1 to 9, got 1.5"),
        ({"count": 10**400}, "count must be a whole number from 1 to 9, got 100000000000000000...0000000000000000000"),
        ({"count": 2, "fewer": 3}, "fewer must be a whole number from 0 to 2, got 3"),
        ({"count": "x", "fewer": 1}, "count must be a whole number from 1 to 9, got 'x'"),
        ({"numbers": [1]}, "numbers must be a list of 3 numbers, got [1]"),
        ({"numbers": [1, 2, "3"]}, "numbers[2] must be a whole number from 0 to 9, got '3'"),
        ({"word": ["left"]}, "word must be one of left, right, got ['left']"),
        ({"thing": 5}, "no thing 5; there are: known"),
        ({"pixels": "?"}, "expected the pixels in base64, got '?'"),
        ({"pixels": "AAAA"}, "expected 6 pixels (2 x 3), got 3"),
        ({"flag": 1}, "flag must be true or false, got 1"),
        ({"named": {"a": "b"}}, "named must be an object of whole numbers, got {'a': 'b'}"),
        ([], "expected an object of named values, got list"),
        (None, "expected an object of named values, got NoneType"),
    ],
)
def test_an_invalid_value_is_explained_in_one_sentence(services, given, sentence):
    with pytest.raises(ValueError, match=r"^.+$") as error:
        parse(Sample, given, services)
    assert str(error.value) == sentence


def test_a_missing_value_is_explained_like_an_invalid_one(services):
    with pytest.raises(ValueError, match="count must be a whole number from 1 to 9, got None"):
        parse(Strict, {}, services)


def test_an_upload_is_unpacked_when_it_is_read(services):
    class WithFile(Request):
        file: Upload

    assert parse(WithFile, {"file": base64.b64encode(b"abc").decode()}, services).file.content() == b"abc"
    with pytest.raises(ValueError, match="did not arrive whole"):
        parse(WithFile, {"file": "%"}, services).file.content()
    for wrong in (None, 7, "A" * 40_000_000):
        with pytest.raises(ValueError, match="Send one picture of at most 20 MB"):
            parse(WithFile, {"file": wrong}, services)
