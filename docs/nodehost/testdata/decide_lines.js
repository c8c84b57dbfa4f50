// Decides for lines of {"history": ..., "now": ...} on standard input: the test compares
// what it prints with contract.Decide.

import readline from "node:readline";

import { decide } from "../decide.js";

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { history, now } = JSON.parse(line);
  const { action, free, firstAt, lastUnknownAt } = decide(history, now);
  process.stdout.write(`${JSON.stringify({ action, free, firstAt, lastUnknownAt })}\n`);
}
