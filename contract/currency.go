package contract

import "strings"

// Exponent says how many decimal digits the minor unit of a currency has by
// ISO 4217 itself: THB 2, JPY 0, KWD 3. It reports false for a code that is
// not an active currency of the standard, and for those without a minor unit
// (gold, test codes). Tables made for showing prices, such as CLDR's, differ
// for several currencies, and a difference is a hundredfold payment.
//
// Codes are upper case; "thb" is not a currency.
func Exponent(currency string) (int, bool) {
	if len(currency) != 3 {
		return 0, false
	}
	for exponent, codes := range currenciesByExponent {
		// Codes stand in groups of three letters and a space, so a hit must
		// begin at a multiple of four.
		if at := strings.Index(codes, currency); at >= 0 && at%4 == 0 {
			return exponent, true
		}
	}
	return 0, false
}

// currenciesByExponent is the list of active currencies of ISO 4217, each at
// the index of its exponent, sorted.
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
