package serve

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/several"
	"societop/storage/storagetest"
)

// TestATokenGuardsEveryRoute, AgentSociety's, our own and those for machines, whatever is asked.
func TestATokenGuardsEveryRoute(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.db")
	writeLab(t, path, storagetest.Experiments(2))
	ask := serving(t, path, model.ServeOptions{Token: model.NewSecret("s3cret"), Metrics: &model.MetricsOptions{Now: time.Now}})
	for _, target := range []string{"/api/experiments", "/api/openapi.json", "/api/societop", "/api/societop/v1/changes", "/metrics", "/healthz", "/nowhere"} {
		for _, method := range []string{"GET", "POST", "HEAD"} {
			got := ask(method, target, "", "")
			if got.status != 401 || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer") || strings.Contains(string(got.body), "tenant") {
				t.Errorf("%s %s: %d %v %s", method, target, got.status, got.header, got.body)
			}
		}
	}
	h := New(storagetest.NewMemory(), Options{})
	h.guard(model.NewSecret("s3cret"))
	for header, want := range map[string]bool{
		"Bearer s3cret": true, "bearer  s3cret": true, "Bearer s3cre": false, "Bearer s3crets": false, "Bearer": false, "": false,
		"Basic s3cret": false, "s3cret": false, "Bearer S3CRET": false,
	} {
		if got := h.admits(&http.Request{Header: http.Header{"Authorization": {header}}}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// secret is a source that was opened with a token.
type secret struct{ *storagetest.Memory }

func (secret) Info() model.Info {
	return model.Info{Kind: "endpoint", Address: text.Clean("http://lab-7:8080"), Guarded: true}
}

// TestASourceWithASecretIsServedToThisMachineOnly, unless a token guards it; the names that are allowed
// change nothing of that.
func TestASourceWithASecretIsServedToThisMachineOnly(t *testing.T) {
	for _, tc := range []struct {
		listen string
		token  string
		src    model.Source
		want   error
	}{
		{"127.0.0.1:0", "", secret{storagetest.NewMemory()}, nil},
		{"0.0.0.0:0", "", secret{storagetest.NewMemory()}, model.ErrUsage},
		{"0.0.0.0:0", "x", secret{storagetest.NewMemory()}, nil},
		{"0.0.0.0:0", "", storagetest.NewMemory(), nil},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		o := model.ServeOptions{Listen: tc.listen, Token: model.NewSecret(tc.token), AllowHosts: []string{"lab.example.org"}}
		err := Run(ctx, tc.src, o, func(string) { cancel() })
		if cancel(); !errors.Is(err, tc.want) || (err != nil && !strings.Contains(err.Error(), "--serve-token-file")) {
			t.Errorf("%s %q: %v, want %v", tc.listen, tc.token, err, tc.want)
		}
	}
}

// TestAnIdOfTwoSources is answered once its source is named; the list has both.
func TestAnIdOfTwoSources(t *testing.T) {
	all := storagetest.Experiments(3)
	parts := map[string]*storagetest.Memory{"a": storagetest.NewMemory(), "b": storagetest.NewMemory()}
	parts["a"].Put(all...)
	parts["b"].Put(all[1])
	var specs []several.Part
	for _, name := range []string{"a", "b"} {
		specs = append(specs, several.Part{Name: model.NewSourceName(name), Open: func(context.Context) (model.Source, error) { return parts[name], nil }})
	}
	src, err := several.Join(t.Context(), specs)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	h := New(src, Options{})
	list := ask(h, "GET", "/api/experiments").Body.String()
	if strings.Count(list, `"source":"a"`) != 3 || strings.Count(list, `"source":"b"`) != 1 {
		t.Errorf("%s", list)
	}
	one := func(id uuid.UUID) string { return "/api/experiments/" + id.String() }
	tenant := "tenant_id=" + all[1].Tenant.Raw()
	for target, want := range map[string]int{
		one(all[1].ID): 409, one(all[1].ID) + "?" + tenant: 409, one(all[1].ID) + "/timeline": 409,
		one(all[1].ID) + "?source=b": 200, one(all[1].ID) + "?source=a&" + tenant: 200, one(all[1].ID) + "?source=c": 404,
		one(all[2].ID): 200, one(all[2].ID) + "?tenant_id=" + all[2].Tenant.Raw(): 200, one(all[2].ID) + "?source=b": 404, one(all[2].ID) + "?tenant_id=nobody": 404,
		one(uuid.Max): 404,
	} {
		got := ask(h, "GET", target)
		if got.Code != want || (want == 409 && !strings.Contains(got.Body.String(), "?source=")) {
			t.Errorf("%s: %d %s, want %d", target, got.Code, got.Body, want)
		}
	}
}
