// Package serve answers the reading routes of AgentSociety's web API, release 1.5, out of any
// [model.Source]: the same paths, shapes, statuses and error bodies as the recorded ones of
// the real server. It is the one place that writes this wire format; package remote is the
// one that reads it.
//
// [New] makes a handler of a source, and [Run] puts one on a listener until its context ends.
//
// # What differs from AgentSociety
//
//   - Nothing but GET is answered, and nothing outside of the routes: there is no web page, so
//     that a wrong address does not look alive.
//   - All times are in UTC and end in Z.
//   - Secrets in configs are masked, always; see [model.MaskSecrets].
//   - ?tenant_id= picks one of several experiments of one id, on every route that has an id;
//     without it the tenant "default" comes first.
//   - The list is sent while it is read, in the order of the source, which is newest first in
//     a lab file. What fails in the middle of it cuts the answer.
//   - Whether a run's process is there is told only by the status of the experiment.
//   - Data that a lab file was not given yet is 404 {"detail":"not recorded yet"}. Data that
//     another source can't give out is a 500, as it is where AgentSociety misses a table or a file.
//   - Under /api/societop there is our own protocol, in which another societop reads all that the source
//     has: see packages offer and wire. The header Server, which is "societop", says so.
//   - ?source= picks one of several experiments of one id that are in several sources; without it that is a
//     409. The rows of several sources have a member "source".
//   - With a token in its options, Run answers 401 to every request that does not bring it.
//   - With Metrics, /metrics and /healthz describe the source to machines; see package prom.
//   - Answers of Run are compressed with gzip for those who ask for it.
//   - A lab file that is locked for too long, and more requests than are served at one time,
//     are a 503 with Retry-After.
package serve
