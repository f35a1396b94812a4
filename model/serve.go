package model

import "societop/model/text"

// ServeOptions is how a source is served as an endpoint.
type ServeOptions struct {
	// Listen is the address to listen on, "host:port"; port 0 is any that is free.
	Listen string
	// Tenants are those whose experiments are served; none: all.
	Tenants []string
	// Found is told whose experiments are served, before requests are accepted; nil is told
	// nothing, and saves the time to look.
	Found func(tenants []text.Text)
	// AllowHosts are names, beside those of this machine, by which a request may ask for what is
	// served to this machine alone: those of a reverse proxy. They widen nothing else.
	AllowHosts []string
	// Failed is told of each request that failed for a reason that is not the client's, one
	// at a time; nil tells nobody.
	Failed func(FailedRequest)
}

// FailedRequest is a request that could not be answered as it should.
type FailedRequest struct {
	Request text.Text // "GET /api/experiments"
	Status  int       // of the answer; 0: it was cut in the middle
	Err     error     // why
}
