// Package sqldbtest makes databases as AgentSociety makes them, for tests.
package sqldbtest
