// Package link sends requests to one HTTP server and reads their answers within limits: GET, and
// where the link was opened for writing what [Link.Send] is told to.
//
// A [Link] knows the address, the login, the certificates and the proxy. [Link.Get] sends one
// request: it watches the time that the head and each part of the body take, bounds how many
// bytes come and how many they unpack to, and turns whatever goes wrong into a [Fault], whose
// kind is one of the errors of the model. A server that sends Retry-After is not asked for that
// long, an hour at most.
//
// A Link also knows what only the answers tell: how far the server's clock is ahead, whether
// what it serves is live, and how long nothing was heard of it.
package link
