// Package prom describes a source in Prometheus' text format, for the route /metrics of
// `societop serve --metrics`. The names and the labels are in the README.
//
// An [Exporter] keeps a lab in memory and reads what has changed when it is asked, at most once in
// two seconds. So a scrape costs what has changed since the last one, however large the lab is, and
// an exporter that nobody asks reads nothing. Until a lab was read to its end once, its numbers are
// left out: half a list is no number.
//
// # Bounds
//
// Each status is one series and each currency two. Of single runs only those that run have series,
// the newest hundred, and societop_runs_left_out counts the others. Runs are labelled by their id;
// of several sources also by the number of their source. A name or a tenant, which anybody may have
// chosen, is a label only where Names asks for it.
package prom
