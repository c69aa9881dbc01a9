import { type CompiledPrograms, exportOnnx, type Program } from "@twinpact/tensor"
import type { PolicyFile } from "../agent.ts"

/** A policy that can leave the learner. */
export interface StandalonePolicy {
  /** Acts on one observation: `observations` and noise in, `actions` out. */
  readonly program: () => Program
  /** Inputs that are noise, with their distribution. */
  readonly noise: Readonly<Record<string, string>>
}

/** Standard normal `noise`, as most policies have it. */
export const NORMAL_NOISE = { noise: "standard normal" }

/** The policy with its present weights as an ONNX file; with zero noise baked in where it is to be deterministic. */
export const exportPolicy = async (
  compiled: CompiledPrograms,
  { program, noise }: StandalonePolicy,
  { deterministic }: { readonly deterministic: boolean }
): Promise<PolicyFile> => {
  const policy = program()
  const state = await compiled.readState(Object.keys(policy.state))
  const onnx = await exportOnnx(policy, { state, noise, deterministic })
  const inputs = Object.entries(policy.inputs).filter(([name]) => !(deterministic && name in noise))
  return {
    onnx,
    inputs: Object.fromEntries(inputs.map(([name, { shape }]) => [name, shape])),
    noise: deterministic ? {} : noise
  }
}
