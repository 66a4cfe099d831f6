"""Makes optimizers.json beside it, PyTorch's own steps in float64: pip install torch; python make.py"""

import json
import os

import torch

os.chdir(os.path.dirname(os.path.abspath(__file__)))
torch.manual_seed(5)

CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.1)),
    "sgd-momentum": (torch.optim.SGD, dict(lr=0.03, momentum=0.9)),
    "sgd-decay": (torch.optim.SGD, dict(lr=0.03, momentum=0.9, weight_decay=0.01)),
    "sgd-nesterov": (
        torch.optim.SGD, dict(lr=0.03, momentum=0.9, weight_decay=0.01, nesterov=True)),
    "adam": (torch.optim.Adam, dict(lr=5e-4)),
    "adam-decay": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
    "adamw": (torch.optim.AdamW, dict(lr=1e-3)),
    "adamw-clip": (
        torch.optim.AdamW, dict(lr=0.01, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.2)),
}

cases = []
for name, (kind, options) in CASES.items():
    start = torch.randn(2, 3, dtype=torch.float64)
    # Of very different sizes, and an element that never has any: Adam divides by their root.
    gradients = torch.randn(6, 2, 3, dtype=torch.float64) * 10 ** torch.linspace(-6, 3, 6).view(
        6, 1, 1).to(torch.float64)
    gradients[:, 0, 1] = 0
    parameter = torch.nn.Parameter(start.clone())
    optimizer = kind([parameter], **options)
    steps = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        steps.append(parameter.detach().tolist())
    cases.append({
        "name": name, "kind": kind.__name__, "options": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in options.items()
        },
        "start": start.tolist(), "gradients": gradients.tolist(), "steps": steps,
    })

with open("optimizers.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "cases": cases}, file, indent=1)
    file.write("\n")
