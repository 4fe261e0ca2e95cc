"""The matrices by which a page moves on a map and along its sliders with the decoder in the visitor's browser."""

import asyncio

import numpy as np

from demos.latent_map.compute import (
    STEPS,
    divergences,
    latent_axes,
    latent_map,
    pca_of_pictures,
    reach,
    spread_of_codes,
)
from demos.latent_map.handlers import DECIMALS, MapRequest
from demos.server.decoder import Decoder
from demos.server.services import Services
from demos.ui.images import pack_floats


async def load_geometry(services: Services, request: MapRequest) -> dict:
    """What decode(), reconstruct() and the others compute with, besides the networks: tables of float32."""
    classifier = services.models.classifier_of(request.decoder)
    tables = await asyncio.to_thread(_tables, request.decoder, request.kind)
    axes = latent_axes(request.decoder)
    return {
        "tables": {name: pack_floats(table) for name, table in tables.items()},
        "reach": reach(request.decoder, request.kind),
        "low": axes.low.tolist(),
        "high": axes.high.tolist(),
        "steps": STEPS,
        "decimals": DECIMALS,
        "kl_weight": request.decoder.card.recipe.get("kl_weight", 1.0),
        "classifier": classifier.name if classifier else None,
    }


def _tables(decoder: Decoder, kind: str) -> dict[str, np.ndarray]:
    """By name: PCA's `plane` or the `points` of a t-SNE map; each slider's way in `axes` from `origin`; the
    distribution that `draw` draws from; PCA of the `images`; a VAE's `nats`. A first row is a mean.
    """
    plane, axes, pictures = latent_map(decoder, kind), latent_axes(decoder), pca_of_pictures(decoder)
    mean, factor = spread_of_codes(decoder)
    tables = {"axes": np.vstack([axes.origin, axes.directions]), "draw": np.vstack([mean, factor.T])}
    if kind == "PCA":
        tables["plane"] = plane.affine
    else:
        tables["points"] = plane.points
    if pictures is not None:
        tables["images"] = np.vstack([pictures.mean_, pictures.components_])
    if decoder.architecture.family == "vae":
        tables["nats"] = divergences(decoder)
    return tables
