package rundir

import (
	"encoding/json"

	"societop/model"
)

// tokens is what a run has used, as far as it says so.
type tokens struct {
	known         bool
	input, output int64
}

// read reads a LLM_STATS.json.
func (t *tokens) read(path string) {
	*t = tokens{}
	b, _, err := slurp(path, maxSmall)
	if err != nil {
		return
	}
	var stats struct {
		Totals *struct {
			Input  number `json:"input"`
			Output number `json:"output"`
		} `json:"totals"`
	}
	if json.Unmarshal(b, &stats) == nil && stats.Totals != nil && stats.Totals.Input >= 0 && stats.Totals.Output >= 0 {
		*t = tokens{true, int64(stats.Totals.Input), int64(stats.Totals.Output)}
	}
}

// into puts the tokens into a summary.
func (t *tokens) into(s *model.Summary, dir *model.RunDir) {
	dir.Uncounted = !t.known
	s.InputTokens, s.OutputTokens = t.input, t.output
}
