// Package ssh reads a source on another machine: it starts the system's ssh, which runs societop
// there, and speaks to it over its pipes.
//
// # What is run
//
//	ssh -T -o BatchMode=yes [-p PORT] [-l USER] -- HOST societop stdio
//
// Nothing else of an address is in a command line, and no shell of this machine sees it: the
// path is sent as the first message (package [pipe]), and the answer to it may follow what the
// shell there prints by itself. HTTP/2 without TLS follows, many requests at a time over the one
// process that a [Transport] has.
//
// # Outages
//
// Nothing is started before the first request, and nothing by itself: a request starts a process where
// none runs, and fails if that fails. Its caller waits longer and longer before it tries again.
// Requests within a second of a failure get the same error, so that many at once start one
// process. On a connection that is up, a ping is sent after two seconds of silence; after 4.75 s of it the
// process is killed, since a dead link would otherwise be noticed after minutes.
//
// The process has no terminal and can't ask for a password. It ends with its parent: at the end
// of its input, on Linux also by a signal, and within two seconds of [Transport.Close].
package ssh
