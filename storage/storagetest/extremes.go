package storagetest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// extremes are experiments at the ends of what their fields hold, and beyond what makes
// sense.
func extremes() []model.Experiment {
	var bare, least, most, long model.Experiment
	bare.ID = uuid.Max // and nothing else: no name, no config, times that are zero
	least.NumDay, least.Now.Day, least.Status = math.MinInt, math.MinInt, math.MinInt8
	least.InputTokens, least.OutputTokens = math.MinInt64, math.MinInt64
	most.NumDay, most.Now.Day, most.Status = math.MaxInt, math.MaxInt, math.MaxInt8
	most.InputTokens, most.OutputTokens = math.MaxInt64, math.MaxInt64
	most.Created = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	most.Updated = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC) // before it was created
	long.Created, long.Updated = start, start
	long.Name = text.Clean(strings.Repeat("长名称 ", text.MaxText))
	long.Config = text.CleanLines("exp: {}\n" + strings.Repeat("# 一行注释 of a long config\n", 4000))
	long.Error = text.CleanLines(strings.Repeat("Traceback: 超时\n", 10_000))
	all := []model.Experiment{bare, least, most, long}
	for _, at := range []float64{
		-1, math.Copysign(0, -1), 0.1, model.SecondsPerDay, math.MaxFloat64,
		math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN(),
	} {
		e := long
		e.Config, e.Error, e.Name = text.Lines{}, text.Lines{}, text.Clean(fmt.Sprint(at))
		e.Now = model.SimTime{Day: -1, T: at}
		all = append(all, e)
	}
	for i := range all[1:] {
		all[i+1].ID = uuid.NewMD5(uuid.NameSpaceURL, fmt.Append(nil, i))
	}
	return all
}

func testExtremes(t *testing.T, b *bench) {
	all := extremes()
	b.write(t, all)
	for _, want := range all {
		got, err := b.src.Experiment(context.Background(), want.Key)
		if err != nil {
			t.Fatal(err)
		}
		SameSummary(t, got.Summary, want.Summary)
		if got.Config != want.Config {
			t.Errorf("experiment %v: a config of %d bytes, want %d", want.ID, len(got.Config.Raw()), len(want.Config.Raw()))
		}
	}
	var m Mirror
	m.Read(t, b.src, model.Budget{Rows: 3})
	m.Same(t, b.want, false)
}
