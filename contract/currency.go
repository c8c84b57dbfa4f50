package contract

import "strings"

// Exponent returns the number of decimal digits that the minor unit of a
// currency has in ISO 4217: THB 2, JPY 0, KWD 3. It returns false for a code
// that the standard does not have, and for a code without a minor unit, such as
// gold or a test code. Codes are in upper case: "thb" is not a currency.
//
// Currencies that the standard has retired, such as HRK, are among them: a
// gateway's list still has payments in them, and those can be refunded. A payment
// in one cannot be created.
//
// The table is that of the standard itself. Tables made for displaying prices,
// such as CLDR's, differ for several currencies, and a difference of two digits
// is a payment a hundred times too large.
func Exponent(currency string) (int, bool) {
	if exponent, active := exponentIn(currenciesByExponent[:], currency); active {
		return exponent, true
	}
	return exponentIn(retiredByExponent[:], currency)
}

// isRetired reports whether the standard had a currency and has no longer.
func isRetired(currency string) bool {
	_, retired := exponentIn(retiredByExponent[:], currency)
	return retired
}

func exponentIn(table []string, currency string) (int, bool) {
	if len(currency) != 3 {
		return 0, false
	}
	for exponent, codes := range table {
		// A code takes three letters and a space, so a match must begin at a
		// multiple of four.
		if at := strings.Index(codes, currency); at >= 0 && at%4 == 0 {
			return exponent, true
		}
	}
	return 0, false
}

// currenciesByExponent lists the active currencies of ISO 4217 at the index of
// their exponent, sorted.
var currenciesByExponent = [...]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ",
	1: "",
	2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP " +
		"GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT " +
		"LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN " +
		"NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP " +
		"SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS " +
		"VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ",
	3: "BHD IQD JOD KWD LYD OMR TND ",
	4: "CLF UYW ",
}

// retiredByExponent lists, in the same form, the currencies of ISO 4217's list of
// historic codes (list three, as of January 2026) that were active in 1999 or
// later; no gateway's API is older. That list has no exponents: they are those of
// the editions in which the codes were active, as OpenJDK keeps them in
// currency.properties.
var retiredByExponent = [...]string{
	0: "ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL ",
	1: "",
	2: "AFA ANG ATS AYM AZM BGL BGN CSD CUC CYP DEM EEK FIM FRF GHC GWP HRK IEP LTL LVL " +
		"MRO MTL MZM NLG ROL RUR SDD SIT SKK SLL SRG STD TMM USS VEB VEF YUM ZMK ZWD ZWL ZWN ZWR ",
}
