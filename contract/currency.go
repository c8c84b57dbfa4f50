package contract

import "strings"

// Exponent returns the number of decimal digits that the minor unit of a
// currency has in ISO 4217: THB 2, JPY 0, KWD 3. It returns false for a code
// that is not an active currency of the standard, and for a code without a minor
// unit, such as gold or a test code. Codes are in upper case: "thb" is not a
// currency.
//
// The table is that of the standard itself. Tables made for displaying prices,
// such as CLDR's, differ for several currencies, and a difference of two digits
// is a payment a hundred times too large.
func Exponent(currency string) (int, bool) {
	if len(currency) != 3 {
		return 0, false
	}
	for exponent, codes := range currenciesByExponent {
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
