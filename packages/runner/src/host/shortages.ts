import type { Resources } from "@twinpact/core"

/** What a study asks for and this host does not give, one line each: nothing is ignored silently. */
export const describeShortages = ({ cpu, gpu }: Resources, workers: number): readonly string[] => [
  ...(gpu > 0
    ? [`resources.gpu is ${gpu}, but GPUs are not shared out on one machine: trials that run at once use them together`]
    : []),
  ...(cpu > workers ? [`resources.cpu is ${cpu}, but --workers is ${workers}: trials run one after the other`] : [])
]
