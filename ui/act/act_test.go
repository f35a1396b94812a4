package act

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane/panetest"
	"societop/ui/theme"
)

// TestWhatCanBeDone: each control in each state, with the sentence why it can't be done.
func TestWhatCanBeDone(t *testing.T) {
	for status, want := range map[model.Status][]string{
		model.Running:    {"message   put a question to an agent", "survey    put a questionnaire to agents", "stop      end the run", "delete    it is running; stop it first"},
		model.NotStarted: {"message   it has not started; only the agents of a running", "stop      it has not started; only a running", "delete    it has not started; only an experiment that has ended"},
		model.Finished:   {"message   it has finished;", "stop      it has finished;", "delete    remove the run with all data"},
		model.Failed:     {"survey    it ended in error;", "stop      it ended in error;", "delete    remove the run with all data"},
		model.Stopped:    {"survey    it was stopped;", "stop      it was stopped;", "delete    remove the run with all data"},
		model.Status(9):  {"stop      its status 9 is unknown;", "delete    its status 9 is unknown;"},
	} {
		newStage(t, 100, 20, status).shows(want...)
	}
}

func TestWithoutWriteNothingCanBeDone(t *testing.T) {
	s := newStage(t, 100, 20, model.Running)
	if ReadOnly(s.src) {
		t.Error("a source that can be written is read-only")
	}
	s.src.forbids = &model.Error{Op: "stop", Address: "x", Err: model.ErrNoWrite}
	if !ReadOnly(s.src) {
		t.Error("a source is not read-only")
	}
	s.p.Open(aboutRuns(model.Running))
	s.shows("message   nothing is changed without --write", "delete    nothing is changed without --write")
	for range model.Controls {
		s.press("\nyj")
	}
	s.run()
	s.sent()
	s.p.Open(About{})
	s.shows("no experiment is selected")
}

func TestStopOfMarkedRuns(t *testing.T) {
	s := newStage(t, 100, 24, model.Running, model.Finished, model.Running)
	s.shows("only one experiment at a time; 3 are marked", "end the 2 runs  not 1 others: it has finished", "remove the run with all data")
	s.press("gjj\n")
	s.shows("Stop the 2 runs?", "● 北京早高峰通勤模拟 🚇", "Not 1 other:", "baseline: it has finished; only a running experiment can be stopped")
	s.press("\n\n\n") // is not a yes
	s.shows("Stop the 2 runs?")
	s.press("yy\ny")
	s.shows("Stopping", "0 of 2 runs", "▶ 北京早高峰通勤模拟 🚇  this takes up to 10 s; nothing is read meanwhile")
	if s.p.Busy() != "a stop is under way" {
		t.Errorf("busy: %q", s.p.Busy())
	}
	s.press("!")
	s.p.Open(aboutRuns(model.Running)) // shows what is under way
	s.shows("Stopping")
	s.src.result = func(k model.Key, o model.Order) model.ControlResult {
		if len(s.src.carried) == 1 {
			return model.NewResult(k, o.Control, "it was stopped: its process has ended, but its status still says running", nil)
		}
		return model.NewResult(k, o.Control, "", &model.Error{Op: "stop", Address: "x", Err: model.ErrUnknownOutcome, Detail: "no answer came"})
	}
	s.run()
	s.sent(model.ControlStop, model.ControlStop)
	s.shows("Done", "2 of 2 runs", "its process has ended", "▲ UBI policy", "no answer came")
	if len(s.done) != 2 || s.done[0].Over || !s.done[1].Over || !strings.HasPrefix(s.done[0].Said(), "stop 北京早高峰通勤模拟 🚇: it was stopped") {
		t.Errorf("done: %+v", s.done)
	}
	if s.press("\n"); s.p.IsOpen() || s.p.Busy() != "" {
		t.Error("it is not over")
	}
	s.run()
	s.sent(model.ControlStop, model.ControlStop)
}

// TestTheRestIsLeftOut: of a hundred runs, those that were not begun.
func TestTheRestIsLeftOut(t *testing.T) {
	s := newStage(t, 60, 12, slices.Repeat([]model.Status{model.Running}, 100)...)
	s.press("gjj\ny")
	s.shows("0 of 100 runs", "leave out those not begun")
	s.press("c")
	s.run()
	s.sent(model.ControlStop)
	s.shows("Done", "1 of 1 run")
}

