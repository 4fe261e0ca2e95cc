"""The maps of Auto-decoder as web pages of their own."""

import asyncio

from demos.autodecoder.compute import Layout, layout
from demos.autodecoder.handlers import DecoderRequest
from demos.server.decoder import Decoder
from demos.server.services import Services
from demos.ui.datasets import describe_dataset
from demos.ui.standalone_page import PageMap, standalone_page


async def make_page(services: Services, request: DecoderRequest) -> dict:
    """A model's map of codes as a web page of its own, which lacks only plotly's script."""
    flat: Layout = await services.layout_jobs.result(layout, request.decoder)
    return {"page": await asyncio.to_thread(_page, request.decoder, flat)}


def _page(decoder: Decoder, flat: Layout) -> str:
    sample, dataset = decoder.sample, describe_dataset(decoder.dataset)
    labels, classes = sample.labels.numpy(), dataset["classes"]
    pairs = zip(labels, sample.index.tolist(), strict=True)
    return standalone_page(
        PageMap(
            title=f"Codes of {decoder.name}, t-SNE", points=flat.points, labels=labels, classes=classes,
            colors=dataset["colors"], names=[f"{classes[k]}, test image {number}" for k, number in pairs],
            pictures=decoder.pictures,
        )
    )  # fmt: skip
