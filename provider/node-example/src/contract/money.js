// Money. An amount counts the currency's smallest unit and is a BigInt here,
// since a JavaScript number has 53 bits and the contract's amounts have 64.

// ISO 4217's active currencies by the decimal digits of their smallest unit.
// Tables made for showing prices, such as Intl's, differ for some. Then a payment
// would be a hundred times too large or too small.
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

// The standard's historic codes (list three, as of January 2026) that were active in
// 1999 or later. Old payments have them.
const RETIRED_BY_EXPONENT = {
  0: "ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL",
  2: "AFA ANG ATS AYM AZM BGL BGN CSD CUC CYP DEM EEK FIM FRF GHC GWP HRK IEP LTL LVL " +
    "MRO MTL MZM NLG ROL RUR SDD SIT SKK SLL SRG STD TMM USS VEB VEF YUM ZMK ZWD ZWL ZWN ZWR",
};

function byCode(table) {
  return new Map(Object.entries(table).flatMap(([exponent, codes]) => codes.split(" ").map((code) => [code, Number(exponent)])));
}

const RETIRED = byCode(RETIRED_BY_EXPONENT);
const EXPONENTS = new Map([...RETIRED, ...byCode(BY_EXPONENT)]);

/** Returns how many decimal digits the smallest unit has, or undefined if the currency is unknown. */
export function exponentOf(currency) { return EXPONENTS.get(currency); }

/** Whether the standard had a currency and has no longer. */
export function isRetired(currency) { return RETIRED.has(currency); }

/** Returns an amount as a message. Its exponent lets a host with another table notice. */
export function toWire(currency, minorUnits) {
  return { currency, minor_units: minorUnits.toString(), exponent: exponentOf(currency) };
}

/** Returns the amount of a message, or 0 if it is absent. */
export function minorUnitsOf(money) { return BigInt(money?.minor_units ?? 0); }

/** Whether two messages are the same amount. */
export function same(one, other) {
  return one.currency === other.currency && minorUnitsOf(one) === minorUnitsOf(other);
}
