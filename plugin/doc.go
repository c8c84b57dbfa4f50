// Package plugin carries package contract across a process border: the main of a
// provider serves it with [Serve], and a host opens the provider's binary with
// [Open].
//
// Authors of providers need [Serve] and [NewLogger]. Those who call one provider,
// in a test or a tool, need Open and [Client]. A host that runs many providers
// for months uses package supervisor, which opens, replaces and swaps them;
// docs/runtime.md shows a whole host.
//
// The provider runs as a child process and speaks gRPC over a unix socket that
// no other user can reach, with certificates that both ends make for this one
// connection. A provider that crashes, hangs or floods takes nothing down but
// itself.
//
// # Life cycle
//
// A [Client] is one process. Open starts it and returns when the provider has
// described itself, has been configured and is healthy. The Client is finished
// when its process has ended, when the connection to it broke, or when it was
// closed: [Client.Done] is closed, [Client.Err] returns why, calls in flight end
// with [contract.ConnectionLost], and later calls fail at once with
// [contract.ProviderUnreachable]. A Client never reconnects. A host always ends
// with [Client.Close].
//
// A provider's process ends when its host closes the Client, when the host dies,
// and on SIGTERM. It ignores SIGINT and SIGHUP, which a terminal and a service
// manager send to host and provider alike.
//
// [InProcess] returns a Client without a process, with the same checks and the
// same conversions, for tests. [Attach] returns one of a process that somebody
// debugs.
//
// # Errors
//
// Open, InProcess and Attach return an [*OpenError], whose Failure tells the
// causes apart. The operations of a Client return the errors that
// [contract.PaymentProvider] documents. Client.Err returns a [*LostError].
//
// # What the process of a provider gets
//
// It does not get the host's environment, only the variables that [OpenOptions]
// lists; no arguments; no standard input. Secrets travel in Configure alone, and
// are redacted in whatever the provider prints.
//
// On Linux the process then gives up what it does not need: files, programs and,
// after its first configuration, TCP ports. See [Confinement]. So a process is
// for one gateway; another port needs another process, or [ConfinementFiles].
// [Client.Confinement] returns how far it went. Confinement limits bugs, not
// malice: UDP, Multipath TCP and unix sockets stay open, the provider has the
// keys of an account, and the report is its own word.
//
// With [OpenOptions].SHA256 a binary is executed only if its sum is the approved
// one and nobody but root and the host's user could have written it.
//
// # By hand
//
// A provider that a person starts explains itself; --version and --describe
// print what it is. With --debug it serves to a host that uses Attach, for
// breakpoints: in development only, and never in live mode.
//
// # Concurrency
//
// A Client may be used by many goroutines at once, Close included.
//
// # Compatibility
//
// The magic cookie never changes. A host speaks its own [ProtocolVersion] and
// the one before, and refuses any other with an error that names both. The package
// works on Linux; on other unix systems files and ports are not confined, and a
// binary is executed by its path. Windows is not supported.
package plugin
