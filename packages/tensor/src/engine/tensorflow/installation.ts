import { existsSync, globSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import process from "node:process"

/** Where the engine runs. `cuda` is a GPU of NVIDIA. */
export type TensorflowDevice = "cpu" | "cuda"

/** A native TensorFlow on this machine. */
export interface TensorflowInstallation {
  readonly packageName: string
  readonly hasCuda: boolean
  /** The compiled binding, which loads the library beside it. */
  readonly binding: string
  /** The folder of CUDA's own packages beside the library; null where the machine's CUDA is used. */
  readonly cudaFolder: string | null
}

const PACKAGES = [
  { packageName: "@tensorflow/tfjs-node", hasCuda: false },
  { packageName: "@tensorflow/tfjs-node-gpu", hasCuda: true }
]

/** Where `install tensorflow` puts the library unless TWINPACT_TENSORFLOW_DIR says otherwise. */
const DEFAULT_FOLDER = join(import.meta.dirname, "../../../../../.toolchain/tensorflow")

/**
 * Every native TensorFlow that can be found, the preferred first: a dependency of this package, one of the project that
 * runs, then what `install tensorflow` put into TWINPACT_TENSORFLOW_DIR or the repository's `.toolchain/tensorflow`.
 * Looks at files, loads nothing.
 */
export const findTensorflow = (): readonly TensorflowInstallation[] => {
  const places = [import.meta.dirname, process.cwd(), process.env.TWINPACT_TENSORFLOW_DIR ?? DEFAULT_FOLDER]
  return places.flatMap((place) =>
    PACKAGES.flatMap(({ packageName, hasCuda }) => {
      const root = packageFolder(packageName, place)
      // a package whose install script did not run has no binding
      const binding = root === null ? undefined : globSync("lib/napi-v*/tfjs_binding.node", { cwd: root }).sort().at(-1)
      if (root === null || binding === undefined) return []
      const cudaFolder = join(root, "deps", "nvidia")
      return {
        packageName,
        hasCuda,
        binding: join(root, binding),
        cudaFolder: existsSync(cudaFolder) ? cudaFolder : null
      }
    })
  )
}

/** The installation for a device: for the CPU one without CUDA is preferred, since it holds no GPU memory. */
export const chooseTensorflow = (device: TensorflowDevice): TensorflowInstallation | undefined => {
  const found = findTensorflow()
  const fitting = found.find(({ hasCuda }) => hasCuda === (device === "cuda"))
  return fitting ?? (device === "cpu" ? found[0] : undefined)
}

/** The command that installs what `device` needs. */
export const installCommand = (device: TensorflowDevice): string =>
  `./twinpact install tensorflow${device === "cuda" ? " --gpu" : ""}`

const packageFolder = (packageName: string, from: string): string | null => {
  try {
    return dirname(createRequire(join(from, "package.json")).resolve(`${packageName}/package.json`))
  } catch {
    return null
  }
}
