export { type Cost, cost, type OpCost } from "./cost.ts"
export {
  type DenoiserWidths,
  denoisePlainly,
  denoiserShapes,
  denoiserWidths,
  makeDenoiser
} from "./diffusion/denoiser.ts"
export { noisePredictionLoss, qSample } from "./diffusion/noise-prediction-loss.ts"
export { type Denoiser, predictX0, type ReverseChainOptions, reverseChain } from "./diffusion/reverse-chain.ts"
export { type BetaSchedule, type DiffusionSchedule, makeSchedule, posteriorMean } from "./diffusion/schedule.ts"
export { describeEngines, type EngineDescription } from "./engine/available-engines.ts"
export { compile, type DeviceName, type EngineName, type EngineOptions } from "./engine/compile.ts"
export type { CompiledPrograms, CompileOptions, NamedValues, Programs, TensorValues } from "./engine/engine.ts"
export { compileOnnx } from "./engine/onnx/onnx-engine.ts"
export { type OpenFile, openOnnxFile } from "./engine/onnx/open-file.ts"
export { moveState, ProgramCache } from "./engine/program-cache.ts"
export { type ProcessSettings, prepareTensorflow } from "./engine/tensorflow/process-settings.ts"
export { EngineError, FormatError, GraphError, ProgramError, ShapeError, TensorError } from "./errors.ts"
export { type ExportOptions, exportOnnx } from "./export/onnx-file.ts"
export { decodeSafetensors, encodeSafetensors, type SafeTensor, type SafeValues } from "./export/safetensors.ts"
export { gradient } from "./gradient.ts"
export * from "./graph.ts"
export { type Activation, logSumExp, mish, silu, softmax, softplus } from "./nn/activations.ts"
export { sinusoidalEmbedding } from "./nn/embedding.ts"
export {
  glorotUniform,
  heNormal,
  type Initialiser,
  initialiseParameters,
  pytorchDefault,
  type RandomSource,
  zeros
} from "./nn/initialisers.ts"
export { linear, linearOfConcat, mlp, mlpShapes, type NamedNodes } from "./nn/linear.ts"
export { gaussianLogDensity, huber, squaredError } from "./nn/losses.ts"
export { layerNorm } from "./nn/normalisation.ts"
export { type PackedShapes, packedShape, packValues, unpack, unpackValues } from "./nn/packing.ts"
export type { ClipGradient, ElementType, Node, OpName, TensorType } from "./node.ts"
export { type AdamOptions, adamStateShapes, adamW, type OptimiserUpdate } from "./optim/adam.ts"
export { clipByGlobalNorm, globalNorm } from "./optim/clip-by-global-norm.ts"
export { polyakUpdate } from "./optim/polyak.ts"
export { sgd } from "./optim/sgd.ts"
export { print } from "./print.ts"
export { type InputSpec, type Program, type ProgramResult, program } from "./program.ts"
export { type Shape, sizeOf } from "./shape.ts"
export { verify } from "./verify.ts"
