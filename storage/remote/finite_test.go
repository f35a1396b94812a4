package remote

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
)

// TestOneWrongNumberSpoilsNoAnswer: a server whose JSON is Python's.
func TestOneWrongNumberSpoilsNoAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/metrics"):
			fmt.Fprint(w, `{"data":{"mood":[{"key":"mood","value":NaN,"step":1},{"key":"mood","value":0.5,"step":3601}]}}`)
		default:
			fmt.Fprint(w, `{"data":[{"id":1,"day":0,"t":301.0,"lng":NaN,"lat":2.5,"parent_id":null,"action":"","status":{"hunger": NaN, "energy": 0.955}},{"id":2,"day":0,"t":301.0,"lng":1,"lat":2,"action":"","status":"NaN"}]}`)
		}
	}))
	defer server.Close()
	c, err := Open(server.URL, model.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := c.RunData(model.Key{ID: uuid.UUID{1}})
	f, err := s.Frame(context.Background(), model.SimTime{T: 301})
	if err != nil || len(f.Agents) != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	if got := string(f.Agents[0].Status.JSON()); got != `{"hunger":null,"energy":0.955}` || !math.IsNaN(f.Agents[0].Lng) || f.Agents[1].Status.Text().String() != "NaN" {
		t.Errorf("%+v", f.Agents)
	}
	all, err := s.Metrics(context.Background())
	if err != nil || len(all) != 1 || !math.IsNaN(all[0].Points[0].Value) || all[0].Points[1].Value != 0.5 {
		t.Errorf("%+v, %v", all, err)
	}
}
