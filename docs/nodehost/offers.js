// What a provider sells, by the limits in force for its account.

/** Returns the payment method of an attempt if the provider can be asked for it; else null. */
export function limitsOf(plugin, { method, currency, minor_units: amount }) {
  const operations = plugin.descriptor.operations;
  if (!["OPERATION_CREATE_PAYMENT", "OPERATION_GET_STATUS"].every((needed) => operations.includes(needed))) return null;
  const offered = plugin.account.payment_methods.find((m) => m.code === method);
  const limits = offered?.currencies.find((c) => c.currency === currency);
  if (!limits || offered.needs_phone) return null; // this host knows no phone numbers
  if (offered.flow !== "FLOW_REDIRECT") return null; // and shows no codes
  const least = BigInt(limits.min_minor_units ?? 0); // 0 is none
  const most = BigInt(limits.max_minor_units ?? 0);
  return BigInt(amount) >= least && (most === 0n || BigInt(amount) <= most) ? offered : null;
}
