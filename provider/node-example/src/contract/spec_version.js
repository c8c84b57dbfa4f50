/** The version of the contract that this code was written for. */
export const SPEC_VERSION = "0.1.0";
