// Package sqldb is a database of AgentSociety 1.x as a source: its tables, read directly.
//
// The package knows no dialect. A [Database] does: package sqlite reads a sqlite.db. What the tables
// are, and what their rows mean, package table knows.
package sqldb
