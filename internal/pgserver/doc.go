// Package pgserver runs a PostgreSQL server with the programs that are installed on this
// machine. It is for the conformance suite, which gives the hosts that it judges a
// database, and for tests, through package pgtest.
//
// The server listens on a Unix socket in a folder of its own, and ends with the process
// that started it, also if that is killed. What such a process leaves on the disk is
// removed by the next one.
package pgserver
