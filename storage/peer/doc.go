// Package peer is the client of societop's own protocol: a [model.Source] that another societop has,
// which serves it by HTTP or through pipes.
//
//	c := peer.Over(link.Over("ssh://lab-7", transport, nil))
//	defer c.Close()
//
// A [Client] asks for the changes since a cursor, which is the one of the source over there: what has
// not changed does not travel, and nothing is lost when either side is restarted. Package wire
// has the form of what travels, package offer the other side.
//
// Of the run that was asked about last, the rows of whole steps and the answers are kept: of datasets
// only later steps are asked for, and an answer that is the same does not travel again.
//
// The server is not believed: what it sends is bounded in size, in depth and in time, and cleaned
// where it is decoded. The requests go through package link, which knows the login, the certificates,
// the proxies and the limits of time.
package peer
