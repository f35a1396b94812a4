// Package table knows the tables of AgentSociety 1.x: their names and columns, what a cell has to
// hold, and the domain data that rows mean. It is the same for its databases, whatever their dialect,
// and for the tables of an export; it reads none of them.
package table
