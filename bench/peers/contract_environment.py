"""The environment `contract` at its defaults, in numpy: see docs/environments/contract.md.

Episodes of one step, decoder `feasible`, reward `self-selection`, rational devices, types weighed by their probability.
A feasible menu leaves nobody wanting another item, so what it promises is what it yields (`--self-check` makes sure).
"""

import json
import math

import numpy as np

DEVICES, FIXED_COST, INCENTIVE_WEIGHT = 10, 0.01, 0.6  # and beta = 0.5, so g(s) = 2 sqrt(s)
UNIT_COST, UNIT_REVENUE = (25.0, 35.0), (10.0, 15.0)
STRATA, PAPER_TYPES = (50.0, 250.0), [(50.0, 100.0), (200.0, 250.0)]
HEADROOM, TOP_UP = 1.2, 0.2
SCALE_SEED, SCALE_INSTANCES = 0, 8192
EVALUATION_SEED, EVALUATION_INSTANCES = 12345, 512


def type_ranges(types):
    """[K, 2]: those of the paper for two types, else K equal parts of [50, 250]."""
    if types == 2:
        return np.array(PAPER_TYPES)
    low, high = STRATA
    edges = low + (high - low) * np.arange(types + 1) / types
    return np.stack([edges[:-1], edges[1:]], 1)


class Instances:
    """n instances: c, theta [n]; psi, q [n, K]; prices a = c / (rho psi), participation payments f = c0 / (rho psi),
    first-best sizes (theta / a)^2 [n, K]."""

    def __init__(self, costs, revenues, device_types, probabilities):
        self.costs, self.revenues = np.asarray(costs, float), np.asarray(revenues, float)
        self.device_types, self.probabilities = np.asarray(device_types, float), np.asarray(probabilities, float)
        value_of_payment = INCENTIVE_WEIGHT * self.device_types
        self.prices = self.costs[:, None] / value_of_payment
        self.participation = FIXED_COST / value_of_payment
        self.first_best = (self.revenues[:, None] / self.prices) ** 2

    @classmethod
    def draw(cls, types, size, rng):
        """c, theta, psi uniform in their ranges, q uniform over all probability vectors."""
        low, high = type_ranges(types).T
        draws = rng.standard_exponential((size, types))
        return cls(
            rng.uniform(*UNIT_COST, size),
            rng.uniform(*UNIT_REVENUE, size),
            low + (high - low) * rng.random((size, types)),
            draws / draws.sum(1, keepdims=True),
        )

    def observations(self):
        """[n, 5 + 2 K] float32: M/10, K/10, c, c0/0.01 - 1, theta, K q - 1, psi; c, theta, psi scaled to -1..1."""
        size, types = self.device_types.shape
        ranges = type_ranges(types)
        rows = np.empty((size, 5 + 2 * types), np.float32)
        rows[:, 0] = DEVICES / 10
        rows[:, 1] = types / 10
        rows[:, 2] = scale(self.costs, *UNIT_COST)
        rows[:, 3] = FIXED_COST / 0.01 - 1
        rows[:, 4] = scale(self.revenues, *UNIT_REVENUE)
        rows[:, 5 : 5 + types] = types * self.probabilities - 1
        rows[:, 5 + types :] = scale(self.device_types, *ranges.T)
        return rows

    def menus(self, actions):
        """(sizes, payments) [n, K] of actions [n, 2 K]: s_k = s_{k-1} + 1.2 sFB_k u_k^2 and
        r_k = r_{k-1} + (a_k + u_{K+k} (a_{k-1} - a_k)) (s_k - s_{k-1}), from r_1 = a_1 s_1 + f_1 + 0.2 u_{K+1} a_1 sFB_1."""
        types = self.prices.shape[1]
        unit = (np.clip(actions, -1, 1, dtype=float) + 1) / 2
        steps = HEADROOM * self.first_best * unit[:, :types] ** 2
        slacks = unit[:, types:]
        rates = self.prices.copy()
        rates[:, 1:] += slacks[:, 1:] * (self.prices[:, :-1] - self.prices[:, 1:])
        raises = rates * steps
        raises[:, 0] += self.participation[:, 0] + TOP_UP * slacks[:, 0] * self.prices[:, 0] * self.first_best[:, 0]
        return steps.cumsum(1), raises.cumsum(1)

    def utilities(self, actions):
        """U = M sum_k q_k (theta g(s_k) - r_k) [n]."""
        sizes, payments = self.menus(actions)
        return DEVICES * (self.probabilities * (2 * self.revenues[:, None] * np.sqrt(sizes) - payments)).sum(1)

    def references(self):
        """U_ext [n]: the exact optimum if devices may stay out and the server may exclude the lowest types."""
        return np.array([max(0.0, *self.pool(i)[1]) for i in range(len(self.costs))])

    def pool(self, i):
        """(sizes, values) of instance i: the best sizes [K], and the optimum if only the types k..K are served, for all k.

        max sum_k (theta q_k g(s_k) - b_k s_k) - Q_1 f_1 over non-decreasing s, where Q_k = q_k + .. + q_K and
        b_k = a_k q_k + (a_k - a_{k+1}) Q_{k+1}. A block B of types that share one size has s_B = (theta sum q / sum b)^2;
        from the top type down, blocks are merged until sizes do not decrease (pooling adjacent violators).
        """
        theta, prices, probabilities = self.revenues[i], self.prices[i], self.probabilities[i]
        types = len(prices)
        above = np.append(np.cumsum(probabilities[::-1])[::-1], 0.0)
        costs = prices * probabilities + (prices - np.append(prices[1:], 0.0)) * above[1:]
        blocks, values = [], np.zeros(types)
        for k in reversed(range(types)):
            mass, cost, count = probabilities[k], costs[k], 1
            while blocks and mass * blocks[-1][1] >= blocks[-1][0] * cost:
                lower_mass, lower_cost, lower_count = blocks.pop()
                mass, cost, count = mass + lower_mass, cost + lower_cost, count + lower_count
            blocks.append((mass, cost, count))
            # at its own best size, a block is worth 2 theta q sqrt(s) - b s = (theta q)^2 / b
            value = sum((theta * q) ** 2 / b for q, b, _ in blocks if q > 0)
            values[k] = DEVICES * (value - above[k] * self.participation[i, k])
        sizes = [(theta * q / b) ** 2 if q > 0 else 0.0 for q, b, _ in blocks]
        return np.repeat(sizes[::-1], [count for *_, count in reversed(blocks)]), values


