// What the program does if a person runs it instead of a host.

import { PROTOCOL_VERSION } from "./plugin/handshake.js";

/** Prints what was asked for, and returns the exit status. */
export function explain(descriptor, words) {
  if (words.length === 1 && words[0] === "--version") {
    const { provider_id, version, spec_version } = descriptor;
    process.stdout.write(`${provider_id} ${version} (contract ${spec_version}, protocol ${PROTOCOL_VERSION})\n`);
    return 0;
  }
  if (words.length === 1 && words[0] === "--describe") {
    process.stdout.write(JSON.stringify(descriptor, null, 2) + "\n");
    return 0;
  }
  const name = process.argv[1];
  process.stderr.write(`${name} is a payment provider for Paysocket: ${descriptor.display_name}, version ${descriptor.version}.
It is a plugin: a host starts it and calls it. Run it by hand only with one of these flags:

	${name} --version    its version
	${name} --describe   what it can do, as JSON
	${name} --debug      serve hosts that attach to it, to follow their calls in a debugger
`);
  return 2;
}
