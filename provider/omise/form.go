package omise

import (
	"net/url"
	"strconv"
	"strings"
)

// Requests are form-encoded, as in the gateway's documentation, and the same request is always the same bytes.

func amountForm(amount int64, currency string) url.Values {
	return url.Values{
		"amount":   {strconv.FormatInt(amount, 10)},
		"currency": {strings.ToLower(currency)},
	}
}

func setIfGiven(form url.Values, name, value string) {
	if value != "" {
		form.Set(name, value)
	}
}

// putMetadata refuses keys that a form would change silently, since brackets nest.
func putMetadata(operation string, form url.Values, metadata map[string]string) error {
	for key, value := range metadata {
		if key == "" || strings.ContainsAny(key, "[]") {
			return invalid(operation, "a metadata key must not be blank or contain brackets")
		}
		form.Set("metadata["+key+"]", value)
	}
	return nil
}
