// Money. An amount counts the currency's smallest unit and is a BigInt here:
// a number of JavaScript's is exact to 53 bits only, the wire's have 64.

// ISO 4217's active currencies by the decimal digits of their smallest unit.
// Tables made for showing prices (Intl's among them) differ for some, and a
// difference is a hundredfold charge.
const BY_EXPONENT = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP " +
    "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT " +
    "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN " +
    "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP " +
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS " +
    "VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const EXPONENTS = new Map(Object.entries(BY_EXPONENT).flatMap(
  ([exponent, codes]) => codes.split(" ").map((code) => [code, Number(exponent)])));

/** How many decimal digits the smallest unit has: undefined for what is no currency. */
export function exponentOf(currency) { return EXPONENTS.get(currency); }

/** Writes an amount for the wire, with the exponent, so that a host that counts otherwise notices. */
export function toWire(currency, minorUnits) {
  return { currency, minor_units: minorUnits.toString(), exponent: exponentOf(currency) };
}

/** The amount of a message of the wire; 0 if it is absent. */
export function minorUnitsOf(money) { return BigInt(money?.minor_units ?? 0); }

/** Whether two amounts of the wire are the same. */
export function same(one, other) {
  return one.currency === other.currency && minorUnitsOf(one) === minorUnitsOf(other);
}
