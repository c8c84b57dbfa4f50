// How a host and a plugin recognise each other. Nothing in this file ever
// changes, so that hosts can use plugins that were built years ago.

/** A variable in the environment of every plugin. It is not a secret: it says that a host started the plugin. */
export const MAGIC_COOKIE = { name: "PAYSOCKET_PLUGIN", value: "b1f0c9e47a2d4d86a35b6c1de8f27409" };

/** The version of the protocol after the handshake. */
export const PROTOCOL_VERSION = 1;

const CORE_VERSION = 1;

/** Whether a host started this process. */
export function startedByHost(environment) {
  return environment[MAGIC_COOKIE.name] === MAGIC_COOKIE.value;
}

/**
 * Returns the line that a host waits for. The certificate is DER, or null if the
 * host did not send one.
 */
export function handshakeLine(socketPath, certificate) {
  const encoded = certificate === null ? "" : certificate.toString("base64").replace(/=+$/, "");
  return `${CORE_VERSION}|${PROTOCOL_VERSION}|unix|${socketPath}|grpc|${encoded}\n`;
}
