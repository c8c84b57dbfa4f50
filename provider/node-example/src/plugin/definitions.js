// Loads the .proto files, which the bundler puts into the program as texts, for
// @grpc/grpc-js. Messages are plain objects with the names of the .proto. Enums
// are their names, 64-bit integers decimal strings (a JavaScript number has 53
// bits), bytes Buffers.

import { fromJSON } from "@grpc/proto-loader";
import protobuf from "protobufjs";

const OPTIONS = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
const IMPORTED = ["google/protobuf/any.proto", "google/protobuf/duration.proto", "google/protobuf/timestamp.proto"];

/** Loads .proto texts. Returns services and messages by their full names; messages have serialize and deserialize. */
export function loadDefinitions(...texts) {
  const root = new protobuf.Root();
  for (const name of IMPORTED) root.addJSON(protobuf.common.get(name).nested);
  for (const text of texts) protobuf.parse(text, root, { keepCase: true });
  return fromJSON(root.toJSON(), OPTIONS);
}
