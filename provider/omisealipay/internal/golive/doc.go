// Package golive helps a merchant to go live: [Check] looks whether an account can
// sell, and [Forward] brings its events to a machine that no webhook reaches.
//
// Both only read at the gateway. What Check sends, it sends to the merchant's own
// endpoint for webhooks.
package golive
