// Lets Node.js import a .proto file as text, as the bundler does:
// node --import ./proto_text.js --test test/

import { readFile } from "node:fs/promises";
import { register } from "node:module";

register(import.meta.url); // this file is also the hook

export async function load(url, context, next) {
  if (!url.endsWith(".proto")) return next(url, context);
  const text = await readFile(new URL(url), "utf8");
  return { format: "module", shortCircuit: true, source: `export default ${JSON.stringify(text)};` };
}
