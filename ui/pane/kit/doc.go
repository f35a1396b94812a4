// Package kit has what panes share: keys that move, scrolling, documents with a search, and the
// names and fields of agents.
package kit
