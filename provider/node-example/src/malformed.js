import { ContractError } from "./contract/error.js";

/** Why a live object cannot be used. */
export const LIVE = "it is a live object, and the provider is in test mode";

/** Returns the error of an answer that cannot be used. The text why must quote nothing of the answer. */
export function malformed(why, violations = []) {
  return new ContractError("MALFORMED_RESPONSE", `the gateway's answer cannot be used: ${why}`, { violations });
}
