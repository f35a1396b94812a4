package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/ui/config"
	"societop/ui/list"
)

// configuration is a file of a test, and where what is chosen is kept.
type configuration struct {
	t            *testing.T
	path, chosen string
}

// configure returns options that follow a file with some lines.
func configure(t *testing.T, lines ...string) (*configuration, func(*Options)) {
	t.Helper()
	dir := t.TempDir()
	c := &configuration{t, filepath.Join(dir, "config.toml"), filepath.Join(dir, "state", "chosen", "x.json")}
	c.write(lines...)
	return c, c.options
}

// options reads the files, as commands do.
func (c *configuration) options(o *Options) {
	c.t.Helper()
	r := &config.Reader{Path: c.path, Words: Vocabulary()}
	r.Words.Columns = append(r.Words.Columns, "error") // which only the command list has
	chosen, err := config.ReadChosen(c.chosen, r.Words)
	if err != nil {
		c.t.Log(err)
	}
	o.Reader, o.Layers = r, config.Layers{File: r.Read(), Chosen: chosen, Environ: o.Environ, Flags: map[string]string{}}
	o.Filter, o.Sort, o.Prices = o.Layers.Get("filter").Text, o.Layers.Get("sort").Text, o.Layers.File.Prices
}

// write replaces the file.
func (c *configuration) write(lines ...string) {
	c.t.Helper()
	if err := os.WriteFile(c.path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// kept returns what the file of what was chosen says.
func (c *configuration) kept() map[string]string {
	c.t.Helper()
	chosen, err := config.ReadChosen(c.chosen, Vocabulary())
	if err != nil {
		c.t.Fatal(err)
	}
	return chosen.Values
}

func TestViews(t *testing.T) {
	_, options := configure(t, `[views.ended]`, `filter = "status:finished"`, `sort = "name"`, `columns = ["progress", "created", "error"]`,
		`[views."北京 的"]`, `filter = "北"`, `[views.wide]`, `columns = ["bar", "id"]`)
	play(t, &fakeSource{all: testLab()}, 40, 12, options, func(s *stage) {
		s.rest()
		before := list.ShownColumns(s.app.list)
		s.press("V")
		s.shows("Views", "(no view)", "ended", "status:finished", "北京 的", "wide")
		s.press("/", "北")
		s.shows("北京 的", "filter   北")
		s.hides("ended")
		s.press("enter")
		s.rest()
		s.shows("北京早高峰")
		if q := s.app.list.Query().String(); q != "北" {
			t.Errorf("the filter is %q", q)
		}
		s.press("V", "g", "j") // ended
		s.press("enter")
		s.rest()
		if by := s.app.list.Sort(); by.Key != model.ByName || s.app.list.Query().String() != "status:finished" {
			t.Errorf("the view shows %q by %v", s.app.list.Query(), by)
		}
		if got := list.ShownColumns(s.app.list); !slices.Equal(got, []string{"name", "progress", "created"}) {
			t.Errorf("the columns are %q", got)
		}
		if !strings.Contains(s.app.notice, "config.toml:4: the monitor has no column error") {
			t.Errorf("it says %q of a column that does not exist", s.app.notice)
		}
		s.press("V")
		if v := s.screen(); !strings.Contains(v, "▌✔ ended") {
			t.Errorf("the current view is not marked:\n%s", v)
		}
		s.press("g", "enter")
		s.rest()
		if got := list.ShownColumns(s.app.list); !slices.Equal(got, before) || !s.app.list.Query().Empty() || s.app.list.Sort() != (model.Sort{}) {
			t.Errorf("without a view the list is %q by %v, with %q", s.app.list.Query(), s.app.list.Sort(), got)
		}
		s.press("V", "V")
		s.hides("Views")
	})
}

func TestNoViews(t *testing.T) {
	play(t, &fakeSource{all: testLab()}, 80, 24, nil, func(s *stage) {
		s.press("V")
		s.shows("The configuration has no views.")
		s.press("esc")
		s.hides("Views")
	})
}

// TestAConfigurationFromTheStart: keys, colours, panes, columns, and what is wrong.
func TestAConfigurationFromTheStart(t *testing.T) {
	_, options := configure(t, `columns = ["progress", "id"]`, `panes = ["log", "talk"]`, `[keys]`, `filter = "F"`, `search = "ctrl+f"`, `quit = "j"`, `sort = "й"`,
		`[colors]`, `running = "#010203"`)
	play(t, &fakeSource{all: testLab(), log: fakeLog{text: "one\ntwo\n"}}, 120, 40, options, func(s *stage) {
		s.rest()
		if got := list.ShownColumns(s.app.list); !slices.Equal(got, []string{"name", "progress", "id"}) {
			t.Errorf("the columns are %q", got)
		}
		if first := s.app.detail.panes[0].Title(); first != "Log" || len(s.app.detail.panes) != len(panes) {
			t.Errorf("the first pane is %s, of %d", first, len(s.app.detail.panes))
		}
		if !strings.Contains(s.app.notice, "config.toml, line 6: keys.quit clashes with down: both would have j in the list") {
			t.Errorf("it says %q", s.app.notice)
		}
		s.press("g")
		s.shows("F filter", "s sort")
		s.press("!")
		s.shows("line 9: colors.running is hard to read in")
		s.press("esc", "?")
		s.shows("F        filter", "q        quit", "Filter (F)")
		s.press("esc", "/")
		if s.app.prompt.filter.Typing() {
			t.Error("the usual key of the filter still works")
		}
		s.press("F", "x", "esc", "8", "enter") // the Log keeps its number
		s.rest()
		if got := s.app.detail.pane().Title(); got != "Log" {
			t.Errorf("8 shows %s", got)
		}
		s.press("]")
		if got := s.app.detail.pane().Title(); got != "Talk" {
			t.Errorf("after the Log is %s", got)
		}
		s.press("[")
		s.rest()
		s.press("ctrl+f", "q", "j")
		if s.quit {
			t.Error("a letter of a search quits")
		}
		s.press("ctrl+c")
		if !s.quit {
			t.Error("^c does not quit")
		}
	})
}

// TestTheConfigurationIsFollowed while the monitor runs.
func TestTheConfigurationIsFollowed(t *testing.T) {
	c, options := configure(t, `sort = "name"`, `[views.a]`)
	play(t, &fakeSource{all: testLab()}, 120, 30, options, func(s *stage) {
		s.rest()
		follow := func(lines ...string) {
			t.Helper()
			time.Sleep(10 * time.Millisecond)
			c.write(lines...)
			s.pass(4 * time.Second)
		}
		follow(`sort = "-name"`, `theme = "light"`, `columns = ["id"]`, `interval = "10s"`, `panes = ["map"]`, `[keys]`, `pause = "P"`,
			`[sources.x]`, `address = "/x"`, `[views.b]`, `[prices."*"]`, `input = 1`, `output = 2`)
		if s.app.notice != "configuration reloaded; sources at the next start" {
			t.Errorf("it says %q", s.app.notice)
		}
		if by := s.app.list.Sort(); by != (model.Sort{Key: model.ByName, Reverse: true}) {
			t.Errorf("the order is %v", by)
		}
		a := s.app
		if got := list.ShownColumns(a.list); !slices.Equal(got, []string{"name", "id"}) || a.feed.Interval != 10*time.Second || a.detail.panes[0].Title() != "Map" ||
			a.keys.Pause.Help().Key != "P" || a.options.Theme != "light" || !a.feed.Lab().Priced() {
			t.Errorf("columns %q, interval %v, first %s, pause %q, theme %s", got, a.feed.Interval, a.detail.panes[0].Title(), a.keys.Pause.Help().Key, a.options.Theme)
		}
		if got := a.detail.pane().Title(); got != "Overview" {
			t.Errorf("the pane on the screen becomes %s", got)
		}
		s.press("s") // by hand
		by := a.list.Sort()
		follow(`sort = "id"`, `theme = "drak"`)
		if a.list.Sort() != by {
			t.Errorf("what was chosen by hand becomes %v", a.list.Sort())
		}
		if !strings.Contains(a.notice, `, but config.toml, line 2: theme can't be "drak"`) || a.options.Theme != "light" {
			t.Errorf("it says %q, and the theme is %s", a.notice, a.options.Theme)
		}
		follow(`sort = "id`, ``)
		if !strings.Contains(a.notice, "config.toml, line 1: ") || !strings.HasSuffix(a.notice, "; what the file said before stays") || a.conf.layers.File.Broken {
			t.Errorf("it says %q of a syntax error", a.notice)
		}
		revision := a.revision
		if err := os.Remove(c.path); err != nil {
			t.Fatal(err)
		}
		s.pass(4 * time.Second)
		if a.notice != "the configuration file is gone, and the defaults count" || a.options.Theme != "auto" || a.revision == revision || a.keys.Pause.Help().Key != "p" {
			t.Errorf("without the file it says %q, the theme is %s", a.notice, a.options.Theme)
		}
		revision = a.revision
		s.pass(5 * time.Second)
		if a.revision != revision {
			t.Error("a file that stays away draws the screen")
		}
	})
}

// TestADamagedView is marked in the chooser, and not used.
func TestADamagedView(t *testing.T) {
	_, options := configure(t, `[views.bad]`, `filter = "status:zz"`, `sort = "name"`)
	play(t, &fakeSource{all: testLab()}, 120, 30, options, func(s *stage) {
		s.rest()
		by := s.app.list.Sort()
		s.press("V", "j")
		s.shows("! bad", "damaged  config.toml, line 2: views.bad.filter is wrong")
		s.press("enter")
		if s.app.list.Sort() != by || !strings.HasPrefix(s.app.notice, "the view can't be used: config.toml, line 2: views.bad.filter") {
			t.Errorf("the order is %v, and it says %q", s.app.list.Sort(), s.app.notice)
		}
	})
}

// TestAHalfWrittenFile does not count until it stays as it is.
func TestAHalfWrittenFile(t *testing.T) {
	c, options := configure(t, `sort = "name"`)
	play(t, &fakeSource{all: testLab()}, 120, 30, options, func(s *stage) {
		s.pass(3 * time.Second)
		for i := range 5 {
			c.write(`sort = "na`, strings.Repeat("x", i))
			s.pass(1010 * time.Millisecond)
		}
		if s.app.notice != "" {
			t.Errorf("while it is written it says %q", s.app.notice)
		}
		c.write(`sort = "-name"`)
		s.pass(4 * time.Second)
		if s.app.notice != "configuration reloaded" {
			t.Errorf("it says %q", s.app.notice)
		}
	})
}

// TestWhatIsChosenByHandIsKept for the next start, and only if there is anything.
func TestWhatIsChosenByHandIsKept(t *testing.T) {
	c, options := configure(t, `sort = "name"`, `columns = ["id"]`)
	play(t, &fakeSource{all: testLab()}, 120, 30, options, func(s *stage) {
		s.rest()
		s.press("j", "enter", "esc")
		s.rest()
		if _, err := os.Stat(c.chosen); err == nil {
			t.Error("something is kept, though nothing was chosen")
		}
		s.press("s", "S", "c", "j", "space", "esc", "2")
		s.rest()
	})
	kept := c.kept()
	if kept["sort"] != "-status" || kept["pane"] != "agents" || kept["columns"] != "name,progress,id" {
		t.Errorf("kept is %q", kept)
	}
	play(t, &fakeSource{all: testLab()}, 120, 30, options, func(s *stage) {
		s.rest()
		if by := s.app.list.Sort(); by.String() != "-status" || s.app.detail.pane().Title() != "Agents" {
			t.Errorf("the next start is by %v, with %s", by, s.app.detail.pane().Title())
		}
		if got := list.ShownColumns(s.app.list); !slices.Equal(got, []string{"name", "progress", "id"}) {
			t.Errorf("the columns are %q", got)
		}
		s.press("V", "enter") // no view
		s.rest()
	})
	if kept := c.kept(); kept["sort"] != "" || kept["columns"] != "" {
		t.Errorf("after the choice of no view kept is %q", kept)
	}
	environ := func(o *Options) {
		o.Environ = []string{"SOCIETOP_SORT=id"}
		c.options(o)
	}
	c.write()
	play(t, &fakeSource{all: testLab()}, 120, 30, environ, func(s *stage) {
		if by := s.app.list.Sort(); by.Key != model.ByID {
			t.Errorf("the environment does not count before what was chosen: %v", by)
		}
	})
}

// TestADamagedFileOfChoices is said, and is written again; one of a newer societop stays.
func TestADamagedFileOfChoices(t *testing.T) {
	for content, written := range map[string]bool{"": true, "{": true, `{"societop_chosen":1,"values":{"sort":"nonsense","mouse":"true","pane":"x"}}`: true, `{"societop_chosen":2}`: false, "[1]": true} {
		c, options := configure(t)
		if err := os.MkdirAll(filepath.Dir(c.chosen), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.chosen, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		play(t, &fakeSource{all: testLab()}, 80, 24, options, func(s *stage) {
			s.press("s")
			s.rest()
		})
		now, err := os.ReadFile(c.chosen)
		if err != nil || (string(now) != content) != written {
			t.Errorf("after %q the file is %q, %v", content, now, err)
		}
	}
}
