import { ShapeError } from "../errors.ts"
import { matmul, oneHot, pad, reshape, slice, sliceAxis, transpose } from "../graph.ts"
import { broadcastShapes, isSameShape, printShape, sizeOf } from "../shape.ts"
import type { Rules } from "./rule.ts"

type Movement = "broadcast" | "reshape" | "transpose" | "concat" | "slice" | "pad" | "gatherRows" | "oneHot"

export const movementRules: Rules<Movement> = {
  broadcast: {
    infer: ([x], { shape }) => {
      if (!isSameShape(broadcastShapes(x.shape, shape, "broadcast"), shape)) {
        throw new ShapeError(`broadcast: ${printShape(x.shape)} does not stretch to ${printShape(shape)}`)
      }
      return { elementType: x.elementType, shape }
    },
    vjp: (_, g) => [g], // `gradient` sums it to the input's shape
    onnx: (emitter, { shape }, [x]) => emitter.node("Expand", [x, emitter.integers(shape)]),
    tensorflow: (emitter, { elementType, shape }, [x]) =>
      emitter.node("BroadcastTo:output", [x, emitter.integers(shape)], { T: { type: elementType } })
  },
  reshape: {
    infer: ([x], { shape }) => {
      if (sizeOf(x.shape) !== sizeOf(shape)) {
        throw new ShapeError(
          `reshape: ${printShape(x.shape)} has ${sizeOf(x.shape)} elements, ${printShape(shape)} has ${sizeOf(shape)}`
        )
      }
      return { elementType: x.elementType, shape }
    },
    vjp: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
    onnx: (emitter, { shape }, [x]) => emitter.node("Reshape", [x, emitter.integers(shape)]),
    tensorflow: (emitter, { elementType, shape }, [x]) =>
      emitter.node("Reshape:output", [x, emitter.integers(shape)], { T: { type: elementType } })
  },
  transpose: {
    infer: ([x], { permutation }) => {
      if (
        !isSameShape(
          permutation.toSorted((a, b) => a - b),
          x.shape.map((_, i) => i)
        )
      ) {
        throw new ShapeError(
          `transpose: expected a permutation of ${x.shape.length} axes, found ${printShape(permutation)}`
        )
      }
      return { elementType: x.elementType, shape: permutation.map((axis) => x.shape[axis]) }
    },
    vjp: ({ attributes: { permutation } }, g) => [
      transpose(
        g,
        permutation.map((_, i) => permutation.indexOf(i))
      )
    ],
    onnx: (emitter, { attributes: { permutation } }, [x]) =>
      emitter.node("Transpose", [x], { perm: { ints: permutation } }),
    tensorflow: (emitter, { elementType, attributes: { permutation } }, [x]) =>
      emitter.node("Transpose:y", [x, emitter.integers(permutation)], { T: { type: elementType } })
  },
  concat: {
    infer: (inputs, { axis }) => {
      const [first] = inputs
      for (const { elementType, shape } of inputs) {
        const fits =
          shape.length === first.shape.length && shape.every((extent, i) => i === axis || extent === first.shape[i])
        if (!fits || elementType !== first.elementType) {
          throw new ShapeError(
            `concat: ${printShape(shape)} does not fit ${printShape(first.shape)} along axis ${axis}`
          )
        }
      }
      const total = inputs.reduce((sum, { shape }) => sum + shape[axis], 0)
      return { elementType: first.elementType, shape: first.shape.map((extent, i) => (i === axis ? total : extent)) }
    },
    vjp: ({ inputs, attributes: { axis } }, g) => {
      let start = 0
      return inputs.map(({ shape }) => {
        const part = sliceAxis(g, axis, start, shape[axis])
        start += shape[axis]
        return part
      })
    },
    onnx: (emitter, { attributes: { axis } }, inputs) => emitter.node("Concat", inputs, { axis: { int: axis } }),
    tensorflow: (emitter, { elementType, attributes: { axis } }, inputs) =>
      emitter.node("ConcatV2:output", [...inputs, emitter.integers([axis], [])], {
        N: { int: inputs.length },
        T: { type: elementType }
      })
  },
  slice: {
    infer: ([x], { starts, sizes }) => {
      const fits =
        starts.length === x.shape.length && starts.every((start, i) => start >= 0 && start + sizes[i] <= x.shape[i])
      if (!fits) {
        throw new ShapeError(`slice: ${printShape(sizes)} at ${printShape(starts)} lies outside ${printShape(x.shape)}`)
      }
      return { elementType: x.elementType, shape: sizes }
    },
    vjp: ({ inputs: [x], attributes: { starts, sizes } }, g) => [
      pad(
        g,
        starts,
        x.shape.map((extent, i) => extent - starts[i] - sizes[i])
      )
    ],
    onnx: (emitter, { inputs, attributes: { starts, sizes } }, [x]) => {
      const axes = starts.flatMap((_, i) => (sizes[i] === inputs[0].shape[i] ? [] : [i]))
      const of = (values: readonly number[]) => emitter.integers(axes.map((axis) => values[axis]))
      return emitter.node("Slice", [
        x,
        of(starts),
        of(starts.map((start, i) => start + sizes[i])),
        emitter.integers(axes)
      ])
    },
    tensorflow: (emitter, { elementType, attributes: { starts, sizes } }, [x]) =>
      emitter.node("Slice:output", [x, emitter.integers(starts), emitter.integers(sizes)], {
        T: { type: elementType },
        Index: { type: "int32" }
      })
  },
  pad: {
    infer: ([x], { before, after }) => ({
      elementType: x.elementType,
      shape: x.shape.map((extent, i) => extent + before[i] + after[i])
    }),
    vjp: ({ inputs: [x], attributes: { before } }, g) => [slice(g, before, x.shape)],
    onnx: (emitter, { attributes: { before, after } }, [x]) =>
      emitter.node("Pad", [x, emitter.integers([...before, ...after])]),
    tensorflow: (emitter, { elementType, attributes: { before, after } }, [x]) => {
      const around = before.flatMap((size, i) => [size, after[i]])
      return emitter.node("Pad:output", [x, emitter.integers(around, [before.length, 2])], { T: { type: elementType } })
    }
  },
  gatherRows: {
    infer: ([x, indices]) => {
      if (x.shape.length !== 2 || indices.shape.length !== 1 || indices.elementType !== "int32") {
        throw new ShapeError(
          `gatherRows: expected a matrix and int32 [n], found ${printShape(x.shape)} and ${indices.elementType} ${printShape(indices.shape)}`
        )
      }
      return { elementType: x.elementType, shape: [indices.shape[0], x.shape[1]] }
    },
    vjp: ({ inputs: [x, indices] }, g) => [matmul(oneHot(indices, x.shape[0]), g, { transposeA: true }), null],
    onnx: (emitter, _, inputs) => emitter.node("Gather", inputs, { axis: { int: 0 } }),
    tensorflow: (emitter, { elementType }, inputs) =>
      emitter.node("GatherV2:output", [...inputs, emitter.integers([0], [])], {
        Tparams: { type: elementType },
        Tindices: { type: "int32" },
        Taxis: { type: "int32" }
      })
  },
  oneHot: {
    infer: ([indices], { depth }) => {
      if (indices.elementType !== "int32") throw new ShapeError(`oneHot: expected int32, found ${indices.elementType}`)
      return { elementType: "float32", shape: [...indices.shape, depth] }
    },
    vjp: () => [null],
    onnx: (emitter, { attributes: { depth } }, [indices]) =>
      emitter.node("OneHot", [indices, emitter.indices([depth], []), emitter.floats([0, 1], [2])], {
        axis: { int: -1 }
      }),
    tensorflow: (emitter, { elementType, attributes: { depth } }, [indices]) =>
      emitter.node(
        "OneHot:output",
        [indices, emitter.integers([depth], []), emitter.floats([1], []), emitter.floats([0], [])],
        { T: { type: elementType }, TI: { type: "int32" } }
      )
  }
}
