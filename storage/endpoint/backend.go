package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"societop/model"
)

// backendTitle is how the API of AgentSociety 2's backend names itself.
const backendTitle = "AI Social Scientist Backend API"

// maxDescription is the most bytes that are read of a description of an API.
const maxDescription = 8 << 20

// named returns the error of a server that is none that can be read; of the backend of AgentSociety 2,
// which says so where it describes its API, one that says what to do instead.
func (e *Endpoint) named(ctx context.Context, err error) error {
	if !errors.Is(err, model.ErrNotEndpoint) && !errors.Is(err, model.ErrAnswer) || errors.Is(err, model.ErrBackend) {
		return err
	}
	for _, path := range descriptions(e.link.Address()) {
		if e.describes(ctx, path) {
			return &model.Error{
				Op: "read", Address: e.link.Address(), Err: model.ErrBackend,
				Remedy: fmt.Sprintf("give the directory of the runs, or ssh://%s/DIRECTORY from another machine", host(e.link.Address())),
			}
		}
	}
	return err
}

// describes reports whether the description of an API at a path is that of AgentSociety 2's backend.
func (e *Endpoint) describes(ctx context.Context, path string) bool {
	var d struct {
		Info struct {
			Title string `json:"title"`
		} `json:"info"`
	}
	r := e.link.Ask(path, nil)
	r.Most = maxDescription
	_, err := e.link.Get(ctx, r, func(body io.Reader) error { return json.UnmarshalRead(body, &d) })
	return err == nil && d.Info.Title == backendTitle
}

// descriptions is where a server may describe its API: below its address, and at the top.
func descriptions(address string) []string {
	const name = "openapi.json"
	u, err := url.Parse(address)
	if err != nil {
		return []string{name}
	}
	above := strings.Count(strings.Trim(u.Path, "/"), "/") + 1
	if strings.Trim(u.Path, "/") == "" {
		return []string{name}
	}
	return []string{name, strings.Repeat("../", above) + name}
}

// host is the host of an address.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "HOST"
	}
	return u.Hostname()
}
