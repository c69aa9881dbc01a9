import { type Shape, sizeOf } from "../shape.ts"

/** A source of random numbers: uniform in [0, 1), standard normal. */
export interface RandomSource {
  uniform(): number
  normal(): number
}

/** Fills a tensor's first values. `fanIn` is the number of inputs of the layer it belongs to. */
export type Initialiser = (shape: Shape, fanIn: number, random: RandomSource) => Float32Array

const fill = (shape: Shape, draw: () => number): Float32Array => {
  const values = new Float32Array(sizeOf(shape))
  for (let i = 0; i < values.length; i++) values[i] = draw()
  return values
}

export const zeros: Initialiser = (shape) => new Float32Array(sizeOf(shape))

/** U(-1/sqrt(fanIn), 1/sqrt(fanIn)) for weights and biases: what PyTorch's `nn.Linear` does by default. */
export const pytorchDefault: Initialiser = (shape, fanIn, random) => {
  const bound = 1 / Math.sqrt(fanIn)
  return fill(shape, () => (2 * random.uniform() - 1) * bound)
}

/** U(-b, b), b = sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010); biases, which have one axis, become 0. */
export const glorotUniform: Initialiser = (shape, fanIn, random) => {
  if (shape.length < 2) return zeros(shape, fanIn, random)
  const bound = Math.sqrt(6 / (fanIn + shape[shape.length - 1]))
  return fill(shape, () => (2 * random.uniform() - 1) * bound)
}

/** N(0, 2 / fanIn) (He et al., 2015), for layers followed by ReLU; biases become 0. */
export const heNormal: Initialiser = (shape, fanIn, random) =>
  shape.length < 2 ? zeros(shape, fanIn, random) : fill(shape, () => random.normal() * Math.sqrt(2 / fanIn))

/**
 * First values of every parameter: `X.weight` and `X.bias` share the fan-in of the weight `[in, out]`.
 * Parameters are drawn in the order of `shapes`.
 */
export const initialiseParameters = (
  shapes: Readonly<Record<string, Shape>>,
  random: RandomSource,
  initialiser: Initialiser = pytorchDefault
): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const weight = shapes[name.replace(/\.bias$/, ".weight")] ?? shape
      return [name, initialiser(shape, weight[Math.max(0, weight.length - 2)], random)]
    })
  )
