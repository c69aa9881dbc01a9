/** Layers of equal area under the half normal density, and where the tail begins (Doornik, 2005: ZIGNOR). */
const LAYERS = 128
const TAIL = 3.442619855899
const AREA = 9.91256303526217e-3

const edges = new Float64Array(LAYERS + 1)
const ratios = new Float64Array(LAYERS)
edges[0] = AREA * Math.exp(0.5 * TAIL * TAIL)
edges[1] = TAIL
for (let i = 2; i < LAYERS; i++) {
  const before = edges[i - 1]
  edges[i] = Math.sqrt(-2 * Math.log(AREA / before + Math.exp(-0.5 * before * before)))
}
for (let i = 0; i < LAYERS; i++) ratios[i] = edges[i + 1] / edges[i]

const TWO_POW_MINUS_24 = 2 ** -24
const TWO_POW_MINUS_51 = 2 ** -51

/** 32 random bits per call, and uniform numbers in [0, 1). */
export interface BitSource {
  bits(): number
  uniform(): number
}

/**
 * One standard normal by the ziggurat method (Marsaglia and Tsang, 2000, in Doornik's form): a layer from 7 bits and a
 * place in it from 25 others, or from 52 where the result is kept in double precision. Nearly all draws need one
 * comparison and one multiplication.
 */
export const drawNormal = (source: BitSource, isDouble: boolean): number => {
  for (;;) {
    const high = source.bits()
    const layer = high >>> 25
    const coarse = (high & 0x1ff_ffff) * TWO_POW_MINUS_24 - 1
    const u = isDouble ? coarse + (source.bits() >>> 5) * TWO_POW_MINUS_51 : coarse // in [-1, 1)
    if (Math.abs(u) < ratios[layer]) return u * edges[layer]
    if (layer === 0) return drawTail(source, u < 0)
    const x = u * edges[layer]
    const outer = Math.exp(-0.5 * (edges[layer] * edges[layer] - x * x))
    const inner = Math.exp(-0.5 * (edges[layer + 1] * edges[layer + 1] - x * x))
    if (inner + source.uniform() * (outer - inner) < 1) return x
  }
}

/** Beyond the last edge: Marsaglia's (1964) exponential envelope. */
const drawTail = (source: BitSource, isNegative: boolean): number => {
  for (;;) {
    const x = Math.log(1 - source.uniform()) / TAIL
    const y = Math.log(1 - source.uniform())
    if (-2 * y >= x * x) return isNegative ? x - TAIL : TAIL - x
  }
}
