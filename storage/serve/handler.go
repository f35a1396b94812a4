package serve

import (
	"net/http"
	"sync"

	"societop/model"
)

// Options is how a source is served.
type Options struct {
	// Failed is told of each request that failed for a reason that is not the client's, one
	// at a time; nil tells nobody.
	Failed func(model.FailedRequest)
}

// Handler answers AgentSociety's reading routes. It is made by New.
type Handler struct {
	src     model.Source
	o       Options
	routes  []route
	telling sync.Mutex
}

var _ http.Handler = (*Handler)(nil)

// New makes a handler of a source, which it neither reads now nor closes ever.
func New(src model.Source, o Options) *Handler {
	return &Handler{src: src, o: o, routes: offered(src)}
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := h.answer(r)
	a.head(w)
	_, err := w.Write(a.body)
	if err == nil && a.rest != nil {
		if a.why = a.rest(w); a.why != nil {
			a.status = 0
		}
	}
	h.tell(r, a)
}

// tell tells of a request that failed.
func (h *Handler) tell(r *http.Request, a answer) {
	if a.why == nil || h.o.Failed == nil || r.Context().Err() != nil {
		return
	}
	h.telling.Lock()
	defer h.telling.Unlock()
	h.o.Failed(model.FailedRequest{Request: model.Clean(r.Method + " " + r.URL.RequestURI()), Status: a.status, Err: a.why})
}

// answer is the answer to a request, as far as it is built before any of it is sent.
func (h *Handler) answer(r *http.Request) answer {
	way, q := h.find(r)
	switch {
	case way != nil:
		return way.serve(h, r.Context(), q)
	case r.Method == http.MethodHead:
		return answer{status: http.StatusNotFound, kind: jsonType}
	case r.Method == http.MethodGet:
		return notFound()
	}
	return refused(http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed))
}
