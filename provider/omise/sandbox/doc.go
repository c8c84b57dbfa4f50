// Package sandbox imitates the part of Omise's API that sells with Alipay,
// with its pay page, its webhooks and a tester's door, all in memory.
//
// Read it if you integrate Omise and want tests that need no network, no keys
// and no patience.
package sandbox
