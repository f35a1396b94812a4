package remote

import (
	"context"
	"errors"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/storage/storagetest"
)

// TestMetricsAreBounded: a bomb of short entries, or of names without any, would take twenty
// times its own length.
func TestMetricsAreBounded(t *testing.T) {
	w := watch10(t, model.Access{})
	k := w.all[1].Key
	w.c.link.Limits.Rows = 20
	points := func(n int) []model.Point { return make([]model.Point, n) }
	for name, tc := range map[string]struct {
		metrics []model.Metric
		fits    bool
	}{
		"as many as may be": {[]model.Metric{{Key: text.Clean("a"), Points: points(9)}, {Key: text.Clean("b"), Points: points(9)}}, true},
		"many points":       {[]model.Metric{{Key: text.Clean("a"), Points: points(30)}}, false},
		"many of two":       {[]model.Metric{{Key: text.Clean("a"), Points: points(15)}, {Key: text.Clean("b"), Points: points(15)}}, false},
	} {
		w.server.SetRunData(k, storagetest.RunData{Metrics: tc.metrics})
		got, err := w.c.RunData(k).Metrics(context.Background())
		if tc.fits && (err != nil || len(got) != len(tc.metrics)) || !tc.fits && !errors.Is(err, model.ErrAnswer) {
			t.Errorf("%s: %d series, %v", name, len(got), err)
		}
	}
}
