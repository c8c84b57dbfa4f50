// Package keywalk tries what protects idempotency keys: it calls and configures a
// provider at random, makes trouble for its requests, and compares what it says with
// the ledgers of its gateway's sandbox. It is for the tests of the providers.
package keywalk
