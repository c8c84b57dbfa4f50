// Package release proves what a release of this repository promises: that the tool can
// be installed by the go command alone, that a release is built from .goreleaser.yaml to
// the same bytes each time, that its checksums are those of a catalog, and that its
// signature verifies. It has tests only; docs/releasing.md describes a release.
package release
