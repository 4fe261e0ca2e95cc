"""Where a learning curve is not what the course report shows: what the report says, what is here, and why."""

_TEACHER = (
    "Here the training loss stays above the held-out one: its targets are mixed with a teacher's "
    "predictions, whose uncertainty no network can undercut."
)
_HEADS = (
    "The report has one matrix, of an encoder that was frozen and then briefly fine-tuned (86.41 %). Here"
    " are both: frozen and fine-tuned, in percent of each true class. "
)

CONTRASTS = {
    "ad": (
        "The report's loss falls from about 0.9 to 0.06 in 100 epochs. Here it is the mean squared error, "
        "another unit, and 8 epochs suffice, because every code starts at a linear guess. In the report's "
        "unit it ends at 0.050."
    ),
    "vad-gaussian": (
        "The report trained 100 epochs with both terms and 100 more without the KL divergence. Here the "
        "divergence counts to the end, so that codes stay where the prior is drawn from. The total falls; the"
        " held-out error rises after epoch 3, because codes near the prior fit an image less exactly."
    ),
    "cae-27": (
        "The report stopped when the held-out loss had not fallen for 4 epochs. Here all 100 were run, "
        "because the learning rate falls to zero in the last one: the held-out loss is lowest there."
    ),
    "cae-4-classifier": f"The report saw a little overfitting. {_TEACHER}",
    "cae-27-classifier": _HEADS + _TEACHER,
    "cae-27-classifier-frozen": _HEADS + _TEACHER,
    "vae-faces-256": (
        "The report's losses fall fast from random weights and are lowest, held out, in epoch 45. This curve "
        "starts from the weights of an earlier run, so the first fall is missing, and its last epoch is the "
        "best."
    ),
    "denoiser-cae": (
        "The report's network met both kinds of noise at once and failed on other pictures. This one also met"
        " each kind alone, and clean images, so it copes with all four. denoiser-cae-both met both at once and"
        " nothing else, like the report's."
    ),
    "classifier-resnet": (
        "The report's network overfits: its held-out loss is lowest in epoch 31 of 100. This is a second run "
        "from trained weights, on shifted and mirrored pictures with softened labels, so the training loss "
        "lies above the held-out one. Classify shows a run from scratch, which overfits, under Training."
    ),
    "classifier-fashionnet": (
        f"The report's curve is of a plain run, such as Classify shows under Training. {_TEACHER}"
    ),
}
