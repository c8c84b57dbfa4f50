// The .proto files, for @grpc/grpc-js. Messages are plain objects with the names of the
// .proto. Enums are their names, 64-bit integers decimal strings (a JavaScript number has
// 53 bits), bytes Buffers; what is not set is null.

import { fileURLToPath } from "node:url";

import { loadSync } from "@grpc/proto-loader";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const definitions = loadSync([
  "../../contract/paymentprovider/v1/paymentprovider.proto",
  "../../provider/node-example/src/contract/google_rpc.proto", // errors
  "../../provider/node-example/src/plugin/plugin.proto", // the end of a plugin
  "../../provider/node-example/src/plugin/health.proto",
].map(path), { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true });

export const services = {
  provider: definitions["paymentprovider.v1.PaymentProvider"],
  health: definitions["grpc.health.v1.Health"],
  controller: definitions["plugin.GRPCController"],
};

/** Decodes a message, given its full name. */
export function decode(name, bytes) { return definitions[name].deserialize(bytes); }

/** Returns a time in milliseconds as a message; null stays null. */
export function toTimestamp(ms) {
  if (ms === null) return null;
  const seconds = Math.floor(ms / 1000);
  return { seconds: String(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}

/** Returns a duration of a message in milliseconds, 0 if it is absent. */
export function toMilliseconds(duration) {
  return duration ? Number(duration.seconds) * 1000 + Math.floor(duration.nanos / 1e6) : 0;
}
