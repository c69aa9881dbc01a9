import { type RngStream, RngStreams } from "@twinpact/core"

/** Randomness of evaluation instances: from the set's seed alone, never from a trial's streams. */
export const evaluationStream = (seed: number, name: "instances" | "drift" | "devices"): RngStream =>
  new RngStreams(seed).split("evaluation").get(name)
