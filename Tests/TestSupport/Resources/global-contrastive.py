"""Makes global-contrastive.json:

    pip install torch==2.15.0 && pip install --no-deps libauc==2.0.1
    git clone https://github.com/Optimization-AI/fast_clip && git -C fast_clip checkout 6dcaa93
    python global-contrastive.py fast_clip/src

Several steps of LibAUC's and of FastCLIP's losses over one data set, in float64: the code's own averages (as logarithms),
gradients and temperatures after every step. LibAUC takes a batch for visited once one of its samples is, so that its
batches here are all of new samples or all of known ones. FastCLIP's has one process, whose features are the remote ones
too, as constants. Inputs are multiples of 2^-10, which Float32 holds too.
"""

import importlib.util
import json
import math
import os
import random
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = 10


def module(name, path):
    """A file as a module, without the package around it."""
    spec = importlib.util.spec_from_file_location(name, path)
    result = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(result)
    return result


folder = importlib.util.find_spec("libauc").submodule_search_locations[0]
libauc = module("libauc_contrastive", os.path.join(folder, "losses", "contrastive.py"))
fast_clip = module("fast_clip_loss", os.path.join(sys.argv[1], "fast_clip", "loss.py"))
KNOWN_OR_NEW = [[0, 3, 4, 7, 9], [1, 2, 5, 6, 8], [3, 1, 8, 0], [9, 2, 7, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]
MIXED = [[3, 0, 7, 4], [0, 1, 2, 3, 4, 5, 6], [9, 3], [7, 4, 1, 8, 0, 2, 5, 3], [9, 8, 7, 6, 5]]


def rows(count, generator):
    return [[round(generator.gauss(0, 1) * 1024) / 1024 for _ in range(5)] for _ in range(count)]


def batches(indices, seed):
    generator = random.Random(seed)
    result = []
    for own in indices:
        images, noise = rows(len(own), generator), rows(len(own), generator)
        texts = [[x + round(716 * e) / 1024 for x, e in zip(*pair)] for pair in zip(images, noise)]
        result.append((own, images, texts))
    return result


def column(x):
    return x.reshape(-1).tolist()


def logs(u, bounds=None):
    """log u, null of what was not visited."""
    bounds = torch.zeros_like(u) if bounds is None else bounds
    return [math.log(a) + b if a > 0 else None for a, b in zip(column(u), column(bounds))]


def run(name, source, parameters, indices, seed, step):
    steps = []
    for own, images, texts in batches(indices, seed):
        raw = [torch.tensor(x, requires_grad=True) for x in [images, texts]]
        expected = step(torch.tensor(own), *[F.normalize(x) for x in raw])
        assert all(x is None or x > -46 for x in expected["logImages"] + expected["logTexts"]), "clamped"
        if "slopes" not in expected:
            expected["gradients"] = {n: x.grad.tolist() for n, x in zip(["images", "texts"], raw)}
        steps.append({"indices": own, "images": images, "texts": texts, "expected": expected})
    return {"name": name, "source": source, "parameters": parameters, "steps": steps}


def of_libauc(name, seed, tau, gamma, scheme, **options):
    loss = libauc.GCLoss_v2(N=SAMPLES, tau=tau, gamma=gamma, temperature_scheme=scheme, **options)

    def step(indices, images, texts):
        value, _ = loss(images, texts, indices)
        value.backward()
        expected = {"logImages": logs(loss.u1, loss.b1), "logTexts": logs(loss.u2, loss.b2)}
        if scheme == "individual_learnable":
            expected["temperatures"] = {
                "images": column(loss.learnable_tau_img), "texts": column(loss.learnable_tau_txt)}
        return expected

    parameters = {"temperature": tau, "gamma": gamma, **options}
    return run(name, "libauc 2.0.1 GCLoss_v2", parameters, KNOWN_OR_NEW, seed, step)


def of_views(name, seed, tau, gamma, **options):
    loss = libauc.GCLoss_v1(N=SAMPLES, tau=tau, gamma=gamma, **options)

    def step(indices, one, other):
        loss(one, other, indices).backward()
        expected = {"logImages": logs(loss.u), "logTexts": logs(loss.u)}
        if options:
            own = column(loss.learnable_tau)
            expected["temperatures"] = {"images": own, "texts": own}
        return expected

    parameters = {"temperature": tau, "gamma": gamma, **{k: float(v) for k, v in options.items()}}
    return run(name, "libauc 2.0.1 GCLoss_v1", parameters, KNOWN_OR_NEW, seed, step)


def of_fast_clip(name, seed, tau, gamma, rho, multiply_tau):
    loss = fast_clip.FastCLIPLoss(
        SAMPLES, gamma, gamma_decay_epochs=1, rho=rho, multiply_tau=multiply_tau, eps=0.0,
        device=torch.device("cpu"))
    loss.adjust_hyperparams(1)

    def step(indices, images, texts):
        temperature = torch.tensor(tau, requires_grad=True)
        features, remote = (images, texts), (images.detach(), texts.detach())
        local = loss.local(features, (indices, indices), remote, 1 / temperature, 0)
        value = loss(features, remote, local[2:4], local[4:6], local[:2], local[2:4], 1 / temperature, 0)
        value.backward()
        return {
            "logImages": logs(loss.u_im), "logTexts": logs(loss.u_tt),
            "temperature": float(temperature.grad)}

    parameters = {"temperature": tau, "gamma": gamma}
    if multiply_tau:
        parameters["rho"] = rho
    return run(name, "Optimization-AI/fast_clip@6dcaa93 FastCLIPLoss", parameters, MIXED, seed, step)


class Individual(fast_clip.FastCLIPLossIndividual):
    def get_lr_tau(self, tau):
        """That the code at this commit calls, and does not have."""
        return self.lr_tau


def of_individual(name, seed, tau, gamma, rho):
    loss = Individual(
        SAMPLES, tau, 0.0, gamma=gamma, gamma_decay_epochs=1, rho=rho, eps=0.0,
        device=torch.device("cpu"))
    # Averages of later epochs, and slopes that are not averaged, as in the first.
    loss.adjust_gamma(1)

    def step(indices, images, texts):
        features, remote = (images, texts), (images.detach(), texts.detach())
        loss.local(features, (indices, indices), remote, 0)
        return {
            "logImages": logs(loss.u_im, loss.bound_im), "logTexts": logs(loss.u_tt, loss.bound_tt),
            "slopes": [column(x[indices]) for x in [loss.m_grad_tau_im, loss.m_grad_tau_tt]]}

    parameters = {"temperature": tau, "gamma": gamma, "rho": rho}
    return run(
        name, "Optimization-AI/fast_clip@6dcaa93 FastCLIPLossIndividual", parameters, MIXED, seed, step)


cases = [
    of_libauc("libauc-sogclr", 1, 0.1, 0.6, "global_constant"),
    of_libauc("libauc-sogclr-cold", 2, 0.04, 0.9, "global_constant"),
    of_libauc(
        "libauc-isogclr", 3, 0.1, 0.6, "individual_learnable", rho=1.0, eta=0.02, beta=0.7, tau_min=0.08,
        tau_max=0.13),
    of_views("views-sogclr", 8, 0.2, 0.6),
    of_views(
        "views-isogclr", 9, 0.2, 0.6, enable_isogclr=True, rho=0.3, eta=0.02, beta=0.7, tau_min=0.18, tau_max=0.23),
    of_fast_clip("fastclip-v1-v3", 4, 0.2, 0.6, 0.5, True),
    of_fast_clip("fastclip-v1-v3-cold", 5, 0.05, 0.3, 8.0, True),
    of_fast_clip("fastclip-v0", 6, 0.2, 0.6, 0.0, False),
    of_individual("fastclip-v2", 7, 0.2, 0.6, 0.5),
]
with open(os.path.join(HERE, "global-contrastive.json"), "w") as file:
    json.dump(
        {
            "loss": "global-contrastive",
            "definition": "SogCLR, iSogCLR and FastCLIP over several steps of one data set of ten samples",
            "source": "libauc 2.0.1, Optimization-AI/fast_clip@6dcaa93", "cases": cases}, file)
    file.write("\n")
