"""Makes cross-batch-memory.json: pip install torch pytorch-metric-learning==2.9.0; python cross-batch-memory.py

CrossBatchMemory around SupConLoss and NTXentLoss, in float64: some earlier batches, then one whose
loss, terms and gradients are stored. Inputs are multiples of 2^-10, which Float32 holds too.
"""

import json
import os

import torch
from pytorch_metric_learning import losses
from pytorch_metric_learning.reducers import DoNothingReducer

# name, batch size, dimension, earlier batches, capacity, classes, temperature, how rows are made
CASES = [
    ("filling", 4, 3, 1, 20, 3, 0.1, "random"),
    ("full", 4, 3, 4, 20, 4, 0.1, "random"),
    ("wrapped", 5, 4, 6, 13, 4, 0.2, "random"),
    ("barely-larger-than-a-batch", 6, 3, 2, 7, 3, 0.1, "random"),
    ("many-classes", 7, 5, 5, 30, 23, 0.1, "random"),
    ("warm", 5, 2, 3, 15, 3, 1.0, "random"),
    ("hot", 6, 8, 3, 18, 4, 10.0, "random"),
    ("cold", 6, 4, 4, 17, 5, 0.05, "random"),
    ("near-their-class", 6, 4, 5, 32, 4, 0.1, "clustered"),
    ("equal-rows", 4, 3, 3, 12, 2, 0.07, "equal"),
]


def rows(kind, labels, d, generator):
    """Rows of lengths other than 1."""
    noise = torch.randn(len(labels), d, generator=generator, dtype=torch.float64)
    if kind == "equal":
        noise = noise[:1].expand(len(labels), d)
    if kind == "clustered":
        centres = torch.randn(100, d, generator=generator, dtype=torch.float64)
        noise = 2 * centres[labels] + noise
    return torch.round(noise * 1024) / 1024


def case(name, kind_of_loss, size, d, batches, capacity, classes, temperature, kind, seed):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(classes, ((batches + 1) * size,), generator=generator)
    everything = rows(kind, labels, d, generator)
    tau = torch.tensor(temperature, dtype=torch.float64, requires_grad=True)
    make = losses.SupConLoss if kind_of_loss == "supcon" else losses.NTXentLoss

    def run(reducer):
        arguments = {} if reducer is None else {"reducer": reducer}
        memory = losses.CrossBatchMemory(
            make(temperature=tau, **arguments), embedding_size=d, memory_size=capacity
        )
        for start in range(0, batches * size, size):
            memory(everything[start : start + size], labels[start : start + size])
        return memory(last, labels[-size:])

    last = everything[-size:].clone().requires_grad_()
    loss = run(None)
    loss.backward()
    terms = run(DoNothingReducer())["loss"]["losses"].tolist()
    return {
        "name": f"{kind_of_loss}-{name}-{size}x{d}-t{temperature:g}",
        "inputs": {
            "embeddings": last.tolist(),
            "labels": labels[-size:].tolist(),
            "earlier": everything[:-size].tolist(),
            "earlierLabels": labels[:-size].tolist(),
        },
        "parameters": {"loss": kind_of_loss, "capacity": capacity, "temperature": temperature},
        "expected": {
            "loss": loss.item(),
            "perQuery": terms,
            "gradients": {"embeddings": last.grad.tolist(), "temperature": tau.grad.item()},
            # Where terms cancel, their size: slopes of up to 1/tau by logits of up to 1/tau.
            "sizes": {
                "loss": max(abs(loss.item()), 1e-3),
                "embeddings": max(last.grad.abs().max().item(), 0.01 / temperature),
                "temperature": max(abs(tau.grad.item()), 1 / temperature**2),
            },
        },
        "oracle": "package",
    }


cases = [
    case(name, loss, *shape, seed=seed)
    for loss in ("supcon", "nt-xent-pairs")
    for seed, (name, *shape) in enumerate(CASES)
]
os.chdir(os.path.dirname(os.path.abspath(__file__)))
with open("cross-batch-memory.json", "w") as file:
    source = "pytorch-metric-learning 2.9.0 CrossBatchMemory"
    json.dump({"loss": "cross-batch-memory", "source": source, "cases": cases}, file)
