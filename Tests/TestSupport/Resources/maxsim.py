"""Makes maxsim-clip.json and maxsim-distillation.json:

    pip install torch==2.15.0 sentence-transformers==6.2.0 && pip install --no-deps pylate==1.6.0
    python maxsim.py

The numbers are the packages' own, in float64: their cast of scores to float32 is kept off. Where several apply they are
compared here, and have to agree. A case of one candidate, which sentence-transformers refuses, is 0. Inputs are
multiples of 2^-10, which Float32 holds too; those of maxsim-clip are those of maxsim-info-nce.
"""

import importlib
import json
import os
import random
import sys
import types

import torch
import torch.nn.functional as F
from sentence_transformers.multi_vector_encoder.losses import MultiVectorDistillKLDivLoss
from sentence_transformers.sentence_transformer.losses import DistillKLDivLoss
from sentence_transformers.util import pairwise_cos_sim
from sentence_transformers.util.similarity import maxsim

torch.set_default_dtype(torch.float64)
torch.Tensor.float = lambda self: self
HERE = os.path.dirname(os.path.abspath(__file__))


def pylate_loss():
    """pylate's loss without its encoders, which want packages that it does not need."""
    folder = importlib.util.find_spec("pylate").submodule_search_locations[0]
    for name in ["pylate", "pylate.losses", "pylate.models", "pylate.scores", "pylate.utils"]:
        module = types.ModuleType(name)
        module.__path__ = [os.path.join(folder, *name.split(".")[1:])]
        sys.modules[name] = module

    class ColBERT:
        @staticmethod
        def skiplist_mask(input_ids, skiplist):
            return torch.ones_like(input_ids, dtype=torch.bool)

    sys.modules["pylate.models"].ColBERT = ColBERT
    for name in ["all_gather", "all_gather_with_gradients", "get_rank", "get_world_size"]:
        setattr(sys.modules["pylate.utils"], name, None)
    scores = importlib.import_module("pylate.scores.colbert")
    sys.modules["pylate.scores"].ColBERTScores = scores.ColBERTScores
    sys.modules["pylate.scores"].colbert_kd_scores = scores.colbert_kd_scores
    return importlib.import_module("pylate.losses.distillation").Distillation


class Tokens(torch.nn.Module):
    """A model that gives back the tokens it is given."""

    skiplist = []
    do_query_expansion = False

    def forward(self, features, **_):
        return features


def features(tokens, mask):
    return {
        "token_embeddings": tokens, "attention_mask": mask,
        "input_ids": torch.zeros(mask.shape, dtype=torch.long)}


def mask_of(lengths, width):
    return torch.arange(width)[None, :] < torch.tensor(lengths)[:, None]


def unit(x):
    """As F.normalize, but for zero rows, whose derivative it has as 1e12."""
    length = x.norm(dim=-1, keepdim=True)
    return torch.where(length > 0, x / length.clamp(min=1e-300), torch.zeros_like(x))


def leaf(x):
    return torch.tensor(x, requires_grad=True)


def largest(x):
    return float(x.abs().max()) if x.numel() else 0.0


def longest_row(x):
    return float(x.detach().norm(dim=-1).max())


def clip(case):
    inputs = {k: case["inputs"][k] for k in ["queries", "documents", "queryLengths", "documentLengths"]}
    queries, documents = leaf(inputs["queries"]), leaf(inputs["documents"])
    scale = leaf(case["parameters"]["scale"])
    masks = [mask_of(inputs[n + "Lengths"], x.shape[1]) for n, x in [("query", queries), ("document", documents)]]
    scores = scale * maxsim(unit(queries), unit(documents), *masks)
    labels = torch.arange(len(queries))
    terms = [F.cross_entropy(s, labels, reduction="none") for s in [scores, scores.T]]
    loss = sum(F.cross_entropy(s, labels) for s in [scores, scores.T]) / 2
    loss.backward()
    n, s = len(queries), float(scale)
    tokens = max(inputs["queryLengths"])
    return {
        "name": case["name"], "inputs": inputs, "parameters": {"scale": s},
        "sharpness": case["sharpness"],
        "source": "torch 2.15.0 cross_entropy of sentence-transformers 6.2.0 maxsim",
        "expected": {
            "loss": float(loss), "perQuery": ((terms[0] + terms[1]) / 2).tolist(),
            "gradients": {
                "queries": queries.grad.tolist(), "documents": documents.grad.tolist(),
                "scale": float(scale.grad)},
            "sizes": {
                "loss": max(float(loss), 1e-3),
                "queries": max(largest(queries.grad), s / (n * longest_row(queries))),
                "documents": max(largest(documents.grad), s / (n * longest_row(documents))),
                "scale": max(abs(float(scale.grad)), tokens / n)}}}


