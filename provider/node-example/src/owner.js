// Whose an object of the gateway's is. That is asked first: what the host did not
// make is not judged, so that it never hides what the host made.

import { isID } from "./fields.js";
import { NotJSON, readObject, readOutline } from "./json.js";
import { malformed } from "./malformed.js";

// The levels that decide: the answer, its list and the objects in that; the event and
// its object.
export const LIST = 3;
export const EVENT = 2;

/**
 * Reads an answer or event of which the outer levels decide whose what is in it
 * is. Returns `{ value, flawed }`, as readOutline does.
 */
export function readWithOwners(bytes, judged) {
  try {
    return { value: readObject(bytes), flawed: new Set() };
  } catch (error) {
    if (!(error instanceof NotJSON)) throw error;
    return readOutline(bytes, judged);
  }
}

/** Whether the host made an object; undefined if nobody can know. */
export function isHosts(object) {
  if (object === null || typeof object !== "object" || Array.isArray(object)) return undefined;
  const key = object.idempotency_key ?? "";
  return typeof key === "string" ? key !== "" : undefined;
}

/**
 * Translates the elements of a list with `translate`. Those that cannot be read are
 * left out unless the host made them; `complete` is false if nobody can know of one
 * whether it did.
 */
export function translateListed(elements, flawed, translate) {
  const translated = [];
  let complete = true;
  for (const element of elements) {
    const hosts = isHosts(element);
    complete &&= hosts !== undefined;
    try {
      if (flawed.has(element)) throw withID(malformed("a part of it cannot be read"), element);
      translated.push(translate(element));
    } catch (error) {
      if (hosts || error.reason !== "MALFORMED_RESPONSE") throw error;
    }
  }
  return { translated, complete };
}

function withID(error, { id, object }) {
  return isID(id) ? error.with(object === "refund" ? "refund_id" : "payment_id", id) : error;
}
