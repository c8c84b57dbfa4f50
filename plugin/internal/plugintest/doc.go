// Package plugintest is what the tests of package plugin and of package
// supervisor share: a test binary that plays providers, the provider that it
// plays, and what a test asks of processes, logs and calls.
//
// The processes of those tests are the test binary itself. Its TestMain calls
// [Main], which plays a role instead of running tests when the environment names
// one; [Start] opens the binary in a role, and [Command] runs it by hand.
package plugintest
