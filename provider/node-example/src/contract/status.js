// Encodes an error of the contract as a gRPC status: code and message, and in the
// trailer grpc-status-details-bin a google.rpc.Status with typed details.

import grpc from "@grpc/grpc-js";

import { encode } from "./definitions.js";
import { allows, INDETERMINATE, movesMoney } from "./error.js";
import { fromMilliseconds } from "./time.js";

const DOMAIN = "paymentprovider.v1";

// A status travels in trailers, and HTTP/2 bounds those.
const MAX_MESSAGE = 4 << 10;
const MAX_VIOLATIONS = 16;
const MAX_TEXT = 512;
const MAX_PAIRS = 16;
const MAX_RETRY = 24 * 60 * 60 * 1000;

/** Returns what @grpc/grpc-js expects as an error. */
export function encodeError(operation, error) {
  const code = grpc.status[error.code];
  const message = cut(error.message, MAX_MESSAGE);
  const details = [any("google.rpc.ErrorInfo", { reason: error.reason, domain: DOMAIN, metadata: pairs(error.metadata) })];
  if (error.violations.length > 0) {
    details.push(any("google.rpc.BadRequest", { field_violations: error.violations.slice(0, MAX_VIOLATIONS).map(violation) }));
  }
  if (error.retryAfter > 0) {
    details.push(any("google.rpc.RetryInfo", { retry_delay: fromMilliseconds(Math.min(error.retryAfter, MAX_RETRY)) }));
  }
  if (movesMoney(operation)) {
    // An outcome that contradicts the reason proves nothing.
    const outcome = allows(error.reason, error.outcome) ? error.outcome : INDETERMINATE;
    details.push(any("paymentprovider.v1.OperationOutcome", { outcome: `OUTCOME_${outcome}` }));
  }
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", encode("google.rpc.Status", { code, message, details }));
  return { code, details: message, metadata };
}

function any(name, message) { return { type_url: `type.googleapis.com/${name}`, value: encode(name, message) }; }

function violation({ field, description }) {
  return { field: cut(field, MAX_TEXT), description: cut(description, MAX_TEXT) };
}

function pairs(metadata) {
  return Object.fromEntries(Object.entries(metadata).slice(0, MAX_PAIRS).map(([key, value]) => [key, cut(value, MAX_TEXT)]));
}

/** Truncates a text to so many bytes of UTF-8, between two characters. */
function cut(text, limit) {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = limit;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
