package contract

// CreatePaymentRequest asks for one payment. Attempt.Key, Amount and Method
// identify it: a repeated call must carry the same.
type CreatePaymentRequest struct {
	// Attempt carries the idempotency key and, on a repeated call, its times.
	Attempt Attempt

	// Reference is the merchant's own reference, for people and statements: 1 to
	// 255 bytes of UTF-8. Several payments may have the same reference, and
	// nothing is ever looked up by it.
	Reference string

	// Amount is more than 0, in a currency that the method accepts.
	Amount Money

	// Method is the code of one of the descriptor's payment methods. If it is
	// empty, too long or malformed, the error is InvalidRequest; if it is any
	// other text, MethodUnsupported.
	Method string

	// ReturnURL is the page to which the payer comes back: an absolute http or
	// https URL of up to 2048 bytes of ASCII, its host in punycode and the rest
	// percent-encoded, backslashes too. That someone comes there proves nothing.
	ReturnURL string

	// Description is for people at the gateway; up to 255 bytes.
	Description string

	// Metadata is stored at the gateway with the payment: up to 20 pairs, with
	// keys of 1 to 40 bytes and values of up to 255 bytes. The keys MetadataKey
	// and MetadataReference are reserved for the provider.
	Metadata map[string]string

	// Payer is what the host knows about the payer; nil if it knows nothing.
	Payer *Payer

	// WebhookURL is where the gateway sends the webhooks of this payment: an
	// absolute https URL in ASCII, or http on the host's own machine; empty for the
	// account's default. It needs WebhookTerms.PerPaymentURL.
	WebhookURL string
}

// The keys of the gateway's metadata under which a provider stores what it needs
// to find a payment or a refund again. Hosts must not use them.
const (
	MetadataKey       = "paysocket_key"
	MetadataReference = "paysocket_reference"
)

// Payer is what a host may say about the payer. Every field may be empty, and a
// Payer with no field set is the same as none. A provider must not refuse a payment
// because of IP, Locale or Platform: it does not send what its gateway cannot take.
type Payer struct {
	IP       string   // textual IPv4 or IPv6 address
	Locale   string   // BCP 47 language tag, such as "zh-CN"; up to 35 bytes, whose form is not checked
	Platform Platform // the kind of the payer's device

	// Phone is the payer's phone number in the form of E.164, "+66812345678". It
	// must be set for a method with PaymentMethod.NeedsPhone. It is a Secret because
	// it must not get into logs, errors, answers, URLs or files, nor more than five
	// of its digits in a row.
	Phone Secret
}

// Platform is the kind of device that the payer uses.
type Platform string

// The platforms. The zero value means that the platform is unknown.
const (
	PlatformWeb     Platform = "WEB"
	PlatformIOS     Platform = "IOS"
	PlatformAndroid Platform = "ANDROID"
)
