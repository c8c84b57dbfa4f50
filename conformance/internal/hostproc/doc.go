// Package hostproc runs the processes of a host for the conformance suite: it reads
// host.yaml, makes a folder, a database, addresses and a catalog for each world of the run,
// and starts, stops, kills and starts again what the file names. Read it if you write a
// host.yaml and want to know what a field means, or a clause about a host's life.
//
// It knows no clause and no provider. Every process that it starts ends with the suite,
// also if the suite is killed.
package hostproc
