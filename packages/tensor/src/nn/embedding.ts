/**
 * Sinusoidal embeddings of the integers in `positions`, `[positions, width]` row by row: for j < width / 2,
 * sin(t e^(-j ln(10^4) / (width/2 - 1))) and then the cosines of the same (Vaswani et al., 2017; the layout of D-QL and
 * GDMOPT). Constants of a program: nothing of it is computed at run time.
 */
export const sinusoidalEmbedding = (positions: readonly number[], width: number): Float32Array => {
  const half = width / 2
  const values = new Float32Array(positions.length * width)
  positions.forEach((position, row) => {
    for (let j = 0; j < half; j++) {
      const angle = position * Math.exp((-j * Math.log(10_000)) / (half - 1))
      values[row * width + j] = Math.sin(angle)
      values[row * width + half + j] = Math.cos(angle)
    }
  })
  return values
}
