package seen

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

var monday = time.Date(2026, 11, 23, 18, 4, 0, 0, time.UTC)

// one returns an experiment of a name, which was created and moved last at these times.
func one(id byte, status model.Status, created, updated time.Time) model.Summary {
	s := model.Summary{Status: status, Created: created, Updated: updated}
	s.Tenant, s.ID[0] = text.Clean("default"), id
	return s
}

// look is one look at a source that has some experiments: what is news then, and what is kept. The user
// looks at none of what has changed.
func look(t *testing.T, path string, now time.Time, all ...model.Summary) News {
	t.Helper()
	tracker, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	lab := model.NewLab()
	lab.Apply(model.Changes{First: true, Put: all}, now)
	news, first := tracker.Follow(lab, nil, true, now)
	if _, again := tracker.Follow(lab, nil, true, now); !first || again {
		t.Error("the news are told at another time than once, when the list is loaded")
	}
	tracker.Write(lab, news.Keys, now)()
	if err := tracker.Trouble(); err != nil {
		t.Fatal(err)
	}
	return news
}

func TestWhatHasChangedSinceTheLastLook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "seen", "x.json")
	hour := func(h int) time.Time { return monday.Add(time.Duration(h) * time.Hour) }
	running, done := one(1, model.Running, hour(-9), hour(0)), one(2, model.Finished, hour(-9), hour(-2))
	if news := look(t, path, monday, running, done); len(news.Keys) > 0 || news.Text(monday) != "" {
		t.Errorf("the first look has news: %+v", news)
	}
	if news := look(t, path, hour(1), running, done); len(news.Keys) > 0 {
		t.Errorf("nothing has changed, but the news are %+v", news)
	}
	running.Status, running.Updated = model.Failed, hour(5)
	began := one(3, model.Running, hour(6), hour(7))
	short := one(4, model.Finished, hour(6), hour(7))
	lost, cut := one(5, model.Lost, hour(6), hour(7)), one(6, model.Finished, hour(6), hour(7))
	cut.Dir, cut.Plan = &model.RunDir{Done: 3}, plan.New(0, []plan.Entry{{Type: "step", Steps: 4, Ticks: 300}})
	news := look(t, path, hour(20), running, done, began, short, lost, cut)
	if got, want := news.Text(hour(20)), "since yesterday 19:04: 1 failed, 1 lost, 1 ended short, 1 finished, 1 began"; got != want {
		t.Errorf("the news are %q, want %q", got, want)
	}
	if len(news.Keys) != 5 || slices.Contains(news.Keys, done.Key) {
		t.Errorf("the news are of %v", news.Keys)
	}
	news = look(t, path, hour(21), running, done, began, short, lost, cut)
	if news.Text(hour(21)) != "" || len(news.Keys) != 5 {
		t.Errorf("what was not looked at comes again as %q, of %v", news.Text(hour(21)), news.Keys)
	}
}

// TestAListThatIsLate tells what happened before the last look but was not known then, and only that.
func TestAListThatIsLate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	known, late := one(1, model.Finished, monday.Add(-time.Hour), monday.Add(-time.Minute)), one(2, model.Running, monday.Add(-time.Hour), monday)
	look(t, path, monday, known, late)
	late.Status, late.Updated = model.Failed, monday.Add(-2*time.Minute)
	news := look(t, path, monday.Add(time.Minute), known, late)
	if news.Failed != 1 || news.Finished != 0 || len(news.Keys) != 1 {
		t.Errorf("the news are %+v", news)
	}
}

