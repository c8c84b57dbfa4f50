// Bundles the provider and its dependencies into one executable file, so that one
// checksum covers them: node build.js FILE

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
// A host starts a provider without PATH, so the first line has the full path of
// the Node.js that runs this build.
writeFileSync(file, Buffer.concat([Buffer.from(`#!${process.execPath}\n`), made.outputFiles[0].contents]));
chmodSync(file, 0o755);