func TestDeletionAsksForTheName(t *testing.T) {
	s := newStage(t, 100, 20, model.Finished)
	s.press("\n")
	s.shows("Delete the run with all data? This can't be undone.", "Type 北京早高峰通勤模拟 🚇 or 01ab0000 to do it:")
	s.press("y\n")
	s.shows("That is not it; nothing was deleted.")
	s.p.Paste(" 早")
	s.press("!\n")
	s.p.Paste("北京早高峰通勤模拟\n🚇")
	s.press("\n\n")
	s.run()
	s.sent(model.ControlDelete)
	s = newStage(t, 100, 20, model.Finished)
	s.press("\n01ab0000\n")
	s.run()
	s.sent(model.ControlDelete)
	s = newStage(t, 100, 20, model.Failed, model.Running, model.Failed)
	s.press("gjjj\ndelete 3\n")
	s.shows("Type delete 2 to do it:", "That is not it", "Not 1 other:")
	s.press("!gjjj\ndelete 2\n")
	s.run()
	s.sent(model.ControlDelete, model.ControlDelete)
	if s.src.keys[1].ID[0] != 3 {
		t.Errorf("%v was deleted", s.src.keys)
	}
}

func TestAMessageToTheSelectedAgent(t *testing.T) {
	s := newStage(t, 100, 20, model.Running)
	about := aboutRuns(model.Running)
	about.Agent, about.Chosen, about.Profiles = 2, true, s.src.agents
	s.p.Open(about)
	s.press("\n")
	s.shows("To Zoë of 北京早高峰通勤模拟 🚇")
	s.press("\n")
	s.shows("the message is empty")
	s.p.Paste("why do you\r\nstay \x1b[31m at home?")
	s.press(" 为什么y")
	if x, _, ok := s.p.Cursor(); !ok || x < 30 {
		t.Errorf("the cursor is at %d, %v", x, ok)
	}
	s.press("\n")
	s.shows("Send to Zoë:", "why do you stay [31m at home? 为什么y") // as it is sent
	s.press("!\n")
	s.p.page.(*words).input.SetValue("")
	s.p.Paste("why?\r\n为什么 ")
	s.press("y\n")
	s.shows("Send to Zoë:", "why? 为什么")
	s.press("\ny\ny")
	s.run()
	s.sent(model.ControlMessage)
	if o := s.src.carried[0]; !slices.Equal(o.Agents, []int64{2}) || !strings.HasPrefix(o.Words, "why? 为什么") {
		t.Errorf("%+v was sent", o)
	}
}

func TestTheAgentIsAskedFor(t *testing.T) {
	s := newStage(t, 100, 20, model.Running)
	s.press("\n")
	s.shows("Message", "reading …")
	s.run()
	s.shows("Message: to whom", "0 of 3 agents chosen", "□ 李娜 1", "�[2J很长的名字 3")
	s.press("j\n")
	s.shows("To Zoë of")
	s.press("!!")
	s.shows("closed")
	s.src.agents = nil
	s.p.Open(aboutRuns(model.Running))
	s.press("\n")
	s.run()
	s.shows("this experiment has no agents")
	s.src.err = errAway
	s.press("!\n")
	s.run()
	s.shows("connection refused")
	s.src.err = errStrange
	s.press("!j\n!") // nobody waits for it any more
	s.run()
	s.shows("Actions")
	s.sent()
}

func TestASurvey(t *testing.T) {
	s := newStage(t, 100, 20, model.Running)
	s.press("j\n")
	s.run()
	s.shows("Survey: which one", "▌幸福感 well-being", "mood")
	s.press("j\na")
	s.shows("3 of 3 agents chosen")
	s.press("a  \n") // none, then the first two
	s.shows(`Send the survey "mood" to 2 agents?`)
	s.press("y")
	s.run()
	if o := s.src.carried[0]; !slices.Equal(o.Agents, []int64{1, 2}) || o.Survey.ID[0] != 2 {
		t.Errorf("%+v was sent", o)
	}
	s.press("!")
	s.src.surveys = nil
	s.p.Open(aboutRuns(model.Running))
	s.press("j\n")
	s.run()
	s.shows("the server has no questionnaires")
}

