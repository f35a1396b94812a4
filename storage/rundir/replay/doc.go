// Package replay reads the rows that a run of AgentSociety 2 writes into its run directory, while
// it writes them: lines of JSON in shards (2.6 and later), or a sqlite.db (before).
package replay