// TestASourceThatIsNotLive is known up to when it says, however late it is.
func TestASourceThatIsNotLive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	s := one(1, model.Running, monday.Add(-time.Hour), monday)
	tracker, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	lab := model.NewLab()
	now := monday.Add(24 * time.Hour)
	lab.Apply(model.Changes{First: true, Put: []model.Summary{s}, Liveness: model.Liveness{AsOf: monday, Why: text.Clean(model.NoRecorder)}}, now)
	tracker.Follow(lab, nil, true, now)
	tracker.Write(lab, nil, now)()
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := one(2, model.Running, monday.Add(-time.Minute), monday)
	for i := range 3 { // it is no news twice
		lab = model.NewLab()
		lab.Apply(model.Changes{First: true, Put: []model.Summary{s, fresh}, Liveness: model.Liveness{AsOf: monday, Why: text.Clean(model.NoRecorder)}}, now)
		if news, _ := again.Follow(lab, nil, true, now); len(news.Keys) > 0 != (i == 0) {
			t.Errorf("at look %d the news are %+v", i+2, news)
		}
		again.Write(lab, nil, now)()
		if again, err = Open(path); err != nil {
			t.Fatal(err)
		}
	}
	s.Status, s.Updated = model.Failed, monday.Add(time.Hour)
	if news := look(t, path, now.Add(time.Hour), s); news.Failed != 1 {
		t.Errorf("what a recorder told after the look is no news: %+v", news)
	}
}

// TestADamagedFile is said, not used, and replaced.
func TestADamagedFile(t *testing.T) {
	for _, content := range []string{"", "{", `{"societop_seen":7,"looked":"2026-11-23T18:04:00Z"}`, `[1]`, `{"societop_seen":1}`} {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		tracker, err := Open(path)
		if err == nil || !strings.Contains(err.Error(), path) || tracker == nil {
			t.Errorf("%q is read as notes: %v", content, err)
			continue
		}
		lab := model.NewLab()
		lab.Apply(model.Changes{First: true}, monday)
		tracker.Follow(lab, nil, true, monday)
		tracker.Write(lab, nil, monday)()
		if _, err := Open(path); err != nil {
			t.Errorf("after %q: %v", content, err)
		}
	}
}

// TestAFileThatCantBeWritten is said once.
func TestAFileThatCantBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "seen"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tracker, _ := Open(filepath.Join(dir, "seen", "x.json")) // that it is no directory is said, too
	lab := model.NewLab()
	lab.Apply(model.Changes{First: true}, monday)
	tracker.Follow(lab, nil, true, monday)
	tracker.Write(lab, nil, monday)()
	if err := tracker.Trouble(); err == nil || !strings.Contains(err.Error(), "can't be kept") {
		t.Errorf("the trouble is %v", err)
	}
	tracker.Write(lab, nil, monday)()
	if err := tracker.Trouble(); err != nil {
		t.Errorf("the trouble is said again: %v", err)
	}
}

// TestTheFileIsBounded: of too many changes the newest are noted, and the time before which all was
// known moves with them.
func TestTheFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	var all []model.Summary
	for i := range most + 500 {
		s := one(0, model.Finished, monday.Add(-time.Hour), monday.Add(-time.Duration(i)*time.Millisecond))
		s.ID[1], s.ID[2] = byte(i), byte(i>>8)
		all = append(all, s)
	}
	look(t, path, monday, all...)
	notes, err := read(path)
	if err != nil || len(notes.Recent) != most {
		t.Fatalf("%d are noted: %v", len(notes.Recent), err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() > 2<<20 {
		t.Errorf("the file has %d bytes", info.Size())
	}
	if news := look(t, path, monday.Add(time.Second), all...); len(news.Keys) > 0 {
		t.Errorf("%d come again as news", len(news.Keys))
	}
}

// TestTwoMonitors: what one of them has marked as seen stays so when the other one is left.
func TestTwoMonitors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	failed := one(1, model.Failed, monday.Add(-time.Hour), monday.Add(-time.Minute))
	open := func() (*Tracker, *model.Lab) {
		tracker, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		lab := model.NewLab()
		if marked := tracker.Marked(); !marked.IsZero() {
			lab.Needs().SetSeen(marked, monday)
		}
		lab.Apply(model.Changes{First: true, Put: []model.Summary{failed}}, monday)
		tracker.Follow(lab, nil, true, monday)
		return tracker, lab
	}
	first, firstLab := open()
	second, secondLab := open()
	if firstLab.Needs().Count() != 1 || secondLab.Needs().Count() != 1 {
		t.Fatal("a failure needs no attention")
	}
	secondLab.Needs().SeeAll(monday)
	second.Write(secondLab, nil, monday)()
	first.Write(firstLab, nil, monday.Add(time.Minute))()
	if _, lab := open(); lab.Needs().Count() != 0 {
		t.Error("what was marked as seen needs attention again")
	}
}

