// Package remotetest has what a client of AgentSociety's web API is tested against, as
// net/http/httptest has servers for clients of HTTP: [Fixtures] serves recorded answers,
// [Server] is an AgentSociety in memory that a test fills and disturbs, [Hostile] is a
// table of servers that behave as badly as they can, and [Listen] puts any of them on
// loopback, where it can be stopped and started again.
//
// All of it may be used from any goroutine, and nothing in it needs a test: each handler can
// be served by hand.
package remotetest
