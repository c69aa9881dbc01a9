"""The complete update of packages/tensor/bench/diffusion-update-program.ts in PyTorch, eager or compiled, on one thread.

AdamW is `fused`, the fastest of PyTorch's three on a CPU; Polyak averaging is one `_foreach_lerp_`.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

import update_peer as peer

SCHEDULE = peer.schedule()


class InwardClamp(torch.autograd.Function):
    """clip to [-1, 1]; backward g 1[|x| <= 1 or x g > 0]: a saturated action may still come back."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ((x.abs() <= 1) | (x * g > 0))


def linear(p, name, x):
    return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


def denoiser(p, observations, embeddings, activation, form):
    """epsilon(x, k). `plain` runs the state encoder in every step, `encoder` once, `product` also once multiplies its
    result with the first layer of the trunk (the form of our program)."""

    def encode():
        return linear(p, "actor.state.1", activation(linear(p, "actor.state.0", observations)))

    rows = linear(p, "actor.step.1", activation(linear(p, "actor.step.0", embeddings)))
    if form == "product":
        width = p["actor.state.1.weight"].shape[0]
        of_x, of_step, of_state = p["actor.trunk.0.weight"].split([peer.ACTION, rows.shape[1], width], 1)
        base = F.linear(encode(), of_state, p["actor.trunk.0.bias"])
        rows = F.linear(rows, of_step)

        def first(x, k):
            return torch.addmm(base + rows[k], x, of_x.t())
    else:
        features = encode() if form == "encoder" else None

        def first(x, k):
            state = encode() if features is None else features
            return linear(p, "actor.trunk.0", torch.cat([x, rows[k].expand(x.shape[0], -1), state], 1))

    return lambda x, k: linear(
        p, "actor.trunk.2", activation(linear(p, "actor.trunk.1", activation(first(x, k))))
    )


def chain(p, observations, noise, embeddings, activation, form):
    epsilon = denoiser(p, observations, embeddings, activation, form)
    x = noise[0]
    for i in reversed(range(peer.DENOISING_STEPS)):
        x0 = InwardClamp.apply(SCHEDULE["from_x"][i] * x - SCHEDULE["from_noise"][i] * epsilon(x, i))
        mean = SCHEDULE["of_x0"][i] * x0 + SCHEDULE["of_x"][i] * x
        x = mean + SCHEDULE["deviation"][i] * noise[peer.DENOISING_STEPS - i] if i > 0 else mean
    return InwardClamp.apply(x)


def critic(p, observations, actions):
    features = linear(p, "critic.state.1", F.relu(linear(p, "critic.state.0", observations)))
    joined = torch.cat([features, actions], 1)

    def head(name):
        hidden = F.relu(linear(p, f"{name}.1", F.relu(linear(p, f"{name}.0", joined))))
        return linear(p, f"{name}.2", hidden)

    return head("critic.q1"), head("critic.q2")


