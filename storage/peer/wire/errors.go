package wire

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
)

// codes are the errors that travel: what a source can fail with. The first that fits is the code. The
// statuses of the first seven mean the same to former versions, which read the steps of a run.
var codes = []struct {
	err    error
	code   string
	status int
}{
	{model.ErrNoExperiment, "no_experiment", http.StatusNotFound},
	{model.ErrNotStarted, "not_started", http.StatusBadRequest},
	{model.ErrNotRecorded, "not_recorded", http.StatusNotFound},
	{model.ErrNotImported, "not_imported", http.StatusInternalServerError},
	{model.ErrNotOffered, "not_offered", http.StatusInternalServerError},
	{model.ErrNoTable, "no_table", http.StatusInternalServerError},
	{model.ErrNoData, "no_data", http.StatusInternalServerError},
	{model.ErrAmbiguous, "ambiguous", http.StatusConflict},
	{model.ErrNoTenant, "no_tenant", http.StatusNotFound},
	{model.ErrNoRuns, "no_runs", http.StatusServiceUnavailable},
	{model.ErrNoLab, "no_lab", http.StatusServiceUnavailable},
	{model.ErrWriting, "writing", http.StatusServiceUnavailable},
	{model.ErrLocked, "locked", http.StatusServiceUnavailable},
	{model.ErrNotSource, "not_source", http.StatusInternalServerError},
	{model.ErrNotLab, "not_lab", http.StatusInternalServerError},
	{model.ErrNotSociety, "not_society", http.StatusInternalServerError},
	{model.ErrNoDatabase, "no_database", http.StatusServiceUnavailable},
	{model.ErrLogin, "login", http.StatusBadGateway},
	{model.ErrVersion, "version", http.StatusBadGateway},
	{model.ErrNewer, "newer", http.StatusInternalServerError},
	{model.ErrDatabase, "damaged_database", http.StatusInternalServerError},
	{model.ErrDamaged, "damaged", http.StatusInternalServerError},
	{model.ErrUnreadable, "unreadable", http.StatusInternalServerError},
	{model.ErrUnauthorized, "unauthorized", http.StatusBadGateway},
	{model.ErrNoRight, "no_right", http.StatusBadGateway},
	{model.ErrForbidden, "forbidden", http.StatusBadGateway},
	{model.ErrBackend, "backend", http.StatusBadGateway},
	{model.ErrNotEndpoint, "not_endpoint", http.StatusBadGateway},
	{model.ErrAnswer, "answer", http.StatusBadGateway},
	{model.ErrNoServer, "no_server", http.StatusServiceUnavailable},
	{model.ErrUnreachable, "unreachable", http.StatusServiceUnavailable},
	{model.ErrServer, "server", http.StatusServiceUnavailable},
}

// Error is an error of a source. Its members "detail" and "code" are those of an answer that is one.
type Error struct {
	Code    string  `json:"code,omitzero"`
	Detail  string  `json:"detail"`
	Op      string  `json:"op,omitzero"`
	Address string  `json:"address,omitzero"` // empty: of the source that is served
	Retry   float64 `json:"retry,omitzero"`   // seconds that the source asks to wait
}

// NewError encodes an error of a source of an address, which is not told. It is nil for no error.
func NewError(err error, address string) *Error {
	if err == nil {
		return nil
	}
	e := &Error{}
	for _, c := range codes {
		if errors.Is(err, c.err) {
			e.Code = c.code
			break
		}
	}
	var known *model.Error
	switch {
	case errors.As(err, &known):
		e.Op, e.Detail, e.Retry = known.Op, known.Detail, known.RetryAfter.Seconds()
		if known.Address != address {
			e.Address = known.Address
		}
	default:
		e.Detail = err.Error()
	}
	if e.Detail == "" {
		e.Detail = e.kind().Error() // a former version takes an empty one for an unknown route
	}
	e.Op, e.Address, e.Detail = valid(e.Op), valid(e.Address), valid(e.Detail)
	return e
}

// valid is a clean line of text.
func valid(s string) string { return text.Clean(s).String() }

// Status is the status of an answer that is an error.
func (e *Error) Status() int {
	for _, c := range codes {
		if c.code == e.Code {
			return c.status
		}
	}
	return http.StatusInternalServerError
}

// kind is the error of the code; ErrServer for one that is unknown.
func (e *Error) kind() error { return Kind(e.Code) }

// Kind is the error of a code; ErrServer for one that is unknown.
func Kind(code string) error {
	for _, c := range codes {
		if c.code == code {
			return c.err
		}
	}
	return model.ErrServer
}

// The most that is believed of an error.
const (
	maxSaid  = 300
	maxRetry = time.Hour
)

// Model decodes an error of a source at an address; nil for none.
func (e *Error) Model(address string) error {
	if e == nil {
		return nil
	}
	out := &model.Error{Op: said(e.Op), Address: said(e.Address), Err: e.kind(), Detail: said(e.Detail), RetryAfter: retry(e.Retry)}
	if out.Detail == out.Err.Error() {
		out.Detail = ""
	}
	if out.Op == "" {
		out.Op = "read"
	}
	if out.Address == "" {
		out.Address = address
	}
	return out
}

// retry is a time to wait, within reason.
func retry(seconds float64) time.Duration {
	if !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, maxRetry.Seconds()) * float64(time.Second))
}

// said is the beginning of what a server says, on one clean line.
func said(s string) string {
	s = strings.Join(strings.Fields(valid(s)), " ")
	if r := []rune(s); len(r) > maxSaid {
		s = string(r[:maxSaid]) + "…"
	}
	return s
}
