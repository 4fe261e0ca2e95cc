"""What lives as long as the app: every thread, every cache, the models, and what belongs to sessions."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol

from core.serving.batcher import Batcher
from core.serving.jobs import JobPool
from core.serving.limits import PICTURES_AT_ONCE
from demos.server.added_models.session_models import SessionModels
from demos.server.classifier import Classifier
from demos.server.decoder import Decoder
from demos.server.models import Models
from demos.server.rooms.rooms import Rooms
from demos.server.sessions import LostSessions


class SessionRuns(Protocol):
    """Live training runs, as far as Services must know them."""

    def close(self, session: str) -> None:
        """End the run of a session."""

    def close_all(self) -> None:
        """End every run."""


class Services:
    """Made by build_app() and given to every tab; a test or a tab alone makes its own.

    Nothing here starts a thread before it is used.

    Args:
        live_runs: Of Train live, in processes of their own.
        weights: Folders with checkpoints beside the shipped ones.
    """

    def __init__(self, live_runs: SessionRuns | None = None, weights: Sequence[Path] = ()) -> None:
        self.batcher = Batcher()  # the one thread that runs networks for visitors who wait
        # reads uploads; few at once, since one may take 200 MB
        self.picture_threads = ThreadPoolExecutor(PICTURES_AT_ONCE, thread_name_prefix="pictures")
        self.code_jobs = JobPool(workers=1, waiting=24)  # codes fitted to new pictures
        self.feature_jobs = JobPool(workers=1)  # features and their PCA, wanted at once
        self.tsne_jobs = JobPool(workers=2, waiting=24)
        self.decoding_jobs = JobPool(workers=1, waiting=48, cached=256)  # of auto-decoders, some 100 kB each
        self.fit_jobs = JobPool(workers=1, waiting=24, cached=64)  # fits that a visitor watches
        self.layout_jobs = JobPool(workers=1)  # t-SNE of the auto-decoders' codes
        self.walk_jobs = JobPool(workers=1, waiting=32)  # through the GAN's codes
        self.gan_jobs = JobPool(workers=2)  # scores and neighbours, computed once for all visitors
        self.flow_jobs = JobPool(workers=2, waiting=64, cached=96)  # paths of Diffusion, some 300 kB each
        kinds = {"activations": Classifier, "decode": partial(Decoder, jobs=self.code_jobs)}
        self.models = Models(self.batcher, kinds, weights)
        self.session_models = SessionModels(self.models)
        self.lost_sessions = LostSessions(self.session_models.end_session)
        self.live_runs = live_runs
        self.rooms = Rooms()

    def lose_session(self, session: str) -> None:
        """The connection to a visitor's page broke: free its models unless the page is heard of again in time.

        Its live run ends after as long a silence of itself.
        """
        self.lost_sessions.add(session)

    def hear(self, session: str) -> None:
        """A visitor's page is there."""
        self.lost_sessions.hear(session)

    def end_session(self, session: str) -> None:
        """Free everything that belongs to one session."""
        self.session_models.end_session(session)
        if self.live_runs:
            self.live_runs.close(session)

    def close(self) -> None:
        """End what would outlive the process."""
        if self.live_runs:
            self.live_runs.close_all()
        self.session_models.close()
