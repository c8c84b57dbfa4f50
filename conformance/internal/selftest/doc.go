// Package selftest proves that the conformance suite can fail. It builds
// providers and hosts with a defect each and demands that the suite fails them at
// the clauses named for the defect, and that it passes those that are odd and
// legal. Read it before you change a check, and when you add a clause: every
// MUST clause is named by a mutant.
//
// A mutant is an edit, or a few, of this repository's own source, in mutants.yaml
// if it is a provider and in host_mutants.yaml if it is a host. An edit belongs to a declaration and is found in it by its Go
// tokens, which must be there exactly once. So it costs no mutant when code is
// broken into other lines, commented or moved to another file of its package;
// and a mutant that no longer fits its source is an error and not a pass.
package selftest
