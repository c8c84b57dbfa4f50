import { ContractError } from "./contract/error.js";

/** The error of an answer that cannot be used. Why must quote nothing of it. */
export function malformed(why, violations = []) {
  return new ContractError("MALFORMED_RESPONSE", `the gateway's answer cannot be used: ${why}`, { violations });
}
