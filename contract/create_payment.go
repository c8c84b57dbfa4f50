package contract

// CreatePaymentRequest asks for one payment. The parts that identify it are
// Attempt, Amount and Method: a repeated call must carry the same.
type CreatePaymentRequest struct {
	// Attempt carries the idempotency key and, on a repeated call, its times.
	Attempt Attempt

	// Reference is the merchant's own, for people and statements: 1 to 255
	// bytes of UTF-8. It may be the same for several payments, and nothing is
	// ever looked up by it.
	Reference string

	// Amount is more than nothing, in a currency that the method has.
	Amount Money

	// Method is the code of one of the descriptor's payment methods.
	Method string

	// ReturnURL is where the payer comes back to, absolute, http or https, up
	// to 2048 bytes. That someone comes there proves nothing.
	ReturnURL string

	// Description is for people at the gateway; up to 255 bytes.
	Description string

	// Metadata is kept at the gateway with the payment: up to 20 pairs, keys of
	// 1 to 40 bytes and values of up to 255. The keys MetadataKey and
	// MetadataReference are the provider's own.
	Metadata map[string]string

	// Payer is what the host knows of the payer; nil if nothing.
	Payer *Payer

	// WebhookURL is where the gateway is to send this payment's webhooks, an
	// absolute https URL (http on the host's own machine); empty for the
	// account's default. It needs WebhookTerms.PerPaymentURL.
	WebhookURL string
}

// The keys under which a provider keeps, in the gateway's own metadata, what
// it needs to find a payment or a refund again. Hosts must not use them.
const (
	MetadataKey       = "paysocket_key"
	MetadataReference = "paysocket_reference"
)

// Payer is what a host may tell of the payer. Every field may be empty.
type Payer struct {
	IP       string   // textual IPv4 or IPv6 address
	Locale   string   // BCP 47 language tag, such as "zh-CN"
	Platform Platform // where the payer is
}

// Platform is the kind of device that the payer uses.
type Platform string

// The platforms; the zero value means that it is not known.
const (
	PlatformWeb     Platform = "WEB"
	PlatformIOS     Platform = "IOS"
	PlatformAndroid Platform = "ANDROID"
)
