package storagetest

import (
	"testing"

	"societop/model"
)

func TestAMirrorForgetsWhatAListingDoesNotHave(t *testing.T) {
	all := Experiments(4)
	put := func(of ...int) (s []model.Summary) {
		for _, i := range of {
			s = append(s, all[i].Summary)
		}
		return s
	}
	var m Mirror
	known := func(want ...int) {
		t.Helper()
		if len(m.Known) != len(want) {
			t.Errorf("%d experiments, want %d", len(m.Known), len(want))
		}
		for _, i := range want {
			if _, ok := m.Known[all[i].Key]; !ok {
				t.Errorf("experiment %d is missing", i)
			}
		}
	}
	m.Apply(model.Changes{First: true, Put: put(0, 1), More: true})
	m.Apply(model.Changes{Put: put(2)})
	known(0, 1, 2)
	m.Apply(model.Changes{Gone: []model.Key{all[1].Key}})
	known(0, 2)
	m.Apply(model.Changes{First: true, Put: put(3), More: true})
	known(0, 2, 3)
	m.Apply(model.Changes{First: true, Put: put(2), More: true})
	m.Apply(model.Changes{})
	known(2)
}
