"""The gallery in a classifier's features, for a page that compares pictures itself."""

from demos.gan.handlers import GanRequest
from demos.server.models import CLASSIFIER
from demos.server.services import Services
from demos.ui.images import pack_floats
from demos.ui.nearest import feature_space


async def load_features(services: Services, request: GanRequest) -> dict:
    """What compare() computes with, tables of float32: the gallery's features, and how far each is from the nearest.

    Without a classifier of such pictures there are none.
    """
    if (classifier := services.models.classifier_of(request.gan, CLASSIFIER)) is None:
        return {"tables": {}}
    space = await services.gan_jobs.result(feature_space, classifier)
    tables = {"points": space.points, "typical": space.typical}
    return {"tables": {name: pack_floats(table) for name, table in tables.items()}}
