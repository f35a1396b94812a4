package record

import (
	"net/http/httptest"
	"path/filepath"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt"
	"societop/storage/serve"
	"societop/storage/storagetest"
)

// TestTenantsWithOneID are recorded each with its own data, AgentSociety's usual one, too.
func TestTenantsWithOneID(t *testing.T) {
	first := filepath.Join(t.TempDir(), "first.db")
	err := bolt.Open(first, bolt.Options{Write: true}).Update(t.Context(), func(b *bolt.Batch) error {
		for i, tenant := range []string{"", "another", "default", "学校 x&y"} {
			e := storagetest.Experiments(2)[1]
			e.Tenant, e.Name = text.Clean(tenant), text.Clean("of "+tenant)
			if _, err := b.Put(e); err != nil {
				return err
			}
			if err := runOf(2+i, 3+i).Write(b, e.Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lab := bolt.Open(first, bolt.Options{})
	server := httptest.NewServer(serve.New(lab, serve.Options{}))
	defer server.Close()
	second := filepath.Join(t.TempDir(), "second.db")
	if err := Record(t.Context(), from(t, server.URL), second, quick, model.RecordObserver{}); err != nil {
		t.Fatal(err)
	}
	storagetest.SameSource(t, whole(t, second), lab)
}
