// Package remote is an endpoint as a source: AgentSociety's web API, or any server of the same
// routes.
//
//	c, err := remote.Open("http://lab-7:8080", model.Access{})
//	defer c.Close()
//	changes, err := c.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1000})
//
// A [Client] is a [model.Source]. Open does not contact the address. It only ever sends GET, unless
// it was opened for writing and is told to do something (package [control]). Package [link] sends the
// requests; [Client.Changes] decides which.
//
// # What is asked, and when
//
// AgentSociety answers one request at a time, and the list of all experiments, with the config of
// each, costs it most: 3 s and 222 MB for 10,000. It has no push, no paging and no way to ask for
// what has changed. So:
//
//   - All requests together take 2.5 % of the server's time, as far as their duration shows that,
//     and are at most 50 a minute in the long run (package ration).
//   - The list is read rarely: 10 s after the last one, or fifty times as long as that kept the
//     server busy, whichever is longer. It is decoded as it arrives, and its experiments are
//     available while the rest is on its way. Configs are dropped; of a new one the plan is kept.
//   - Experiments that run are read one by one, after a quarter of the length of their steps, or at
//     every call of Changes where steps are shorter. One that does not move is read more and more
//     rarely. What the caller looks at comes first, and is read after 30 s at the latest. At most
//     four requests run at once, none during a list, and for at most a second a call.
//   - Every call asks something, so that an outage is known within two intervals and 5 s, also of a
//     server that hangs with its connections open.
//   - When the steps of a run were done, the statuses of one agent say, which is a long answer that
//     is kept until the run has moved on, and for a minute at least. A monitor's questions of this kind take 0.25 % of the server's time,
//     or 1.25 % where lists cost it little, a few at once and then six a minute, and wait until then.
//   - No two equal requests run at once: the callers share one answer, and a cancelled caller does
//     not affect the others.
//   - After a Retry-After the server is not asked for that long, an hour at most.
//
// A Client finds what has changed by comparing: it keeps a mirror of all experiments, some hundred
// bytes each, and the numbers of its changes are its cursors.
//
// # What is believed
//
// Times: on SQLite, AgentSociety labels UTC with the server's local zone, so an offset other than
// Z is dropped and the digits are read as UTC, unless that is impossible: the time of a stop is
// local. No experiment was updated later than the server's clock, as its date header has it, by
// which ages are judged, too.
//
// The statuses of an agent are those of the newest of the runs that its table has. All of their times
// are read alike, and what lies in the future is dropped.
//
// An answer must be JSON and say so: AgentSociety answers an unknown address with 200 and its web
// page. When the list fails but experiments can be read one by one, as happens when one row is
// broken, the known ones are, and Changes says so in Trouble. The newest frame is asked of the
// timeline, since right after a step the server has no newest frame.
//
// # Caveats
//
// Redirects are not followed, so that a token stays with the endpoint it is for. Every stage of a
// request has a time limit, and every answer a limit of bytes and of rows (see [link.Limits]).
// Errors of experiments are kept in memory once they were asked for.
//
// The JSON scanner of scan.go is kept because it takes 0.15 of the time of jsontext to pass over
// the configs of a list.
package remote
