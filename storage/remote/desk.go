package remote

import (
	"context"
	"encoding/json"
	"io"
	"net/url"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/remote/control"
)

// newDesk makes what changes the experiments of a Client.
func newDesk(c *Client) *control.Desk {
	return control.New(control.Endpoint{
		Link: c.link,
		Experiment: func(ctx context.Context, k model.Key) (model.Experiment, error) {
			return experimentBy(ctx, c, k, func(ctx context.Context, id uuid.UUID, query url.Values) (model.Experiment, error) {
				return findNow(ctx, c, id, query)
			})
		},
		Process: func(ctx context.Context, k model.Key) (process string, err error) {
			var answer struct {
				Data string `json:"data"`
			}
			err = c.fetch(ctx, c.link.Ask("api/run-experiments/"+k.ID.String()+"/status", nil), func(body io.Reader) error {
				return unusable(json.NewDecoder(body).Decode(&answer))
			})
			return answer.Data, c.link.Explain(err)
		},
		Agent: func(k model.Key, id int64) model.Agent { return c.RunData(k).Agent(id) },
	})
}
