// Package plugin runs a payment provider in a separate process. The main
// function of the provider calls [Serve], and a host passes the path of the
// binary to [Open].
//
// Authors of providers need [Serve] and [NewLogger]. Those who call one provider,
// in a test or a tool, need Open and [Client]. A host that runs many providers
// for months uses package supervisor, which opens, replaces and swaps them;
// docs/tinyhost is a whole host.
//
// The provider runs as a child process. It serves gRPC over a unix socket that
// no other user can reach, and both ends make a certificate for this one
// connection. A provider that crashes, hangs or prints without end does not
// affect its host.
//
// # Life cycle
//
// A [Client] is one process. Open starts it and returns when the provider has
// described itself, has been configured and is healthy. The Client is finished
// when its process has ended, when the connection to it broke, or when it was
// closed: [Client.Done] is closed, [Client.Err] returns why, calls in flight end
// with [contract.ConnectionLost], and later calls fail at once with
// [contract.ProviderUnreachable]. A Client never reconnects. A host must call
// [Client.Close] in the end.
//
// A provider's process ends when its host closes the Client, when the host dies,
// and on SIGTERM. It ignores SIGINT and SIGHUP, which a terminal and a service
// manager send to host and provider alike.
//
// [Client.Pin] returns a [Pinned], for calls that reach the process with its present
// configuration or are not sent, whatever a Configure or a supervisor does meanwhile.
//
// [InProcess] returns a Client without a process, with the same checks and the
// same conversions, for tests. [Attach] returns a Client of a process that runs
// in a debugger.
//
// # Errors
//
// Open, InProcess and Attach return an [*OpenError], whose Failure is the
// cause. The operations of a Client return the errors that
// [contract.PaymentProvider] documents. Client.Err returns a [*LostError].
//
// # What the process of a provider gets
//
// The process gets no arguments, no standard input, and only those environment
// variables that [OpenOptions].Env lists. Secrets are passed with Configure and
// in no other way. They are redacted in everything that the provider prints.
//
// On Linux the process then gives up what it does not need: files, programs and,
// after its first configuration, TCP ports. See [Confinement]. So a process is
// for one gateway; to use another port, start another process or use
// [ConfinementFiles]. [Client.Confinement] returns what the process gave up.
// Confinement limits bugs, not malice: UDP, Multipath TCP and unix sockets stay
// open, the provider has the keys of an account, and the report is only what the
// process says of itself.
//
// With [OpenOptions].SHA256 a binary is executed only if its sum is the approved
// one and nobody but root and the host's user could have written it.
//
// # Starting a provider by hand
//
// A provider that is started by a person prints how it is used. With --version
// or --describe it prints its version or its descriptor. With --debug it serves
// a host that uses Attach, so that a debugger can stop it: in development only,
// and never in live mode.
//
// # Concurrency
//
// A Client may be used by many goroutines at once, Close included.
//
// # Compatibility
//
// The magic cookie never changes. A host supports its own [ProtocolVersion] and
// the one before, and refuses any other with an error that names both. The package
// works on Linux; on other unix systems files and ports are not confined, and a
// binary is executed by its path. Windows is not supported.
package plugin
