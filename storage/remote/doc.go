// Package remote is an endpoint as a source: AgentSociety's web API, or any server of the same
// routes.
//
//	c, err := remote.Open("http://lab-7:8080", model.Access{})
//	defer c.Close()
//	changes, err := c.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1000})
//
// A [Client] is a [model.Source]. Opening one asks nothing. It only ever sends GET.
//
// # What is asked, and when
//
// AgentSociety answers one request at a time, and the list of all experiments, with the
// config of each, costs it most: 3 s and 222 MB for 10,000. It has no push, no paging and no
// way to ask for what has changed. So:
//
//   - All requests together take 2.5 % of the server's time, as far as that shows in how long
//     they take, and are not more than 50 a minute in the long run (see ration.go).
//   - The list is read rarely: 10 s after the last one, or fifty times as long as that kept the
//     server busy, whichever is longer. It is decoded as it comes in, and its experiments are handed out
//     while the rest is on its way. Configs are dropped; of one that is new, the plan is kept.
//   - Experiments that run are read one by one, after a quarter of the length of their steps, or
//     at every call of Changes where steps are shorter. Who does not move is read more and more
//     rarely. What the caller looks at comes first, and is read after 30 s at the latest. Four
//     at once, none while a list is under way, and for a second a call at most.
//   - At every call something is asked, so that an outage is known within two intervals and 5 s,
//     also that of a server that hangs with its connections open (see ear.go).
//   - Nothing is asked twice at once: who wants what is on its way waits for it.
//   - A server that sends Retry-After is not asked for that long, an hour at most.
//
// What has changed is found here, by comparing: a Client keeps a mirror of all experiments,
// some hundred bytes each, and the numbers of its changes are its cursors.
//
// # What is believed
//
// Times: on SQLite, AgentSociety labels UTC with the server's local zone, so an offset other
// than Z is dropped and the digits are read as UTC, unless that can't be: the time of a stop is
// local. No experiment was updated later than the server's clock. Ages are judged by the server's clock, as
// its date header has it.
//
// An answer must be JSON and say so: of an address that it does not know AgentSociety answers
// 200 with its web page. When the list fails but experiments can be read one by one, which
// happens as soon as one row is broken, the known ones are, and Changes says so in Trouble.
// The newest frame is asked of the timeline, for right after a step the server has none.
//
// # Caveats
//
// Redirects are not followed, so that a token stays with the endpoint it is for. A time limit
// stands on every stage of a request, and a limit of bytes and of rows on every answer (see
// limits.go). Errors of experiments are kept in memory once they were asked for.
package remote