// TestPagesOfAnySize: every page fills its cells.
func TestPagesOfAnySize(t *testing.T) {
	for _, keys := range []string{"", "\n", "j\n", "j\n\n", "j\n\na\n", "gjj\n", "gjj\nGjk", "gjj\ny", "gjjj\n"} {
		s := newStage(t, 78, 20, model.Running, model.Running, model.Finished, model.Running)
		if !strings.HasPrefix(keys, "g") {
			s = newStage(t, 78, 20, model.Running)
		}
		for _, k := range keys {
			s.press(string(k))
			s.run()
			for w := 0; w < 100; w += 1 + w/5 {
				for h := 1; h < 24; h += 1 + h/4 {
					s.p.Resize(w, h)
					if w > 10 {
						s.check()
					} else {
						s.p.Draw()
					}
				}
			}
			s.p.Resize(78, 20)
		}
	}
}

// TestGolden compares the pages with their golden files.
func TestGolden(t *testing.T) {
	for scene, of := range map[string]struct {
		states []model.Status
		keys   string
	}{
		"menu":    {[]model.Status{model.Running}, ""},
		"marked":  {[]model.Status{model.Running, model.Finished, model.Running, model.Failed, model.Running}, ""},
		"agents":  {[]model.Status{model.Running}, "j\n\n "},
		"message": {[]model.Status{model.Running}, "\n\nwhy? 为什么"},
		"send":    {[]model.Status{model.Running}, "\n\nwhy? 为什么\n"},
		"stop":    {[]model.Status{model.Running, model.Finished, model.Running}, "gjj\n"},
		"delete":  {[]model.Status{model.Failed}, "\n北京"},
		"done":    {[]model.Status{model.Running, model.Running}, "gjj\ny"},
	} {
		for _, size := range [][2]int{{118, 21}, {78, 17}, {38, 9}} {
			for _, look := range []theme.Name{theme.Dark, theme.Mono} {
				s := newStage(t, size[0], size[1], of.states...)
				s.p.Theme = theme.New(look, false)
				s.src.result = func(k model.Key, o model.Order) model.ControlResult {
					if k.ID[0] == 1 {
						return model.NewResult(k, o.Control, "it was stopped: its process has ended, but its status still says running", nil)
					}
					return model.ControlResult{Key: k, Control: o.Control, Outcome: model.OutcomeRefused, Said: text.Clean("the server refused: Server is in read-only mode")}
				}
				for _, key := range of.keys {
					s.press(string(key))
					s.run()
				}
				panetest.Compare(t, filepath.Join("testdata", "golden", fmt.Sprintf("%s_%dx%d.txt", scene, size[0], size[1])), s.screen())
			}
		}
	}
}

// joined is several sources as one, of which each has a right of its own.
type joined struct {
	*fakeSource
	parts map[model.SourceName]*fakeSource
}

func (j *joined) Names() []model.SourceName { return nil }

func (j *joined) Only(name model.SourceName) model.Source { return j.parts[name] }

// TestRunsOfSeveralSources: what can be done to a run, its own source says, and where it is done, its key.
func TestRunsOfSeveralSources(t *testing.T) {
	s := newStage(t, 100, 24, model.Running)
	about := aboutRuns(model.Running, model.Running)
	open, shut := model.NewSourceName("http://lab-7:8080"), model.NewSourceName("/data/lab.db")
	about.Runs[0].Source, about.Runs[1].Source = shut, open
	lab := model.NewLab()
	lab.Apply(model.Changes{Put: about.Runs, Sources: []model.SourceState{{Name: open}, {Name: shut}}}, about.Runs[0].Updated)
	about.Sources = lab.Sources()
	s.p.Source = &joined{s.src, map[model.SourceName]*fakeSource{
		open: {}, shut: {forbids: &model.Error{Op: "stop", Address: "lab.db", Err: model.ErrNoWrite}},
	}}
	s.p.Open(about)
	s.shows("end the run  not 1 others: nothing is changed without --write")
	s.press("gjj\n")
	s.shows("Stop the run?", "lab-7")
	s.press("y")
	s.run()
	if len(s.src.keys) != 1 || s.src.keys[0].Source != open {
		t.Errorf("it was sent to %+v", s.src.keys)
	}
}
