// Package manifest reads the file in which a provider's author tells the
// conformance suite how to run the provider and its gateway's sandbox, and
// where things stand in that gateway's answers. Read it if you write such a
// file by hand and want to know what a field means, or if you work on the
// suite.
//
// The file is YAML, read strictly: an unknown key, a double one or a value of
// the wrong form is an error that names the line. Paths that begin with "./",
// "../" or hold a separator are looked for from the manifest's folder and then
// from the working folder.
package manifest
