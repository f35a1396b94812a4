package storage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// TestASourceOfSomeTenants has their experiments and no others, whatever it is asked.
func TestASourceOfSomeTenants(t *testing.T) {
	ctx, m := context.Background(), storagetest.NewMemory()
	all := storagetest.Experiments(6)
	for i, tenant := range []string{"", "", "a", "a", "default", "default"} {
		all[i].Tenant = text.Clean(tenant)
		all[i].Status = model.Running
	}
	all[2].ID, all[4].ID = all[0].ID, all[0].ID // one id under three tenants
	m.Put(all...)
	for _, e := range all {
		m.SetRunData(e.Key, storagetest.RunData{Log: "x\n"})
	}
	for _, tc := range []struct {
		tenants []string
		want    int
		first   string // whose experiment the shared id is
	}{{nil, 6, "default"}, {[]string{""}, 2, ""}, {[]string{"a", ""}, 4, ""}, {[]string{"a", "default", "a"}, 4, "default"}, {[]string{"none"}, 0, ""}} {
		src := model.OfTenants(m, tc.tenants)
		got := map[model.Key]bool{}
		for since, more := (model.Cursor{}), true; more; {
			ch, err := src.Changes(ctx, since, model.Budget{Rows: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range ch.Put {
				got[s.Key] = true
			}
			since, more = ch.Next, ch.More
		}
		if len(got) != tc.want {
			t.Errorf("%q: %d experiments, want %d", tc.tenants, len(got), tc.want)
		}
		for _, e := range all {
			_, err := src.Experiment(ctx, e.Key)
			_, failed := src.RunData(e.Key).Log(ctx, model.LogBudget{})
			for _, err := range []error{err, failed} {
				if got[e.Key] != (err == nil) || (!got[e.Key] && !errors.Is(err, model.ErrNoExperiment)) {
					t.Errorf("%q: one of tenant %q: %v", tc.tenants, e.Tenant, err)
				}
			}
		}
		e, err := src.(model.Finder).Find(ctx, all[0].ID)
		if tc.want == 0 != errors.Is(err, model.ErrNoExperiment) || e.Tenant.Raw() != tc.first {
			t.Errorf("%q: it finds that of %q, %v", tc.tenants, e.Tenant, err)
		}
		if _, err := src.(model.Finder).Find(ctx, uuid.Max); !errors.Is(err, model.ErrNoExperiment) {
			t.Errorf("%q: %v", tc.tenants, err)
		}
		if names, err := model.Tenants(ctx, src); err != nil || len(names) > 3 || (tc.want == 6 && len(names) != 3) {
			t.Errorf("%q: tenants %v, %v", tc.tenants, names, err)
		}
	}
}

// stale is a source that is not live.
type stale struct{ model.Source }

func (stale) Liveness(context.Context) (model.Liveness, error) {
	return model.Liveness{Why: text.Clean("no recorder")}, nil
}

// TestASourceOfSomeTenantsIsAsLiveAsTheirs.
func TestASourceOfSomeTenantsIsAsLiveAsTheirs(t *testing.T) {
	for _, src := range []model.Source{storagetest.NewMemory(), stale{storagetest.NewMemory()}} {
		want := model.Liveness{}
		if l, ok := src.(model.Lively); ok {
			want, _ = l.Liveness(t.Context())
		}
		if got, err := model.OfTenants(src, []string{"a"}).(model.Lively).Liveness(t.Context()); got != want || err != nil {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
	}
}
