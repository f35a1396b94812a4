// Package alert brings events to people who don't look: to a command, or to a webhook.
//
// An event is told at least once. A [State] is a file that keeps what a watcher knows and what is
// not told yet; both are written at once, before anything is told, and what was told is noted after
// it. A process that is killed in between tells it again when it comes back, with the same id.
package alert