def distillation(name, n, k, d, lengths, temperature, teacher, kind, seed, Pylate):
    generator = random.Random(seed)

    def number(scale=1.0):
        return round(generator.gauss(0, 1) * 1024) * scale / 1024

    in_batch = kind == "in-batch"
    count = k if in_batch else n * k
    width = (max(lengths[0]), max(lengths[1]))
    norms = [2.0 ** (3 * (i % 6) - 8) if kind == "wild" else 1.0 for i in range(max(n, count))]
    queries = [[[number(norms[i]) for _ in range(d)] for _ in range(width[0])] for i in range(n)]
    documents = [[[number(norms[i]) for _ in range(d)] for _ in range(width[1])] for i in range(count)]
    query_lengths = [lengths[0][i % len(lengths[0])] for i in range(n)]
    document_lengths = [lengths[1][i % len(lengths[1])] for i in range(count)]
    if kind == "zero-token":
        queries[0][0] = documents[1][0] = [0.0] * d
    if kind == "equal":
        documents = [documents[0]] * count
        document_lengths = [document_lengths[0]] * count
    scores = [[number() for _ in range(k)] for _ in range(n)]
    inputs = {
        "queries": queries, "documents": documents, "queryLengths": query_lengths,
        "documentLengths": document_lengths, "teacherScores": scores}
    q, docs, tau = leaf(queries), leaf(documents), leaf(temperature)
    labels = torch.tensor(scores)
    masks = mask_of(query_lengths, width[0]), mask_of(document_lengths, width[1])

    def columns(tokens, mask, rows):
        """The candidates of some queries, a column of them after another."""
        places = [[j if in_batch else i * k + j for i in rows] for j in range(k)]
        return [features(tokens[p], mask[p]) for p in places]

    def value(rows, t):
        if k == 1:
            return 0 * (q.sum() + docs.sum() + t)
        model = MultiVectorDistillKLDivLoss(Tokens(), temperature=1.0)
        # A temperature that has a derivative.
        model.student_temperature = t
        model.teacher_temperature = t if teacher is None else teacher
        own = [features(unit(q)[rows], masks[0][rows])] + columns(unit(docs), masks[1], rows)
        return model(own, labels[rows])

    every = list(range(n))
    loss = value(every, tau)
    loss.backward()
    terms = [float(value([i], tau.detach())) for i in every]
    assert abs(sum(terms) / n - float(loss)) < 1e-13
    source = "sentence-transformers 6.2.0 MultiVectorDistillKLDivLoss"
    if k == 1:
        source = "closed form, 0: sentence-transformers 6.2.0 takes no single candidate"
    elif width == (1, 1):
        vectors = DistillKLDivLoss(
            None, similarity_fct=pairwise_cos_sim, student_temperature=temperature,
            teacher_temperature=temperature if teacher is None else teacher)
        candidates = [c["token_embeddings"][:, 0] for c in columns(docs, masks[1], every)]
        other = vectors.compute_loss_from_embeddings([q[:, 0]] + candidates, labels)
        assert abs(float(other) - float(loss)) < 1e-13, (float(other), float(loss))
        source += "; sentence-transformers 6.2.0 DistillKLDivLoss"
    # pylate multiplies the cosines of padding by 0, which is above negative ones.
    has_padding = any(length < width[1] for length in document_lengths)
    if temperature == 1 and teacher is None and kind == "own" and k > 1 and not has_padding:
        pylate = Pylate(Tokens(), normalize_scores=False)
        other = pylate([features(q, masks[0]), features(docs, masks[1])], labels)
        assert abs(float(other) - float(loss)) < 1e-13, (float(other), float(loss))
        source += "; pylate 1.6.0 Distillation"
    gradients = [torch.zeros_like(x) if x.grad is None else x.grad for x in [q, docs, tau]]
    parameters = {"temperature": temperature}
    if teacher is not None:
        parameters["teacherTemperature"] = teacher
    return {
        "name": name, "inputs": inputs, "parameters": parameters,
        "sharpness": max(1.0, 1 / temperature), "source": source,
        "expected": {
            "loss": float(loss), "perQuery": terms,
            "gradients": {
                "queries": gradients[0].tolist(), "documents": gradients[1].tolist(),
                "temperature": float(gradients[2])},
            "sizes": {
                # A score is good to as many roundings as the query has tokens.
                "loss": max(float(loss), temperature * width[0]),
                "queries": max(largest(gradients[0]), temperature / (n * longest_row(q))),
                "documents": max(largest(gradients[1]), temperature / (n * longest_row(docs))),
                "temperature": max(abs(float(gradients[2])), float(loss) / temperature, width[0])}}}


