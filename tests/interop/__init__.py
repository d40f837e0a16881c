"""PyTorch and the libraries around it.

Some of these import torchvision. That of PyPI is built for CUDA: beside a PyTorch for CPUs its
operators do not load, and it cannot be imported until those are defined that it adds to.
"""

from importlib import import_module

import torch

try:
    import_module("torchvision")
except RuntimeError:
    for name in ("nms", "qnms"):
        torch.library.define(
            f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        )
