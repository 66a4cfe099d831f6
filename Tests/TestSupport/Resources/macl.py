"""Makes macl.json: pip install mpmath; python macl.py

The loss of lightly 1.6.0's MACLLoss (which is not differentiable where there are no negatives, and NaN) in numbers of 60
digits, and its derivatives by central differences of 1e-20, of everything but what it detaches: the mean cosine in the
temperature, and the terms' weights. Inputs are multiples of 2^-10, which Float32 holds too.
"""

import json
import os
import random

from mpmath import exp, log, log1p, mp, mpf, sqrt

mp.dps = 60
STEP = mpf(10) ** -20

# name, pairs, dimension, temperature, alpha, threshold, how views are made
CASES = [
    ("typical-4x3-t0.1-a0.5", 4, 3, "0.1", "0.5", "0", "near"),
    ("independent-7x5-t0.2-a1", 7, 5, "0.2", "1", "0", "random"),
    ("threshold-6x4-t0.05-a2", 6, 4, "0.05", "2", "0.8", "near"),
    ("constant-5x4-t0.1-a0", 5, 4, "0.1", "0", "0.3", "random"),
    ("opposite-5x4-t0.5-a0.25", 5, 4, "0.5", "0.25", "0.5", "opposite"),
    ("cold-6x4-t0.01-a0.5", 6, 4, "0.01", "0.5", "0", "random"),
    ("hot-3x6-t10-a0.5", 3, 6, "10", "0.5", "0", "random"),
    ("separated-4x6-t0.05-a0.5", 4, 6, "0.05", "0.5", "0", "apart"),
    ("duplicates-6x4-t0.1-a0.5", 6, 4, "0.1", "0.5", "0", "equal"),
    ("wild-norms-6x5-t0.07-a0.5", 6, 5, "0.07", "0.5", "0", "wild"),
    ("large-33x6-t0.07-a0.5", 33, 6, "0.07", "0.5", "0", "near"),
]


def rounded(rows, scales=None):
    scales = scales or [1] * len(rows)
    return [[round(x * 1024) * s / 1024 for x in row] for row, s in zip(rows, scales)]


def views(kind, n, d, generator):
    def rows():
        return [[generator.gauss(0, 1) for _ in range(d)] for _ in range(n)]

    a, noise = rows(), rows()
    near = [[x + y / 4 for x, y in zip(*pair)] for pair in zip(a, noise)]
    if kind == "random":
        return rounded(a), rounded(noise)
    if kind == "opposite":
        return rounded(a), rounded([[-x for x in row] for row in near])
    if kind == "apart":
        axes = [[2.0 if i == j else 0.0 for j in range(d)] for i in range(n)]
        return rounded(axes), rounded([[x + y / 16 for x, y in zip(*p)] for p in zip(axes, noise)])
    if kind == "equal":
        return rounded([a[i // 2] for i in range(n)]), rounded([near[i // 2] for i in range(n)])
    if kind == "wild":
        return rounded(a, [2.0 ** (3 * i - 8) for i in range(n)]), rounded(near)
    return rounded(a), rounded(near)


def unit(row):
    length = sqrt(sum(x * x for x in row))
    return [x / length for x in row]


def dot(x, y):
    return sum(a * b for a, b in zip(x, y))


def margins(a, b, tau, factor):
    """log of the negatives' sum over the positive's exponential, of every row."""
    z = [unit(row) for row in a + b]
    n, t = len(a), tau * factor
    result = []
    for i, row in enumerate(z):
        other = (i + n) % (2 * n)
        own = dot(row, z[other])
        result.append(
            log(sum(exp((dot(row, z[j]) - own) / t) for j in range(2 * n) if j not in (i, other))))
    return result


def softplus(u):
    return log1p(exp(u))


def case(name, n, d, temperature, alpha, threshold, kind, seed):
    raw = views(kind, n, d, random.Random(seed))
    a, b = [[[mpf(x) for x in row] for row in view] for view in raw]
    tau, alpha, threshold = mpf(float(temperature)), mpf(float(alpha)), mpf(float(threshold))
    mean = sum(dot(unit(x), unit(y)) for x, y in zip(a, b)) / n
    factor = 1 + alpha * (mean - threshold)
    own = margins(a, b, tau, factor)
    weights = [1 + exp(-u) for u in own]
    terms = [v * softplus(u) for v, u in zip(weights, own)]

    def loss(tau=tau):
        now = margins(a, b, tau, factor)
        return sum(v * softplus(u) for v, u in zip(weights, now)) / (2 * n)

    def slopes(view):
        result = []
        for row in view:
            result.append([])
            for c in range(d):
                x = row[c]
                row[c] = x + STEP
                above = loss()
                row[c] = x - STEP
                below = loss()
                row[c] = x
                result[-1].append(float((above - below) / (2 * STEP)))
        return result

    gradients = {
        "viewA": slopes(a), "viewB": slopes(b),
        "temperature": float((loss(tau + STEP) - loss(tau - STEP)) / (2 * STEP)),
    }
    value = float(sum(terms) / (2 * n))

    # What adds up to a derivative by a row is as large as 1/(tau |x|) of each of its pairs.
    def size(view):
        lengths = [float(sqrt(dot(row, row))) for row in view]
        largest = max(abs(x) for row in slopes_of[id(view)] for x in row)
        return max(largest, 1 / (float(tau * factor) * n * max(lengths)))

    slopes_of = {id(a): gradients["viewA"], id(b): gradients["viewB"]}
    return {
        "name": name,
        "inputs": {"viewA": raw[0], "viewB": raw[1]},
        "parameters": {
            "temperature": float(tau), "alpha": float(alpha), "threshold": float(threshold)},
        "sharpness": max(1.0, float(1 / (tau * factor))),
        "expected": {
            "loss": value,
            "perQuery": [float(x) for x in terms],
            "gradients": gradients,
            "sizes": {
                "loss": value, "viewA": size(a), "viewB": size(b),
                "temperature": max(abs(gradients["temperature"]), value / float(tau)),
            },
        },
    }


answers = {
    "loss": "macl",
    "definition": "NT-Xent's terms at tau (1 + alpha (mean cosine of the pairs - threshold)), each over 1 - p of its "
    "positive; mean cosine and 1 - p constant in the gradient; mean over 2N",
    "source": "lightly 1.6.0 MACLLoss's formula in 60 digits",
    "cases": [case(*arguments, seed) for seed, arguments in enumerate(CASES)],
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "macl.json")
with open(path, "w") as file:
    json.dump(answers, file)
    file.write("\n")
