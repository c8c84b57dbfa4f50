// Package ledger keeps the sales of package host in the platform's database: it stores
// and reads rows, and decides nothing.
//
// A Sale with its attempts and their calls is read and written as a whole. Every
// change of it is a Move, a transaction that locks the sale's row first, so that two
// moves of one sale never interleave, in whichever processes they are.
package ledger
