import manifest from "../package.json" with { type: "json" }

/** Version of twinpact, as published. */
export const packageVersion: string = manifest.version
