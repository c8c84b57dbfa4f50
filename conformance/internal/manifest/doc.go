// Package manifest reads the file that says how the conformance suite runs a provider
// and the sandbox of its gateway, and what the gateway's answers look like. Read it
// if you write such a file and want to know what a field means, or if you work on
// the suite.
//
// The file is YAML. An unknown key, a key that is used twice, and a value of the
// wrong type are errors that name the line. A path that contains a separator is
// looked for in the folder of the manifest, and then in the working folder.
package manifest
