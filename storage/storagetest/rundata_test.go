package storagetest

import (
	"testing"

	"societop/model"
)

func TestASourceThatDoesAllOfItPasses(t *testing.T) {
	Run(t, func(*testing.T) Lab { return labOf(NewMemory()) })
}

func TestASourceWithoutRunDataPasses(t *testing.T) {
	testRunData(t, func(*testing.T) Lab {
		lab := labOf(NewMemory())
		lab.Fill = nil
		return lab
	})
}

func labOf(m *Memory) Lab {
	return Lab{
		Open: func(*testing.T) model.Source { return m },
		Write: func(_ *testing.T, put []model.Experiment, gone []model.Key) {
			m.Put(put...)
			m.Delete(gone...)
		},
		Fill: func(_ *testing.T, e model.Experiment, s RunData) { m.SetRunData(e.Key, s) },
	}
}
