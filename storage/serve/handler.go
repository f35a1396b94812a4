package serve

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer/offer"
)

// Options is how a source is served.
type Options struct {
	// Failed is told of each request that failed for a reason that is not the client's, one
	// at a time; nil tells nobody.
	Failed func(model.FailedRequest)
	// Version is that of societop, which clients are told.
	Version string
}

// Handler answers AgentSociety's reading routes. It is made by New.
type Handler struct {
	src             model.Source
	offer           *offer.Offer
	o               Options
	limits          limits
	routes          []route
	requests, lists gate
	telling         sync.Mutex
	private         bool // it listens only on this machine
	compress        bool // for those who ask for it; AgentSociety never does
	names           []string
	token           []byte // that every request needs, hashed; nil: none does
}

var _ http.Handler = (*Handler)(nil)

// New makes a handler of a source, which it neither reads now nor closes ever.
func New(src model.Source, o Options) *Handler { return limited(src, o, usual) }

// limited is New with limits.
func limited(src model.Source, o Options, l limits) *Handler {
	return &Handler{src: src, offer: offer.New(src, o.Version), o: o, limits: l, routes: routes(), requests: make(gate, l.requests), lists: make(gate, l.lists)}
}

// ServeHTTP answers one request. A panic in it is a crash of only that request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := newSender(w, &h.limits)
	defer h.rescue(s, r)
	way, q := h.find(r)
	if h.compress || way == &own {
		s.gzip = takesGzip(r.Header)
		w.Header().Set("Vary", "Accept-Encoding")
	}
	if r.ContentLength != 0 {
		s.bodiless()
	}
	turn := h.requests
	if way != nil && way.long {
		turn = h.lists
	}
	if !turn.enter(r.Context(), h.limits.patience) {
		h.tell(r, s.send(busy(0, errBusy)))
		return
	}
	defer turn.leave()
	a := h.answer(way, q)
	if a.status == http.StatusOK {
		a.asOf = h.asOf(r.Context())
	}
	h.tell(r, s.send(a))
}

// asOf is what the answers say of a source that is not live.
func (h *Handler) asOf(ctx context.Context) string {
	lively, ok := h.src.(model.Lively)
	if !ok {
		return ""
	}
	l, err := lively.Liveness(ctx)
	if err != nil { // then other answers fail, too
		return ""
	}
	text, _ := l.MarshalText() // never fails
	return string(text)
}

// answer is the answer to a request, as far as it is built before any of it is sent.
func (h *Handler) answer(way *route, q *request) answer {
	method, longest := q.r.Method, h.limits.uri
	if way == &own {
		longest *= ownURI
	}
	switch {
	case h.private && !ownName(q.r.Host, h.names):
		return refused(http.StatusMisdirectedRequest, "this is served only to this machine, by the names localhost and 127.0.0.1; --allow-host allows another one")
	case !h.admits(q.r):
		return refused(http.StatusUnauthorized, "a token is needed, or another one")
	case method == http.MethodHead:
		return answer{status: http.StatusNotFound, kind: jsonType}
	case method != http.MethodGet:
		return refused(http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed))
	case len(q.r.RequestURI) > longest:
		return refused(http.StatusRequestURITooLong, http.StatusText(http.StatusRequestURITooLong))
	case way == nil:
		return notFound()
	}
	return way.serve(h, q.r.Context(), q)
}

// ownURI is how many times longer paths of societop's own protocol may be, which name experiments.
const ownURI = 8

// guard makes every request need a token, unless that is empty.
func (h *Handler) guard(token model.Secret) {
	if !token.Empty() {
		sum := sha256.Sum256([]byte(token.Reveal()))
		h.token = sum[:]
	}
}

// admits reports whether a request has the token, where one is needed.
func (h *Handler) admits(r *http.Request) bool {
	if h.token == nil {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sent := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(sent[:], h.token) == 1 && strings.EqualFold(scheme, "Bearer")
}

// ownName reports whether a host of a request is this machine as it calls itself. A web page can
// have a name of its own lead here, and would then read what is served only to this machine. A
// reverse proxy in front of it has one of the other names that are allowed.
func ownName(host string, allowed []string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	ip := net.ParseIP(name)
	if strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback() {
		return true
	}
	return slices.ContainsFunc(allowed, func(other string) bool { return strings.EqualFold(name, other) })
}

// rescue makes a crash of a panic.
func (h *Handler) rescue(s *sender, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	a := crash(fmt.Errorf("panic: %v", v))
	if s.head {
		s.cut()
		a.status = 0
	} else {
		a = s.send(a)
	}
	h.tell(r, a)
}

// tell reports a request that failed while its client was there.
func (h *Handler) tell(r *http.Request, a answer) {
	if a.why == nil || h.o.Failed == nil || r.Context().Err() != nil {
		return
	}
	h.telling.Lock()
	defer h.telling.Unlock()
	h.o.Failed(model.FailedRequest{Request: text.Clean(r.Method + " " + r.URL.RequestURI()), Status: a.status, Err: a.why})
}
