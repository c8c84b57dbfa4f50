// The error of a look-up that found nothing, and whether it proves absence.

import { ContractError } from "./contract/error.js";
import { formatTime, fromWire } from "./contract/time.js";
import { SETTLE_TIME } from "./describe.js";

/**
 * Returns the error of a look-up that found nothing. It is complete unless there was
 * something of which nobody can know with which key it was made. The gateway lists a
 * payment as soon as it is made. But a request whose answer was lost may still be
 * under way. Until the settle time has passed, an empty answer is not settled.
 * `asked` is when the look-up began, in ns.
 */
export function notFoundByKey(reason, attempt, asked, complete) {
  const unknown = fromWire(attempt.last_unknown_at);
  const settled = unknown === null || asked >= unknown + BigInt(SETTLE_TIME) * 1_000_000n;
  const proof = settled && complete ? "" : ", which proves nothing yet; look it up again later";
  return new ContractError(reason, `nothing was found for this idempotency key${proof}`, {
    metadata: {
      complete: String(complete),
      settled: String(settled),
      searched_from: formatTime(fromWire(attempt.first_at)),
      searched_until: formatTime(asked),
    },
  });
}
