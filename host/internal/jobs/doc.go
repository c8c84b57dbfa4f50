// Package jobs tells the processes of a host, by River, when an attempt is to be looked
// at. A job carries nothing that counts: the schedule and the truth are the ledger's, a
// job that is lost or comes twice changes nothing, and one that comes when nothing is due
// does nothing.
//
// It is the only package that knows River.
package jobs