func TestDaysAsPeopleSayThem(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, zone)
	for want, at := range map[string]time.Time{
		"08:04": now.Add(-56 * time.Minute), "yesterday 23:59": time.Date(2026, 11, 23, 15, 59, 0, 0, time.UTC),
		"Sun 22 Nov 18:04": time.Date(2026, 11, 22, 18, 4, 0, 0, zone), "2025-11-23 18:04": time.Date(2025, 11, 23, 18, 4, 0, 0, zone),
	} {
		if got := day(at.In(zone), now); got != want {
			t.Errorf("%v is %q, want %q", at, got, want)
		}
	}
}

// TestSourcesThatAreAway: what happened in one of several sources while it was away is news when it is
// back, at the next look or later in the same one; what one of them has that nobody knew is not.
func TestSourcesThatAreAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	hour := func(h int) time.Time { return monday.Add(time.Duration(h) * time.Hour) }
	a, b, c := model.NewSourceName("a"), model.NewSourceName("b"), model.NewSourceName("c")
	states := func(at time.Time) []model.SourceState {
		return []model.SourceState{{Name: a, Loaded: true, Answered: at}, {Name: b, Loaded: true, Answered: at, Skew: -5 * time.Hour}, {Name: c}}
	}
	of := func(source model.SourceName, status model.Status, updated time.Time) model.Summary {
		s := one(1, status, hour(-20), updated)
		s.Source = source
		return s
	}
	open := func() *Tracker {
		tracker, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return tracker
	}
	inA, inB, inC := of(a, model.Running, hour(0)), of(b, model.Running, hour(-5)), of(c, model.Failed, hour(1))

	first, lab, now := open(), model.NewLab(), states(hour(0))
	lab.Apply(model.Changes{First: true, Put: []model.Summary{inA, inB}, Sources: now}, hour(0))
	if news, _ := first.Follow(lab, nil, true, hour(0)); len(news.Keys) > 0 {
		t.Errorf("the first look has news: %+v", news)
	}
	now[1].Failure = model.ErrUnreachable
	lab.Apply(model.Changes{Sources: now}, hour(3))
	first.Write(lab, nil, hour(3))()

	inA.Status, inA.Updated = model.Finished, hour(2) // which the first look has shown
	inB.Status, inB.Updated = model.Failed, hour(1-5) // by its clock, while it was away
	second, lab, now := open(), model.NewLab(), states(hour(4))
	now[1].Loaded, now[1].Failure = false, model.ErrUnreachable
	lab.Apply(model.Changes{First: true, Put: []model.Summary{inA}, Sources: now}, hour(4))
	if news, began := second.Follow(lab, nil, true, hour(4)); len(news.Keys) > 0 || !began {
		t.Errorf("the news of one source are %+v", news)
	}
	now = states(hour(5))
	lab.Apply(model.Changes{Put: []model.Summary{inB}, Sources: now}, hour(5))
	if news, began := second.Follow(lab, nil, true, hour(5)); news.Failed != 1 || len(news.Keys) != 1 || news.Keys[0] != inB.Key || !began {
		t.Errorf("the news of one that is back are %+v", news)
	}
	second.Write(lab, []model.Key{inB.Key}, hour(5))()

	third, lab, now := open(), model.NewLab(), states(hour(6))
	now[2].Loaded = true
	lab.Apply(model.Changes{First: true, Put: []model.Summary{inA, inB, inC}, Sources: now}, hour(6))
	if news, _ := third.Follow(lab, nil, true, hour(6)); news.Failed != 0 || len(news.Keys) != 1 || news.Keys[0] != inB.Key {
		t.Errorf("the news of the third look are %+v", news)
	}
}
