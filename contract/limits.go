package contract

// The limits of requests and of error messages. Lengths are in bytes.
//
// A provider that reads a text for people never fails because of it. A text that
// the merchant can edit at the gateway, such as a reference, is passed on whole if
// it is legal, and is empty otherwise. The gateway's own words and messages may be
// shortened, and control characters in them replaced.
const (
	MaxKeyLength           = 64
	MaxReferenceLength     = 255
	MaxDescriptionLength   = 255
	MaxMetadataPairs       = 20
	MaxMetadataKeyLength   = 40
	MaxMetadataValueLength = 255
	MaxURLLength           = 2048
	MaxIDLength            = 255
	MaxPageSize            = 100
	MaxWebhookBody         = 256 << 10
	MaxMessageLength       = 4 << 10
	MaxQRPayload           = 7089     // what the largest QR code holds
	MaxQRImage             = 32 << 10 // of QRImage.Data
)
