// node scripts/install-tensorflow.mjs [--gpu] [--into <folder>]
//
// Puts native TensorFlow where the engine `tensorflow` finds it: into .toolchain/tensorflow/ (git-ignored), or <folder>.
// The library comes from the wheel on PyPI, the small binding to Node is compiled from its npm package: no Python package
// is installed, and nothing outside the folder is touched. Linux on x86-64; the CPU needs 230 MB down and 650 MB of disk,
// --gpu some 3 GB down and 4 GB of disk (CUDA and cuDNN included; the driver is the machine's).
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join, resolve } from "node:path"
import process from "node:process"
import { parseArgs } from "node:util"

/** 2.18 knows the newest GPUs; 2.15 writes fewer messages that no setting silences. */
const TENSORFLOW = { cpu: "2.15.1", gpu: "2.18.1" }
const BINDING = "4.22.0"
const NODE_HEADERS = "1.9.0"
const PYTHON = "3.11"
const PLATFORM = "manylinux_2_17_x86_64"
const NVIDIA_PLATFORMS = [PLATFORM, "manylinux2014_x86_64", "manylinux1_x86_64", "manylinux_2_5_x86_64"]

const USAGE = "usage: node scripts/install-tensorflow.mjs [--gpu] [--into <folder>]"
const options = { gpu: { type: "boolean" }, into: { type: "string" }, help: { type: "boolean" } }

const fail = (message) => {
  console.error(`install-tensorflow: ${message}`)
  process.exit(1)
}

const readOptions = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    console.error(`install-tensorflow: ${error.message}\n${USAGE}`)
    return process.exit(2)
  }
}

const { gpu = false, into, help = false } = readOptions()
if (help) {
  console.log(USAGE)
  process.exit(0)
}
const home = resolve(
  into ?? process.env.TWINPACT_TENSORFLOW_DIR ?? join(import.meta.dirname, "../.toolchain/tensorflow")
)
const packageName = gpu ? "tfjs-node-gpu" : "tfjs-node"
const wheel = gpu ? `tensorflow==${TENSORFLOW.gpu}` : `tensorflow-cpu==${TENSORFLOW.cpu}`
const target = join(home, "node_modules", "@tensorflow", packageName)
const stamp = { wheel, binding: `@tensorflow/${packageName}@${BINDING}` }

/** Whether the folder holds these versions already; the stamp is written last. */
const isInstalled = () => {
  const file = join(target, "twinpact-install.json")
  return existsSync(file) && readFileSync(file, "utf8") === JSON.stringify(stamp)
}