class Update:
    def __init__(self, parameters, targets, arguments, dtype=torch.float32):
        """`parameters`, `targets`: numpy arrays by name; `targets` None for episodes of one step."""
        self.dtype = dtype
        self.activation = F.mish if arguments.activation == "mish" else F.silu
        self.form = arguments.form
        self.embeddings = torch.from_numpy(peer.step_embeddings()).to(dtype)
        self.parameters = {name: torch.nn.Parameter(self.tensor(array)) for name, array in parameters.items()}
        self.targets = None if targets is None else {name: self.tensor(array) for name, array in targets.items()}
        self.groups = {
            role: {name: p for name, p in self.parameters.items() if name.startswith(role)}
            for role in ("actor", "critic")
        }
        self.optimisers = {
            role: torch.optim.AdamW(
                group.values(),
                lr=peer.LEARNING_RATES[role],
                weight_decay=peer.WEIGHT_DECAY,
                **({} if arguments.adamw == "loop" else {arguments.adamw: True}),
            )
            for role, group in self.groups.items()
        }
        wrap = torch.compile if arguments.compile else lambda function: function
        self.critic_loss, self.actor_loss = wrap(self.critic_loss), wrap(self.actor_loss)

    def tensor(self, array):
        """Ours are [in, out], PyTorch's weights [out, in]."""
        return torch.from_numpy(np.array(array.T, order="C")).to(self.dtype)

    def critic_loss(self, batch):
        y = batch["rewards"]
        if self.targets is not None:
            with torch.no_grad():
                following = batch["nextObservations"]
                actions = chain(self.targets, following, batch["targetNoise"], self.embeddings, self.activation, self.form)
                value = torch.minimum(*critic(self.targets, following, actions))
                y = y + peer.GAMMA * batch["continues"] * value
        q1, q2 = critic(self.parameters, batch["observations"], batch["actions"])
        return F.mse_loss(q1, y) + F.mse_loss(q2, y)

    def actor_loss(self, batch):
        frozen = {name: p.detach() for name, p in self.groups["critic"].items()}
        observations = batch["observations"]
        actions = chain(self.parameters, observations, batch["noise"], self.embeddings, self.activation, self.form)
        return -torch.minimum(*critic(frozen, observations, actions)).mean()

    def step(self, batch):
        losses = {}
        for role, loss_of in (("critic", self.critic_loss), ("actor", self.actor_loss)):
            self.optimisers[role].zero_grad(set_to_none=True)
            losses[role] = loss_of(batch)
            losses[role].backward()
            self.optimisers[role].step()
        if self.targets is not None:
            with torch.no_grad():
                torch._foreach_lerp_(list(self.targets.values()), list(self.parameters.values()), peer.TAU)
        return losses

    def load_moments(self, arrays):
        for role, group in self.groups.items():
            for name, p in group.items():
                self.optimisers[role].state[p] = {
                    "step": torch.tensor(float(arrays[f"adam.{role}.step"])),
                    "exp_avg": self.tensor(arrays[f"adam.{role}.m.{name}"]),
                    "exp_avg_sq": self.tensor(arrays[f"adam.{role}.v.{name}"]),
                }

    def arrays(self):
        """Everything that an update keeps, under the names and in the layout of our program."""
        named = dict(self.parameters)
        if self.targets is not None:
            named |= {f"target.{name}": p for name, p in self.targets.items()}
        for role, group in self.groups.items():
            for name, p in group.items():
                named[f"adam.{role}.m.{name}"] = self.optimisers[role].state[p]["exp_avg"]
                named[f"adam.{role}.v.{name}"] = self.optimisers[role].state[p]["exp_avg_sq"]
        return {name: p.detach().numpy().T for name, p in named.items()}


def noise_shape(batch):
    return (peer.DENOISING_STEPS, batch, peer.ACTION)


def make_steps(arguments):
    rng = np.random.default_rng(1)
    torch.manual_seed(1)
    parameters = peer.initial({**peer.actor_shapes(arguments.width), **peer.critic_shapes(arguments.width)}, rng)
    update = Update(parameters, parameters if arguments.targets else None, arguments)
    replay = peer.Replay(rng, arguments.targets)

    def steps(count):
        for _ in range(count):
            batch = {name: torch.from_numpy(array) for name, array in replay.sample(arguments.batch).items()}
            batch["noise"] = torch.randn(noise_shape(arguments.batch))
            if arguments.targets:
                batch["targetNoise"] = torch.randn(noise_shape(arguments.batch))
            update.step(batch)

    return steps


def parity(path, arguments):
    description, arrays = peer.read_tensors(path)
    arguments.activation = description["activation"]
    dtype = torch.float64 if arguments.double else torch.float32
    names = [*peer.actor_shapes(description["width"]), *peer.critic_shapes(description["width"])]
    targets = {name: arrays[f"target.{name}"] for name in names} if description["hasTargets"] else None
    update = Update({name: arrays[name] for name in names}, targets, arguments, dtype)
    update.load_moments(arrays)
    inputs = {name: torch.from_numpy(arrays[f"input.{name}"].copy()).to(dtype) for name in description["inputs"]}
    losses = {f"{role}Loss": loss.item() for role, loss in update.step(inputs).items()}
    peer.write_tensors(path + ".out", {"losses": losses, "version": torch.__version__}, update.arrays())
    print(json.dumps(losses))


def main():
    arguments = peer.options(
        __doc__,
        compile={"action": "store_true", "help": "torch.compile both losses"},
        form={"choices": ["plain", "encoder", "product"], "default": "product"},
        adamw={"choices": ["fused", "foreach", "loop"], "default": "fused"},
        double={"action": "store_true", "help": "parity in float64"},
    )
    torch.set_num_threads(1)
    if arguments.parity:
        parity(arguments.parity, arguments)
    else:
        torch.set_flush_denormal(True)
        peer.run(arguments, torch.__version__, lambda: make_steps(arguments))


main()
