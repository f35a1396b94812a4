package ui

import (
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/model/price"
	"societop/ui/pane/panetest"
)

// withPrices starts the monitor with prices of the models of the fake lab.
func withPrices(t *testing.T, file string) func(*Options) {
	t.Helper()
	prices, err := price.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return func(o *Options) { o.Prices = prices }
}

const testPrices = "[prices.\"qwen*\"]\ninput = 1\noutput = 3\ncurrency = \"CNY\"\n"

func TestCostsAreShownWithPrices(t *testing.T) {
	withPanes(t, goldenPanes)
	play(t, &fakeSource{all: testLab()}, 160, 30, withPrices(t, testPrices), func(s *stage) {
		panetest.Compare(t, filepath.Join("testdata", "golden", "cost_160x30.txt"), s.screen()+"\n")
		s.shows("COST", "cost", "● live")
	})
	play(t, &fakeSource{all: testLab()}, 80, 20, withPrices(t, testPrices), func(s *stage) {
		panetest.Compare(t, filepath.Join("testdata", "golden", "cost_80x20.txt"), s.screen()+"\n")
	})
	play(t, &fakeSource{all: testLab()}, 160, 30, func(*Options) {}, func(s *stage) {
		if strings.Contains(s.screen(), "COST") || strings.Contains(s.screen(), "¥") {
			t.Errorf("costs without prices:\n%s", s.screen())
		}
	})
}

// TestTheHeaderAddsUpWhatRuns: it follows the source, and says that a cost is missing.
func TestTheHeaderAddsUpWhatRuns(t *testing.T) {
	src := &fakeSource{all: testLab()}
	play(t, src, 160, 30, withPrices(t, testPrices), func(s *stage) {
		before := strings.Split(s.screen(), "\n")[0]
		if !strings.Contains(before, "¥ ") {
			t.Fatalf("header %q", before)
		}
		src.change(0, func(e *model.Experiment) { e.InputTokens += 100_000_000 })
		s.pass(s.app.feed.Interval * 2)
		if after := strings.Split(s.screen(), "\n")[0]; after == before || !strings.Contains(after, "¥ 10") {
			t.Errorf("header %q, before %q", after, before)
		}
	})
}