/** Runs a step with its output on stderr; with `capture`, its stdout is returned. */
const step = (command, args, { cwd, capture = false } = {}) => {
  const { status, error, stdout } = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", capture ? "pipe" : 2, 2],
    encoding: "utf8"
  })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed${error ? `: ${error.message}` : ""}`)
  return stdout
}

const runs = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0

const findTools = () => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    fail(
      `expected Linux on x86-64, found ${process.platform} on ${process.arch}; ` +
        `elsewhere install the npm package @tensorflow/${packageName}, whose own script fetches the library`
    )
  }
  const python = ["python3", "python"].find((name) => runs(name, ["-m", "pip", "--version"]))
  const compiler = [process.env.CXX, "c++", "g++", "clang++"].find((name) => name && runs(name, ["--version"]))
  const missing = [
    python ? [] : ["Python 3 with pip, which downloads the library (Debian: apt-get install python3-pip)"],
    compiler ? [] : ["a C++17 compiler (Debian: apt-get install g++)"],
    runs("npm", ["--version"]) ? [] : ["npm, which comes with Node"],
    runs("tar", ["--version"]) ? [] : ["tar"]
  ].flat()
  if (missing.length > 0) fail(`not found on this machine:\n${missing.map((line) => `  - ${line}`).join("\n")}`)
  return { python, compiler }
}

/** The folder that an npm package unpacks to, without its dependencies and without running its scripts. */
const fetchNpm = (draft, specifier) => {
  const folder = mkdtempSync(join(draft, "npm-"))
  step("npm", ["pack", "--silent", "--loglevel=error", "--pack-destination", folder, specifier], { capture: true })
  step("tar", ["xzf", readdirSync(folder)[0]], { cwd: folder })
  return join(folder, "package")
}

const fetchWheels = (python, draft, specifiers, platforms) => {
  const folder = mkdtempSync(join(draft, "wheels-"))
  const platformArgs = platforms.flatMap((platform) => ["--platform", platform])
  const wanted = ["--no-deps", "--only-binary=:all:", "--python-version", PYTHON, ...platformArgs]
  step(python, ["-m", "pip", "download", "--disable-pip-version-check", "-q", ...wanted, "-d", folder, ...specifiers])
  return readdirSync(folder).map((name) => join(folder, name))
}

/** Unpacks the members of a wheel whose names match; returns those names. */
const unzip = (python, file, pattern, into) => {
  const script = [
    "import re, sys, zipfile",
    "wheel = zipfile.ZipFile(sys.argv[1])",
    "names = [name for name in wheel.namelist() if re.match(sys.argv[2], name)]",
    "wheel.extractall(sys.argv[3], names)",
    "print('\\n'.join(names))"
  ].join("\n")
  return step(python, ["-c", script, file, pattern, into], { capture: true }).trim().split("\n")
}

const compile = (compiler, draft, built) => {
  const headers = fetchNpm(draft, `node-api-headers@${NODE_HEADERS}`)
  const source = join(built, "binding", "tfjs_backend.cc")
  // one set shared by all worker threads without a lock becomes one for each
  const unlocked = "static std::set<std::string> ATTR_NAME_SET"
  writeFileSync(
    source,
    readFileSync(source, "utf8").replace(unlocked, unlocked.replace("static", "static thread_local"))
  )
  const output = join(built, "lib", "napi-v8")
  mkdirSync(output, { recursive: true })
  const sources = readdirSync(join(built, "binding")).filter((name) => name.endsWith(".cc"))
  step(compiler, [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8"],
    ...[join(headers, "include"), join(draft, "tensorflow", "include"), built].map((folder) => `-I${folder}`),
    ...sources.map((name) => join(built, "binding", name)),
    ...["-o", join(output, "tfjs_binding.node"), `-L${join(built, "deps", "lib")}`],
    ...["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2", "-Wl,-rpath,$ORIGIN/../../deps/lib"]
  ])
}

/** CUDA, cuDNN and the compiler that XLA calls, in the versions that the wheel names. */
const fetchCuda = (python, draft, metadata, built) => {
  const lines = readFileSync(metadata, "utf8").matchAll(/^Requires-Dist: (nvidia-[\w-]+) ?\(?(==[\d.]+)/gm)
  const specifiers = [...lines].map(([, name, version]) => name + version)
  console.error(`install-tensorflow: downloading ${specifiers.length} CUDA packages`)
  for (const file of fetchWheels(python, draft, specifiers, NVIDIA_PLATFORMS)) {
    const names = unzip(python, file, "nvidia/", join(built, "deps"))
    for (const name of names.filter((name) => /\/bin\/[^/]+$/.test(name))) chmodSync(join(built, "deps", name), 0o755)
    rmSync(file)
  }
}

const install = (draft, { python, compiler }) => {
  console.error(`install-tensorflow: downloading ${wheel}`)
  const built = fetchNpm(draft, `@tensorflow/${packageName}@${BINDING}`)
  const [file] = fetchWheels(python, draft, [wheel], [PLATFORM])
  const pattern = "tensorflow/libtensorflow_(cc|framework)\\.so\\.2$|tensorflow/include/.*\\.h$|[^/]*/METADATA$"
  const names = unzip(python, file, pattern, draft)
  rmSync(file)
  const libraries = join(built, "deps", "lib")
  mkdirSync(libraries, { recursive: true })
  for (const name of ["libtensorflow_cc", "libtensorflow_framework"]) {
    renameSync(join(draft, "tensorflow", `${name}.so.2`), join(libraries, `${name}.so.2`))
  }
  // the names under which the npm package's own loader looks for them
  symlinkSync("libtensorflow_cc.so.2", join(libraries, "libtensorflow.so"))
  symlinkSync("libtensorflow_framework.so.2", join(libraries, "libtensorflow_framework.so"))
  console.error("install-tensorflow: compiling the binding")
  compile(compiler, draft, built)
  if (gpu)
    fetchCuda(
      python,
      draft,
      join(
        draft,
        names.find((name) => name.endsWith("METADATA"))
      ),
      built
    )
  step(process.execPath, ["-e", `require(${JSON.stringify(join(built, "lib", "napi-v8", "tfjs_binding.node"))})`])
  writeFileSync(join(built, "twinpact-install.json"), JSON.stringify(stamp))
  mkdirSync(join(target, ".."), { recursive: true })
  rmSync(target, { recursive: true, force: true })
  renameSync(built, target) // the folder appears complete or not at all
}

if (isInstalled()) {
  console.error(`install-tensorflow: ${stamp.wheel} is installed in ${target}`)
} else {
  const tools = findTools()
  mkdirSync(home, { recursive: true })
  const draft = mkdtempSync(join(home, "draft-"))
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"
  try {
    install(draft, tools)
    console.error(`install-tensorflow: installed ${stamp.wheel} in ${target}`)
  } catch (error) {
    process.exitCode = 1
    console.error(`install-tensorflow: ${error.message}`)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
