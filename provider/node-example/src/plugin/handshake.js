// How a host and a plugin recognise each other. Nothing in this file ever
// changes: plugins that were built years ago are still to be understood.

/** In the environment of every plugin. It is no secret: it tells a plugin that a host started it. */
export const MAGIC_COOKIE = { name: "PAYSOCKET_PLUGIN", value: "b1f0c9e47a2d4d86a35b6c1de8f27409" };

/** The version of what is spoken after the handshake. */
export const PROTOCOL_VERSION = 1;

const CORE_VERSION = 1;

/** Whether a host started this process. */
export function startedByHost(environment) {
  return environment[MAGIC_COOKIE.name] === MAGIC_COOKIE.value;
}

/**
 * The one line that a host waits for. The certificate is DER, or null if the
 * host gave none of its own.
 */
export function handshakeLine(socketPath, certificate) {
  const encoded = certificate === null ? "" : certificate.toString("base64").replace(/=+$/, "");
  return `${CORE_VERSION}|${PROTOCOL_VERSION}|unix|${socketPath}|grpc|${encoded}\n`;
}
