package serve

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/bolt"
	"societop/storage/storagetest"
)

// BenchmarkList serves the list of a lab file of 10,000 experiments with configs of 20 KB.
// AgentSociety takes 2.9 s for as many.
func BenchmarkList(b *testing.B) {
	const rows = 10_000
	path := filepath.Join(b.TempDir(), "lab.db")
	all := storagetest.Experiments(rows)
	line := "    - 12\n    type: survey\n  - intervene_message: '台风预警 hurricane alert: please stay at home.'\n"
	for i := range all {
		all[i].Config = model.CleanLines(fmt.Sprintf("llm:\n- api_key: x%d\nexp:\n  workflow:\n", i) + strings.Repeat(line, 20<<10/len(line)))
	}
	writeLab(b, path, all)
	s := httptest.NewServer(New(bolt.Open(path, bolt.Options{}), Options{}))
	defer s.Close()
	for b.Loop() {
		resp, err := http.Get(s.URL + "/api/experiments")
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
	}
}
