// Package endpoint is a server at an address as a source: another societop, or AgentSociety's web API.
//
// An [Endpoint] asks at the first contact which of the two it is, with one request that costs
// neither anything, and from then on reads by package peer or by package remote. It asks again after
// an outage, and when the answers come from a server of the other kind: the server may have been
// replaced. Both clients send their requests through one link, so that what is known of the server
// (its clock, whether it answers, how long it wants to be left alone) is known once.
//
// The backend of AgentSociety 2 is neither: it lists no runs, and reads all shards of a run for each
// answer. Of a server that can't be read, an Endpoint reads the description of the API, by which it
// says so, and what to do instead.
package endpoint
