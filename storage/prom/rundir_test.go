package prom

import (
	"strings"
	"testing"
	"testing/synctest"

	"societop/model"
	"societop/storage/storagetest"
)

// TestMetricsOfAgentSociety2: a run that does not count its tokens has none, and one that is lost is
// counted as such.
func TestMetricsOfAgentSociety2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{Memory: storagetest.NewMemory()}
		counted, uncounted, lost := experiment(1, model.Running, "qwen"), experiment(2, model.Running, "qwen"), experiment(3, model.Lost)
		counted.Dir, lost.Dir = &model.RunDir{Done: 4, Agents: 2}, &model.RunDir{Done: 7, Uncounted: true}
		uncounted.Dir = &model.RunDir{Done: 4, Agents: 2, Uncounted: true}
		src.Put(counted, uncounted, lost)
		scraped(t, src, model.MetricsOptions{Prices: prices(t)}, func(scrape func() string) {
			all := scrape()
			has(t, all,
				`societop_experiments{status="running"} 2`, `societop_experiments{status="lost"} 1`, `societop_experiments{status="stopped"} 0`,
				`societop_tokens{direction="input"} 3e+06`, "societop_cost_unknown_experiments 2",
				`societop_run_step{id="`+counted.ID.String()+`"} 4`, `societop_run_step{id="`+uncounted.ID.String()+`"} 4`,
				`societop_run_tokens{direction="output",id="`+counted.ID.String()+`"} 1e+06`)
			if strings.Contains(all, `input",id="`+uncounted.ID.String()) || strings.Contains(all, lost.ID.String()) {
				t.Errorf("tokens of a run that does not count them, or a run that is lost:\n%s", all)
			}
			uncounted.Dir = &model.RunDir{Done: 5, Agents: 2}
			src.Put(uncounted)
		})
	})
}
