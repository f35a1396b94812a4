package remote

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/link"
)

// apiTitle is how AgentSociety's API names itself.
const apiTitle = "AgentSociety WebUI API"

// offers are the routes by which data is told apart that a server may lack.
var offers = []struct{ path, data string }{
	{"/api/experiments/{exp_id}/metrics", "metrics"},
	{"/api/experiments/{exp_id}/timeline", "timeline"},
	{"/api/experiments/{exp_id}/agents/-/profile", "agents"},
	{"/api/experiments/{exp_id}/agents/{agent_id}/dialog", "talk"},
	{"/api/experiments/{exp_id}/agents/{agent_id}/survey", "surveys"},
	{"/api/experiments/{exp_id}/prompt", "prompts"},
	{"/api/run-experiments/{exp_id}/log", "log"},
}

// Probe asks the server for the description of its API, which it gives to everybody, and then for
// an experiment that nobody has, which it does not: where it wants a token, that fails as every
// other reading would, and the report stands. It fails with ErrNotEndpoint where the API is
// another's.
func (c *Client) Probe(ctx context.Context) (model.EndpointReport, error) {
	type description struct {
		Info struct {
			Title string `json:"title"`
		} `json:"info"`
		Paths map[string]json.RawMessage `json:"paths"`
	}
	r, err := share(ctx, c, "probe", func(ctx context.Context) (r model.EndpointReport, err error) {
		var d description
		begun := time.Now()
		err = c.fetch(ctx, c.link.Ask("api/openapi.json", nil), func(body io.Reader) error {
			return unusable(json.NewDecoder(body).Decode(&d))
		})
		if err != nil {
			return r, err
		}
		if d.Info.Title != apiTitle {
			return r, &link.Fault{Kind: model.ErrNotEndpoint, Detail: "its API is called " + d.Info.Title}
		}
		r = model.EndpointReport{Title: text.Clean(d.Info.Title), Took: time.Since(begun), Insecure: c.link.Exposed(), Release: release(d.Paths)}
		for _, o := range offers {
			if _, ok := d.Paths[o.path]; !ok {
				r.Lacks = append(r.Lacks, text.Clean(o.data))
			}
		}
		r.Skew, r.Liveness = c.link.Skew(), c.link.Liveness()
		return r, nil
	})
	if err != nil {
		return r, err
	}
	var e *model.Error
	_, err = c.Find(ctx, nobody)
	if errors.Is(err, model.ErrNoExperiment) || (errors.As(err, &e) && strings.HasPrefix(e.Detail, notFound)) {
		err = nil
	}
	return r, err
}

// nobody is the id of no experiment, and notFound what a server may say of it.
var (
	nobody   = uuid.MustParse("00000000-0000-4000-8000-000000000000")
	notFound = "404 " + http.StatusText(http.StatusNotFound)
)

// release is AgentSociety's version, as far as its routes tell.
func release(paths map[string]json.RawMessage) text.Text {
	has := func(path string) bool { _, ok := paths[path]; return ok }
	switch {
	case has("/api/experiments/{exp_id}/metrics"):
		return text.Clean("1.5 or later")
	case has("/api/mlflow/url"):
		return text.Clean("1.3 or 1.4")
	}
	return text.Text{}
}
