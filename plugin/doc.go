// Package plugin carries package contract over a process border: a host opens
// a provider's binary with [Open], and the binary's main serves it with [Serve].
//
// Read it if you load providers into a platform; if you write a provider, you
// need [Serve] and [NewLogger] only. A host that runs for months has package
// supervisor, which opens the providers of a catalog, replaces those that are
// lost, and swaps those that are changed; docs/runtime.md tells how, with a whole
// host.
//
// The provider runs as a child process of the host and speaks gRPC over a unix
// socket that no other user can reach, with certificates that both ends make
// for this one connection. A provider that crashes, hangs or floods takes
// nothing down but itself.
//
// # Life cycle
//
// One [Client] is one process. Open starts it, and gives the Client only when
// the provider has described itself, has been configured and is healthy. When
// the process is gone, or the connection to it broke, the Client is finished:
// [Client.Done] is closed, calls in flight end with [contract.ConnectionLost],
// and calls after that fail at once with [contract.ProviderUnreachable]. It
// never reconnects; open another, or let a supervisor do it. A host always ends
// with [Client.Close].
//
// A provider's process ends when its host closes it, when the host dies, and
// on SIGTERM. SIGINT, which a terminal sends to host and provider alike, is
// the host's to handle.
//
// [InProcess] gives a Client without a process, with the same gates and the
// same conversions, for tests.
//
// # Errors
//
// Open fails with an [*OpenError], whose Failure tells the causes apart. The
// operations of a Client fail as [contract.PaymentProvider] has it.
//
// # What a provider's process gets
//
// Not the host's environment, only the names that [OpenOptions] lists; no
// arguments; no standard input. Secrets travel in Configure alone, and are
// struck out of whatever the provider prints.
//
// On Linux the process then gives up what it does not need, as [Sandbox] has
// it: files, programs and, with its first configuration, TCP ports. So a
// process is for one gateway; another port needs another process, or
// [SandboxFiles]. [Client.Hardening] tells how far it went. That keeps bugs
// small. It does not confine malice: UDP, Multipath TCP and unix sockets stay
// open, a provider has an account's keys, and the report is its own word.
//
// # Which binary
//
// With [OpenOptions].SHA256 a file is executed only if its sum is the approved
// one and nobody but root and the host's user could have put it there.
//
// # By hand
//
// A provider that a person starts explains itself; --version and --describe
// print what it is. With --debug it serves to a host that uses [Attach], for a
// breakpoint: in development only, and never in live mode.
//
// # Concurrency
//
// A Client may be used by many goroutines at once, Close included.
//
// # Compatibility
//
// The magic cookie never changes. A host speaks its own [ProtocolVersion] and
// the one before, and says so when it meets another. The package works on Linux,
// and does with less where only Linux has what it uses; Windows is not supported.
package plugin
