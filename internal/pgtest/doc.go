// Package pgtest runs a PostgreSQL server for the tests of one package.
//
// The server is started by the first test that asks for a [Database], on a Unix socket
// in a folder of its own, and ends with the test binary, also if that is killed. Where
// PostgreSQL is not installed these tests are skipped, or fail where PAYSOCKET_REQUIRE
// has postgres. A package that uses it has a TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
package pgtest