def scale(x, low, high):
    return (2 * x - low - high) / (high - low)


class EvaluationSet:
    """Fixed instances with their exact optima, and the utility that a reward of 1 stands for."""

    def __init__(self, instances, reward_scale, source):
        self.instances, self.reward_scale, self.source = instances, reward_scale, source
        self.observations = instances.observations()
        self.references = instances.references()

    @classmethod
    def draw(cls, types):
        """From the same distribution as ours, but not the same instances."""
        scale_instances = Instances.draw(types, SCALE_INSTANCES, np.random.default_rng(SCALE_SEED))
        instances = Instances.draw(types, EVALUATION_INSTANCES, np.random.default_rng(EVALUATION_SEED))
        return cls(instances, scale_instances.references().mean(), "numpy")

    @classmethod
    def read(cls, path, types):
        """The instances of a file of contract-instances.ts."""
        content = read_file(path)
        if content["typeCount"] != types:
            raise SystemExit(f"{path}: expected instances of {types} types, found {content['typeCount']}")
        return cls(instances_of(content), content["rewardScale"], "file")

    def score(self, actions):
        """Mean over instances of utility / optimum."""
        scored = self.references > 0
        return float((self.instances.utilities(actions)[scored] / self.references[scored]).mean())


def read_file(path):
    with open(path) as file:
        return json.load(file)


def instances_of(content):
    columns = ("unitCost", "unitRevenue", "deviceTypes", "typeProbabilities")
    return Instances(*([instance[name] for instance in content["instances"]] for name in columns))


VECTORS = [
    ([75, 225], [0.5, 0.5], 4218.7477777778),
    ([60, 100, 140, 180, 220], [0.3, 0.05, 0.3, 0.05, 0.3], 3548.2645489550),
]


def self_check(types, path=None):
    """Largest errors against known optima, against the laws of feasible menus and, with a file, against our environment."""
    errors = {"vectors": 0.0}
    for device_types, probabilities, expected in VECTORS:
        instances = Instances([30], [12.5], [device_types], [probabilities])
        errors["vectors"] = max(errors["vectors"], abs(instances.pool(0)[1][0] / expected - 1))
    rng = np.random.default_rng(1)
    instances = Instances.draw(types, 500, rng)
    actions = rng.uniform(-1.25, 1.25, (500, 2 * types))
    sizes, payments = instances.menus(actions)
    # [n, k, item]: what item brings type k, beyond its own item and beyond staying out
    kept = payments[:, None] - instances.prices[:, :, None] * sizes[:, None]
    own = np.einsum("nkk->nk", kept)
    tolerance = 1 + np.abs(payments)
    errors["envy"] = float(((kept.max(2) - own) / tolerance).max())
    errors["participation"] = float(((instances.participation - own) / tolerance).max())
    references = instances.references()
    errors["aboveOptimum"] = float((instances.utilities(actions) / references - 1).max())
    pooled = [instances.pool(i) for i in range(500)]
    optimal = np.full((500, 2 * types), -1.0)
    steps = np.diff([sizes for sizes, _ in pooled], axis=1, prepend=0)
    optimal[:, :types] = 2 * np.sqrt(steps / (HEADROOM * instances.first_best)) - 1
    everybody = np.array([values[0] for _, values in pooled])
    errors["optimumReached"] = float(np.abs(instances.utilities(optimal) / everybody - 1).max())
    if path is not None:
        errors |= compare(read_file(path))
    limits = {"envy": 1e-6, "participation": 1e-6, "observations": 0.0}
    failed = [name for name, error in errors.items() if not error <= limits.get(name, 1e-9)]
    print(json.dumps({"types": types, "largestErrors": errors, "failed": failed}))
    if failed or not all(math.isfinite(error) for error in errors.values()):
        raise SystemExit(1)


def compare(content):
    """Our environment's answers to the probes of the file; observations to the last bit, the rest relative."""
    instances = instances_of(content)
    probes = content["probes"]
    utilities = instances.utilities(np.array(probes["actions"]))
    return {
        "observations": float(np.abs(instances.observations() - np.array(probes["observations"], np.float32)).max()),
        "references": relative(instances.references(), content["references"]),
        "utilities": relative(utilities, probes["serverUtilities"]),
        "rewards": relative(utilities / content["rewardScale"], probes["rewards"]),
    }


def relative(found, expected):
    return float(np.abs(found / np.array(expected) - 1).max())
