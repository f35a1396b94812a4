package model

// ServeOptions is how a source is served as an endpoint.
type ServeOptions struct {
	// Listen is the address to listen on, "host:port"; port 0 is any that is free.
	Listen string
	// Failed is told of each request that failed for a reason that is not the client's, one
	// at a time; nil tells nobody.
	Failed func(FailedRequest)
}

// FailedRequest is a request that could not be answered as it should.
type FailedRequest struct {
	Request Text  // "GET /api/experiments"
	Status  int   // of the answer; 0: it was cut in the middle
	Err     error // why
}
