"""Noise: as functions, as kinds with their parameters, and what denoisers reach on each."""

from core.noise.functions import box, gaussian, one_noise, poisson, salt_and_pepper, speckle, training_noise

__all__ = ["box", "gaussian", "one_noise", "poisson", "salt_and_pepper", "speckle", "training_noise"]
