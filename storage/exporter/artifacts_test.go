package exporter

import (
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// TestArtifactsOfAnEndpoint are read only with Access.Write, into a zip as into a lab file.
func TestArtifactsOfAnEndpoint(t *testing.T) {
	const content = `{"best": [1, 2.50, "幸福"]}`
	for name, c := range map[string]struct {
		write bool
		setup func(*remotetest.Server, model.Key)
		want  string // artifacts.json
		why   string // it is left out
		sent  int
	}{
		"for reading": {false, func(s *remotetest.Server, k model.Key) { s.SetArtifacts(k, content) }, "", "not sent without --write", 0},
		"with write":  {true, func(s *remotetest.Server, k model.Key) { s.SetArtifacts(k, content) }, content, "", 2},
		"none":        {true, func(*remotetest.Server, model.Key) {}, "", "the server fails on it (500): its file may be missing", 2},
		"no JSON":     {true, func(s *remotetest.Server, k model.Key) { s.SetArtifacts(k, "<html>") }, "", "artifacts.json of experiment", 2},
		"older":       {true, func(s *remotetest.Server, _ model.Key) { s.Older() }, "", "artifacts.json of experiment", 2},
		"forbidden": {true, func(s *remotetest.Server, _ model.Key) {
			s.Fail(remotetest.ArtifactsRoute, 403, `{"detail":"no"}`, nil)
		}, "", "the server forbids it", 2},
	} {
		t.Run(name, func(t *testing.T) {
			server, e := remotetest.New(), storagetest.Experiments(1)[0]
			e.Tenant, e.Status = text.Clean(model.OnlyTenant), model.Finished
			server.Put(e)
			server.SetRunData(e.Key, storagetest.RunData{})
			c.setup(server, e.Key)
			endpoint, err := remote.Open(server.Start(t), model.Access{Write: c.write})
			if err != nil {
				t.Fatal(err)
			}
			defer endpoint.Close()
			path, report := exported(t, endpoint, e.Key)
			if got := members(t, path)["artifacts.json"]; got != c.want {
				t.Errorf("artifacts.json is %q, want %q", got, c.want)
			}
			lab := filepath.Join(t.TempDir(), "lab.db")
			again, err := ExportLab(t.Context(), endpoint, []model.Key{e.Key}, lab, model.ExportOptions{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			copied, _ := exported(t, opened(t, lab), e.Key)
			if got := members(t, copied)["artifacts.json"]; got != c.want {
				t.Errorf("artifacts.json of the copy is %q, want %q", got, c.want)
			}
			for _, r := range []model.ExportReport{report, again} {
				said := ""
				for _, sentence := range r.LeftOut {
					if strings.HasPrefix(sentence.String(), "artifacts.json") {
						said = sentence.String()
					}
				}
				if !strings.Contains(said, c.why) || (said == "") != (c.why == "") {
					t.Errorf("left out: %q, want %q", said, c.why)
				}
			}
			sent := 0
			for request, n := range server.Requests() {
				if !strings.HasPrefix(request, "GET ") {
					sent += n
				}
			}
			if sent != c.sent {
				t.Errorf("%d requests other than GET were sent, want %d", sent, c.sent)
			}
		})
	}
}
