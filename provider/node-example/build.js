// Puts the provider and all that it needs into one file that the system can
// execute, so that one checksum covers it: node build.js FILE

import { chmodSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

const [file] = process.argv.slice(2);
const made = await build({
  entryPoints: ["src/main.js"],
  bundle: true,
  write: false,
  platform: "node",
  target: "node20",
  format: "cjs",
  loader: { ".proto": "text" },
  legalComments: "eof",
  logLevel: "warning",
});
// A host starts a provider with no PATH, so the interpreter is named in full:
// the one that builds.
writeFileSync(file, Buffer.concat([Buffer.from(`#!${process.execPath}\n`), made.outputFiles[0].contents]));
chmodSync(file, 0o755);
