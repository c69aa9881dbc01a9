"""What the peers of the diffusion update share: sizes, parameter shapes, schedule, replay arrays, files, requests.

Layout and names are those of packages/tensor/bench/diffusion-update-program.ts; weights are [in, out] in files.
"""

import argparse
import json
import math
import sys
import time

import numpy as np

GAMMA, TAU, WEIGHT_DECAY = 0.95, 0.005, 1e-4
LEARNING_RATES = {"actor": 3e-4, "critic": 1e-3}
STATE, ACTION, DENOISING_STEPS = 9, 4, 6
STEP_EMBEDDING, STEP_HIDDEN = 16, 32
REPLAY_ROWS = 20_000


def options(description, **extra):
    parser = argparse.ArgumentParser(description=description)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--time", action="store_true", help="time --steps updates, print JSON lines, end")
    mode.add_argument("--serve", action="store_true", help="read a number of steps per line, answer with their seconds")
    mode.add_argument("--parity", metavar="FILE", help="one update from FILE.json and FILE.bin; writes FILE.out.*")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--activation", choices=["mish", "silu"], default="mish")
    parser.add_argument("--no-targets", dest="targets", action="store_false", help="episodes of one step: y = R")
    for name, settings in extra.items():
        parser.add_argument("--" + name.replace("_", "-"), **settings)
    return parser.parse_args()


def actor_shapes(width):
    return {
        **mlp_shapes("actor.state", [STATE, width, width]),
        **mlp_shapes("actor.step", [STEP_EMBEDDING, STEP_HIDDEN, STEP_EMBEDDING]),
        **mlp_shapes("actor.trunk", [ACTION + STEP_EMBEDDING + width, width, width, ACTION]),
    }


def critic_shapes(width):
    return {
        **mlp_shapes("critic.state", [STATE, width, width]),
        **mlp_shapes("critic.q1", [width + ACTION, width, width, 1]),
        **mlp_shapes("critic.q2", [width + ACTION, width, width, 1]),
    }


def mlp_shapes(prefix, widths):
    shapes = {}
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        shapes[f"{prefix}.{i}.weight"] = (inputs, outputs)
        shapes[f"{prefix}.{i}.bias"] = (outputs,)
    return shapes


def initial(shapes, rng):
    """U(-1/sqrt(fan in), 1/sqrt(fan in)) for weights and biases."""
    values = {}
    for name, shape in shapes.items():
        bound = 1 / math.sqrt(shapes[name.replace(".bias", ".weight")][0])
        values[name] = rng.uniform(-bound, bound, shape).astype(np.float32)
    return values


def schedule():
    """Per step k = 1..T of the variance-preserving chain, at index k - 1: coefficients of
    x0' = from_x x - from_noise epsilon; mean = of_x0 x0' + of_x x; deviation of the posterior."""
    k = np.arange(1, DENOISING_STEPS + 1)
    betas = 1 - np.exp(-0.1 / DENOISING_STEPS - 0.5 * 9.9 * (2 * k - 1) / DENOISING_STEPS**2)
    level = np.cumprod(1 - betas)
    before = np.concatenate([[1.0], level[:-1]])
    return {
        "from_x": np.sqrt(1 / level).tolist(),
        "from_noise": np.sqrt(1 / level - 1).tolist(),
        "of_x0": (np.sqrt(before) * betas / (1 - level)).tolist(),
        "of_x": (np.sqrt(1 - betas) * (1 - before) / (1 - level)).tolist(),
        "deviation": np.sqrt(betas * (1 - before) / (1 - level)).tolist(),
    }


def step_embeddings():
    """[T, 16]: sines, then cosines, of (k - 1) e^(-j ln(10^4) / 7)."""
    half = STEP_EMBEDDING // 2
    angles = np.arange(DENOISING_STEPS)[:, None] * np.exp(-np.arange(half) * math.log(10_000) / (half - 1))
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


class Replay:
    """Arrays of transitions, and a fresh random batch of them."""

    def __init__(self, rng, targets):
        self.rng = rng
        rows = {"observations": STATE, "actions": ACTION, "rewards": 1}
        if targets:
            rows |= {"nextObservations": STATE, "continues": 1}
        self.arrays = {
            name: rng.uniform(-1, 1, (REPLAY_ROWS, columns)).astype(np.float32) for name, columns in rows.items()
        }
        if targets:
            self.arrays["continues"][:] = rng.random((REPLAY_ROWS, 1)) < 0.9

    def sample(self, batch):
        rows = self.rng.integers(0, REPLAY_ROWS, batch)
        return {name: array[rows] for name, array in self.arrays.items()}


def read_tensors(path):
    """(description, arrays by name): PATH.json describes the float32 numbers of PATH.bin."""
    with open(path + ".json") as file:
        description = json.load(file)
    numbers = np.fromfile(path + ".bin", dtype="<f4")
    arrays, start = {}, 0
    for tensor in description["tensors"]:
        size = math.prod(tensor["shape"])
        arrays[tensor["name"]] = numbers[start : start + size].reshape(tensor["shape"])
        start += size
    return description, arrays


def write_tensors(path, description, arrays):
    tensors = [{"name": name, "shape": list(array.shape)} for name, array in arrays.items()]
    np.concatenate([np.ravel(array) for array in arrays.values()]).astype("<f4").tofile(path + ".bin")
    with open(path + ".json", "w") as file:
        json.dump({**description, "tensors": tensors}, file)


def say(message):
    print(json.dumps(message), flush=True)


def run(arguments, version, build):
    """`build()` gives `steps(count)`, which returns when the work is done."""
    start = time.perf_counter()
    steps = build()
    steps(1)
    say({"readySeconds": time.perf_counter() - start, "version": version})

    def timed(count):
        begin = time.perf_counter()
        steps(count)
        return time.perf_counter() - begin

    if arguments.time:
        steps(3)
        times = sorted(timed(1) * 1000 for _ in range(arguments.steps))
        say({"stepMs": times[len(times) // 2], "stepMsFastest": times[0], "steps": arguments.steps})
        return
    for line in sys.stdin:
        say({"seconds": timed(int(line))})
