package serve

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/remote"
	"societop/storage/storagetest"
)

// BenchmarkFrame reads one frame of 10,000 agents out of a lab file, and out of a server of
// the same data: AgentSociety's own takes 112 ms for it on PostgreSQL, 133 ms on SQLite.
func BenchmarkFrame(b *testing.B) {
	const agents = 10_000
	at := model.SimTime{T: 28801}
	f := model.Frame{At: at}
	for id := range int64(agents) {
		f.Agents = append(f.Agents, model.AgentStatus{
			ID: id + 1, At: at, Lng: 116.3 + float64(id%997)/9973, Lat: 39.9 + float64(id%991)/9973, Parent: 500_000_000 + id,
			Action: text.Clean("go to work 上班"), Status: text.ParseValue(fmt.Sprintf(`"Agent %d feels fine 心情不错 (hunger 0.%d)"`, id, id%100)), Created: time.Now(),
		})
	}
	e := storagetest.Experiments(2)[1]
	path := filepath.Join(b.TempDir(), "lab.db")
	writeLab(b, path, []model.Experiment{e})
	err := bolt.Open(path, bolt.Options{Write: true}).Update(context.Background(), func(w *bolt.Batch) error { return w.PutFrame(e.Key, f) })
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(New(bolt.Open(path, bolt.Options{}), Options{}))
	defer server.Close()
	client, err := remote.Open(server.URL, model.Access{})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	here, there := time.Hour, time.Hour // the quickest: a lab file rests after a long lease
	for b.Loop() {
		here = min(here, took(b, bolt.Open(path, bolt.Options{}), e.Key, at, agents))
		there = min(there, took(b, client, e.Key, at, agents))
	}
	b.ReportMetric(here.Seconds()*1000, "ms-lab")
	b.ReportMetric(there.Seconds()*1000, "ms-server")
	b.ReportMetric(here.Seconds()/there.Seconds(), "lab:server")
}

// took is how long a source takes to give out a frame.
func took(b *testing.B, src model.Source, k model.Key, at model.SimTime, agents int) time.Duration {
	b.Helper()
	begun := time.Now()
	f, err := src.RunData(k).Frame(context.Background(), at)
	if err != nil || len(f.Agents) != agents {
		b.Fatalf("%d agents, %v", len(f.Agents), err)
	}
	return time.Since(begun)
}