# name, queries, candidates, dimension, lengths of both sides, T, T' of the teacher, kind
CASES = [
    ("own-4x3x3", 4, 3, 3, ([3, 1, 2], [2, 4, 1, 3]), 1.0, None, "own"),
    ("own-sharp-5x4x4", 5, 4, 4, ([2, 3], [3, 1, 2]), 0.1, None, "own"),
    ("own-two-temperatures-3x5x4", 3, 5, 4, ([3], [2, 3]), 0.25, 2.0, "own"),
    ("own-cold-4x3x5", 4, 3, 5, ([2], [1, 2]), 0.02, 0.5, "own"),
    ("own-hot-4x3x4", 4, 3, 4, ([3, 2], [2]), 20.0, None, "own"),
    ("own-hot-student-4x3x4", 4, 3, 4, ([3, 2], [2]), 5.0, 1.0, "own"),
    ("own-whole-4x3x4", 4, 3, 4, ([3, 2], [3]), 1.0, None, "own"),
    ("in-batch-4x6x3", 4, 6, 3, ([2, 1, 3], [3, 1, 2]), 1.0, None, "in-batch"),
    ("in-batch-sharp-5x5x4", 5, 5, 4, ([2], [2, 1]), 0.1, 0.75, "in-batch"),
    ("vectors-6x4x5", 6, 4, 5, ([1], [1]), 1.0, None, "own"),
    ("vectors-sharp-6x4x5", 6, 4, 5, ([1], [1]), 0.05, 0.5, "own"),
    ("zero-token-3x3x4", 3, 3, 4, ([2], [2]), 1.0, None, "zero-token"),
    ("empty-query-3x3x3", 3, 3, 3, ([2, 0, 1], [2, 1]), 1.0, None, "in-batch"),
    ("equal-documents-3x4x3", 3, 4, 3, ([2], [2]), 1.0, None, "equal"),
    ("one-candidate-3x1x4", 3, 1, 4, ([2], [2]), 0.5, None, "own"),
    ("one-query-1x5x4", 1, 5, 4, ([3], [1, 2]), 0.5, 1.0, "own"),
    ("wild-norms-4x3x4", 4, 3, 4, ([2], [2, 1]), 1.0, None, "wild"),
    ("large-33x4x6", 33, 4, 6, ([3, 1, 2], [2, 3, 1]), 0.5, None, "own"),
]


def write(loss, definition, source, cases):
    with open(os.path.join(HERE, loss + ".json"), "w") as file:
        json.dump({"loss": loss, "definition": definition, "source": source, "cases": cases}, file)
        file.write("\n")


with open(os.path.join(HERE, "maxsim-info-nce.json")) as file:
    pairs = [c for c in json.load(file)["cases"] if len(c["inputs"]["queries"]) == len(c["inputs"]["documents"])]
# torch gives the whole derivative to one of tied tokens, and here they share it.
write(
    "maxsim-clip", "mean of the cross entropies of scale * MaxSim, of queries among documents and of documents among "
    "queries", "sentence-transformers 6.2.0 maxsim, torch 2.15.0 cross_entropy",
    [clip(c) for c in pairs if not c["name"].startswith("tied")])
Pylate = pylate_loss()
write(
    "maxsim-distillation", "T^2 KL(softmax(teacher / T') | softmax(MaxSim / T)), mean over queries; own candidates, or all",
    "sentence-transformers 6.2.0, pylate 1.6.0",
    [distillation(*c, seed, Pylate) for seed, c in enumerate(CASES)])
