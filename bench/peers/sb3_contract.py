"""Learners of Stable-Baselines3 on the environment `contract`, on one thread: what they score, and how long they take.

An update is one gradient step on one minibatch. Everything is at the library's defaults, except what makes the work
comparable: 8 instances in lockstep, and for SAC, TD3 and DDPG one update per 8 env steps after 512 random ones, with
minibatches of 256. PPO is its defaults alone: 16,384 env steps, then 10 epochs of minibatches of 64 (2,560 updates).
"""

import argparse
import importlib.metadata
import json
import platform
import sys
import time
from contextlib import contextmanager

import numpy as np
import torch
from gymnasium.spaces import Box
from stable_baselines3 import DDPG, PPO, SAC, TD3
from stable_baselines3.common.noise import NormalActionNoise
from stable_baselines3.common.vec_env import VecEnv

import contract_environment as contract

ALGORITHMS = {"sac": SAC, "td3": TD3, "ddpg": DDPG, "ppo": PPO}
PARALLEL_INSTANCES = 8
OFF_POLICY = {"learning_starts": 512, "batch_size": 256, "train_freq": (1, "step"), "gradient_steps": 1}
ENDLESS = 10**12


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--algorithm", choices=ALGORITHMS, default="sac")
    parser.add_argument("--types", type=int, default=10)
    parser.add_argument("--updates", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--points", type=int, default=9, help="evaluations, evenly spaced from 0 to the end; 1: at the end")
    parser.add_argument("--instances", metavar="FILE", help="instances to score, from contract-instances.ts")
    parser.add_argument("--net-arch", metavar="WIDTHS", help="hidden widths such as 256,256 instead of the default")
    parser.add_argument("--action-noise", type=float, default=0, help="sigma of normal noise on actions (default: none)")
    parser.add_argument("--settings", type=json.loads, default={}, help='arguments of the learner, as {"ent_coef": 0.01}')
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--serve", action="store_true", help="read a number of updates per line, answer with their seconds")
    mode.add_argument("--self-check", action="store_true", help="check the environment, with --instances against ours")
    return parser.parse_args()


class ContractVecEnv(VecEnv):
    """Instances in lockstep, as arrays. Every step ends all episodes (`terminated`) and shows fresh instances."""

    render_mode = None  # asked for before it is set

    def __init__(self, types, size, reward_scale, seed):
        low, high = np.full((2, 5 + 2 * types), [[-1], [1]], np.float32)
        low[1] = high[1] = types / 10
        high[5 : 5 + types] = types - 1
        super().__init__(size, Box(low, high), Box(-1, 1, (2 * types,), np.float32))
        self.types, self.reward_scale, self.rng = types, reward_scale, np.random.default_rng(seed)
        self.infos = [{} for _ in range(size)]

    def reset(self):
        self.instances = contract.Instances.draw(self.types, self.num_envs, self.rng)
        return self.instances.observations()

    def step_async(self, actions):
        self.actions = actions

    def step_wait(self):
        rewards = (self.instances.utilities(self.actions) / self.reward_scale).astype(np.float32)
        return self.reset(), rewards, np.ones(self.num_envs, bool), self.infos

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [getattr(self, attr_name)] * self.num_envs

    def set_attr(self, attr_name, value, indices=None):
        setattr(self, attr_name, value)

    def env_method(self, method_name, *args, indices=None, **kwargs):
        return [getattr(self, method_name)(*args, **kwargs)] * self.num_envs

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs


def create_model(arguments, reward_scale):
    algorithm = ALGORITHMS[arguments.algorithm]
    environment = ContractVecEnv(arguments.types, PARALLEL_INSTANCES, reward_scale, arguments.seed)
    settings = {} if algorithm is PPO else dict(OFF_POLICY)
    if arguments.net_arch is not None:
        settings["policy_kwargs"] = {"net_arch": [int(width) for width in arguments.net_arch.split(",")]}
    if arguments.action_noise > 0:
        components = environment.action_space.shape
        settings["action_noise"] = NormalActionNoise(np.zeros(components), np.full(components, arguments.action_noise))
    settings |= arguments.settings
    return algorithm("MlpPolicy", environment, seed=arguments.seed, device="cpu", **settings)


class Finished(Exception):
    pass


def learn(model, after_update):
    """Trains until `after_update` raises `Finished`; it is called with the number of updates so far."""
    updates = 0
    # PPO's `train` is many updates, that of the others is one of critic, actor and targets
    owner, name = (model.policy.optimizer, "step") if isinstance(model, PPO) else (model, "train")
    update = getattr(owner, name)

    def counted(*args, **kwargs):
        nonlocal updates
        result = update(*args, **kwargs)
        updates += 1
        after_update(updates)
        return result

    setattr(owner, name, counted)
    try:
        # the default logs every 4 episodes, which would be twice per step here
        model.learn(ENDLESS, log_interval=None)
    except Finished:
        pass


class Stopwatch:
    """Wall and CPU seconds since it was made, and apart from them those spent in `paused`."""

    def __init__(self):
        self.start, self.aside = self.now(), np.zeros(2)

    @staticmethod
    def now():
        return np.array([time.perf_counter(), time.process_time()])

    @contextmanager
    def paused(self):
        begin = self.now()
        yield
        self.aside += self.now() - begin

    def read(self):
        return self.now() - self.start - self.aside


def say(message):
    print(json.dumps(message), flush=True)


def run(arguments, model, evaluation_set):
    moments = {arguments.updates}
    if arguments.points > 1:
        moments |= {i * arguments.updates // (arguments.points - 1) for i in range(arguments.points)}
    curve = []
    watch = Stopwatch()

    def evaluate(updates):
        if updates in moments:
            with watch.paused():
                actions, _ = model.predict(evaluation_set.observations, deterministic=True)
                score = evaluation_set.score(actions)
                curve.append({"updates": updates, "envSteps": model.num_timesteps, "score": score})
        if updates == arguments.updates:
            raise Finished

    evaluate(0)
    learn(model, evaluate)
    wall, cpu = watch.read()
    say(
        {
            "algorithm": arguments.algorithm,
            "types": arguments.types,
            "seed": arguments.seed,
            "updates": arguments.updates,
            "envSteps": model.num_timesteps,
            "netArch": arguments.net_arch,
            "actionNoise": arguments.action_noise,
            "settings": arguments.settings,
            "score": curve[-1]["score"],
            "curve": curve,
            "wallSeconds": wall,
            "cpuSeconds": cpu,
            "evaluationSeconds": watch.aside[0],
            "instances": evaluation_set.source,
            "rewardScale": evaluation_set.reward_scale,
            "versions": versions(),
        }
    )


def versions():
    packages = ("stable-baselines3", "torch", "numpy", "gymnasium")
    return {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in packages}


def serve(arguments, model, start):
    """Like the other peers: says when the first update is done, then reads a number of updates per line."""
    target, begin = 1, start

    def pause(updates):
        nonlocal target, begin
        if updates < target:
            return
        seconds = time.perf_counter() - begin
        say({"readySeconds": seconds, "version": versions()["stable-baselines3"]} if updates == 1 else {"seconds": seconds})
        line = sys.stdin.readline()
        if not line:
            raise Finished
        target, begin = updates + int(line), time.perf_counter()

    learn(model, pause)


def main():
    start = time.perf_counter()
    arguments = options()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    if arguments.self_check:
        contract.self_check(arguments.types, arguments.instances)
        return
    if arguments.instances is None:
        evaluation_set = contract.EvaluationSet.draw(arguments.types)
    else:
        evaluation_set = contract.EvaluationSet.read(arguments.instances, arguments.types)
    model = create_model(arguments, evaluation_set.reward_scale)
    if arguments.serve:
        serve(arguments, model, start)
    else:
        run(arguments, model, evaluation_set)


main()
