// Package selftest proves that the conformance suite can fail. It builds
// providers with a defect each and demands that the suite fails them at the
// clauses named for the defect, and that it passes providers that are odd and
// legal. Read it before you change a check, and when you add a clause: every
// MUST clause is named by a mutant.
//
// A mutant is one edit of this repository's own source, in mutants.yaml. The
// text to be replaced must occur exactly once, so that a mutant that no longer
// fits its source is an error and not a pass.
package selftest
