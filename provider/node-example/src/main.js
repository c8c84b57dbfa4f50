// payment-provider-node-example is a payment provider for the Memory gateway. A
// host starts this program. README.md says what is where.

import { explain } from "./command_line.js";
import { Gate } from "./contract/gate.js";
import { startedByHost } from "./plugin/handshake.js";
import { serve, serveDebug } from "./plugin/serve.js";
import { provider } from "./provider.js";

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === "--debug") {
  serveDebug((server, lifetime, log) => new Gate(provider, lifetime, log, { debug: true }).register(server));
} else if (words.length > 0 || !startedByHost(process.env)) {
  process.exitCode = explain(provider.descriptor, words);
} else {
  serve((server, lifetime, log) => new Gate(provider, lifetime, log).register(server));
}
