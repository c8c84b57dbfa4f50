// Nothing found by a key, and how much that proves.

import { ContractError } from "./contract/error.js";
import { formatTime, fromWire } from "./contract/time.js";

/**
 * The error of a complete look-up that found nothing. The gateway's index holds
 * a payment from the moment that it is made. But a request whose answer was
 * lost may be under way still, for as long as a call may take: until then
 * nothing found is not settled. `asked` is when the look-up began, in ns, and
 * `settle` that time in ms.
 */
export function notFoundByKey(reason, attempt, asked, settle) {
  const unknown = fromWire(attempt.last_unknown_at);
  const settled = unknown === null || asked >= unknown + BigInt(Math.ceil(settle)) * 1_000_000n;
  const proof = settled ? "" : ", which proves nothing yet: ask again later";
  return new ContractError(reason, `nothing was found for this idempotency key${proof}`, {
    metadata: {
      complete: "true",
      settled: String(settled),
      searched_from: formatTime(fromWire(attempt.first_at)),
      searched_until: formatTime(asked),
    },
  });
}
