package serve

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
)

// The content types of the API.
const (
	jsonType  = "application/json"
	plainType = "text/plain; charset=utf-8"
)

// answer is what a request is answered with.
type answer struct {
	status int
	kind   string // its content type
	body   []byte
	rest   func(io.Writer) error // writes what follows the body; nil: nothing
	asOf   string                // for model.AsOfHeader; empty: the source is live
	retry  time.Duration         // after which to ask again; 0: it does not say
	why    error                 // what failed, where that is worth telling
}

// head writes the header of the answer.
func (a *answer) head(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	if a.rest == nil {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	if a.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int((a.retry+time.Second-1)/time.Second)))
	}
	if a.asOf != "" {
		h.Set(model.AsOfHeader, a.asOf)
	}
	if a.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="societop"`)
	}
	if h.Get("Server") == "" {
		h.Set("Server", model.ServerName)
	}
	w.WriteHeader(a.status)
}

func data(v any) answer {
	return answer{status: http.StatusOK, kind: jsonType, body: appendJSON(nil, dict{{"data", v}})}
}

func refused(status int, why any) answer {
	return answer{status: status, kind: jsonType, body: appendJSON(nil, dict{{"detail", why}})}
}

func notFound() answer { return refused(http.StatusNotFound, http.StatusText(http.StatusNotFound)) }

// crash is what any failure inside of the server looks like.
func crash(why error) answer {
	status := http.StatusInternalServerError
	return answer{status: status, kind: plainType, body: []byte(http.StatusText(status)), why: why}
}

// busy asks to come back later.
func busy(after time.Duration, why error) answer {
	a := refused(http.StatusServiceUnavailable, http.StatusText(http.StatusServiceUnavailable))
	a.retry, a.why = max(after, time.Second), why
	return a
}

// failed is the answer for an error of a source. What a lab was not given yet is not found. Data
// that is not there is a crash, as it is where AgentSociety misses a table, and nothing to be told of.
func failed(err error) answer {
	switch {
	case errors.Is(err, model.ErrAmbiguous):
		return refused(http.StatusConflict, "several sources have this experiment; name one with ?source="+sourcesIn(err))
	case errors.Is(err, model.ErrNoExperiment):
		return refused(http.StatusNotFound, "Experiment not found")
	case errors.Is(err, model.ErrNotStarted):
		return refused(http.StatusBadRequest, notRunning)
	case errors.Is(err, model.ErrNotRecorded):
		return refused(http.StatusNotFound, model.ErrNotRecorded.Error())
	case errors.Is(err, model.ErrNotOffered), errors.Is(err, model.ErrNoData):
		return crash(nil)
	case errors.Is(err, model.ErrLocked), errors.Is(err, model.ErrUnreachable):
		return busy(model.RetryAfter(err), err)
	}
	return crash(err)
}

// sourcesIn is what an ErrAmbiguous says of the sources.
func sourcesIn(err error) string {
	var e *model.Error
	if !errors.As(err, &e) || e.Detail == "" {
		return ""
	}
	return " (" + text.Clean(e.Detail).String() + ")"
}

// description is the API's description of itself, as far as clients read it.
func description(paths []string) answer {
	const head = `{"openapi": "3.1.0", "info": {"title": "AgentSociety WebUI API", "version": "0.1.0"}, "paths": {`
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = compact(path) + `: {"get": {}}`
	}
	return answer{status: http.StatusOK, kind: jsonType, body: []byte(head + strings.Join(all, ", ") + `}}`)}
}
