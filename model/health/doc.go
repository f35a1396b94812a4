// Package health counts how well a run works: the lengths of calls, and failures by cause, of spans
// of a trace and of lines of a log. Sources that have a trace fill its counters themselves; for those
// that have none, OfRun makes a model.Health of the run's steps and its log.
package health
