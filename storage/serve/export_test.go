package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"societop/model/plan"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/importer"
)

// stopped is the experiment that was exported from the recorded server.
const stopped = "b3a893be-faca-5688-9599-a8655fc4191c"

// TestAnExportIsServedAsItsServerDid imports the export of an experiment and holds what is
// served of it against the recorded answers of the server that it came from, as JSON values.
// An export does not hold the tenant, which is taken for AgentSociety's only one, nor the log.
func TestAnExportIsServedAsItsServerDid(t *testing.T) {
	lab := filepath.Join(t.TempDir(), "lab.db")
	if _, err := importer.Import(context.Background(), []string{"../importer/testdata/export.zip"}, lab, nil, nil); err != nil {
		t.Fatal(err)
	}
	store := bolt.Open(lab, bolt.Options{})
	defer store.Close()
	server := httptest.NewServer(New(store, Options{}))
	defer server.Close()
	for path, file := range map[string]string{
		"experiments/" + stopped:                       "get_stopped",
		"experiments/" + stopped + "/timeline":         "timeline_stopped",
		"experiments/" + stopped + "/metrics":          "metrics_stopped",
		"experiments/" + stopped + "/prompt":           "prompt_stopped",
		"experiments/" + stopped + "/agents/-/profile": "profile_all_stopped",
		"experiments/" + stopped + "/agents/-/status":  "status_all_stopped",
		"run-experiments/" + stopped + "/status":       "execstatus_stopped",
	} {
		answer, err := http.Get(server.URL + "/api/" + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		got, want := value(t, body), recordedValue(t, file)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s differs from %s:\n got %.600s\nwant %.600s", path, file, body, marshal(want))
		}
	}
}

// recordedValue is the body of a recorded answer, its secrets masked as serve masks them.
func recordedValue(t *testing.T, name string) any {
	t.Helper()
	raw, err := os.ReadFile("../remote/testdata/agentsociety-api/" + name + ".http")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	v := value(t, body)
	if data, ok := v.(map[string]any)["data"].(map[string]any); ok {
		if config, ok := data["config"].(string); ok {
			data["config"] = plan.MaskSecrets(text.CleanLines(config)).String()
		}
	}
	return v
}

// value is JSON as a value, its numbers as they are written.
func value(t *testing.T, body []byte) (v any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	return v
}

func marshal(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}
