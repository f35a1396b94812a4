//go:build unix

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/remote/remotetest"
	"societop/storage/storagetest"
)

// deskServer is a server with three experiments, of which the first two run, and a questionnaire.
func deskServer() (*remotetest.Server, []model.Experiment) {
	server := remotetest.New()
	all := storagetest.Experiments(3)
	for i, name := range []string{"北京早高峰通勤模拟 🚇", "baseline", "an old run"} {
		e := &all[i]
		e.Tenant, e.Name, e.Status, e.Error = text.Clean(model.OnlyTenant), text.Clean(name), model.Running, text.CleanLines("")
		e.Now = model.SimTime{Day: 0, T: 36001}
		at := model.SimTime{Day: 0, T: 35701}
		data := storagetest.RunData{Frames: []model.Frame{{At: at}}}
		for id := range int64(4) {
			data.Profiles = append(data.Profiles, model.Profile{ID: id + 1, Name: text.Clean(fmt.Sprintf("李娜 %d", id+1))})
			data.Frames[0].Agents = append(data.Frames[0].Agents, model.AgentStatus{ID: id + 1, At: at, Created: time.Now().UTC()})
		}
		server.Put(*e)
		server.SetRunData(e.Key, data)
		server.Launch(e.Key)
	}
	all[2].Status = model.Finished
	server.Put(all[2])
	server.SetSurveys(model.Survey{ID: uuid.UUID{7}, Name: text.Clean("心情 mood"), Data: text.ParseValue(`{"elements":[{"type":"text","name":"why"}]}`)})
	return server, all
}

// TestActions: a message, a survey, stops and a deletion, from the menu to what became of them.
func TestActions(t *testing.T) {
	t.Parallel()
	server, all := deskServer()
	at := remotetest.Listen(t, server)
	sent := func(route string) int { return server.Count(route) }
	x := program.Open(t, 120, 36, "--write", "--utc", "--interval", "500ms", "--sort", "name", at.URL)
	x.Shows("Experiments 3")
	x.Shows("● live")

	x.Press("/baseline\r") // one run
	x.Shows("Experiments 1")
	x.Press("4\t")
	x.Shows("Nothing was thought or said")
	x.Press("X")
	x.Shows("put a question to an agent")
	x.Shows("it is running; stop it first")
	x.Press("\r")
	x.Shows("To 李娜 1 of baseline")
	x.Press("why? 为什么\r")
	x.Shows("Send to 李娜 1:")
	x.Press("\r\r") // is not a yes
	x.Shows("Send to 李娜 1:")
	x.Press("yyyy")
	x.Shows("agent 1 answers at its next step")
	x.Press("\x1b")
	x.Shows("why? 为什么")
	x.Shows("not answered yet, asked <1m ago")
	x.Shows("1 waits for <1m")
	x.Press("1")
	x.Shows("1 question waits for <1m")
	server.AnswerAll(all[1].Key, model.SimTime{Day: 0, T: 36001}, time.Now())
	x.Await("answer", func(screen string) bool { return !strings.Contains(screen, "1 question waits") })
	x.Press("4")
	x.Shows("You asked: why?")
	if n := sent(remotetest.DialogRoute); n != 1 {
		t.Errorf("%d messages were sent", n)
	}

	x.Press("Xgj\r")
	x.Shows("心情 mood")
	x.Press("\r")
	x.Shows("1 of 4 agents chosen")
	x.Press("a\r")
	x.Shows(`Send the survey "心情 mood" to 4 agents?`)
	x.Press("y")
	x.Shows("4 agents answer at their next step")
	x.Press("\r1")
	x.Shows("1 survey of")
	if n := sent(remotetest.SurveyRoute); n != 4 {
		t.Errorf("%d surveys were sent", n)
	}

	x.Press("\x1b")
	x.Shows("⏎ open")
	x.Press("\x1b")
	x.Shows("Experiments 3")
	x.Press("g   Xgjj")
	x.Shows("only one experiment at a time; 3 are marked")
	x.Shows("end the 2 runs")
	x.Press("\r")
	x.Shows("Stop the 2 runs? It can't be resumed.")
	x.Shows("an old run: it has finished")
	x.Press("y")
	x.Shows("2 of 2 runs")
	if n := sent(remotetest.StopRoute); n != 2 {
		t.Errorf("%d runs were stopped", n)
	}
	x.Press("\x1b")
	x.Shows("2 stopped")
	x.Press("Xgjjj\r")
	x.Shows("Type delete 3 to do it:")
	x.Press("\x1b")
	x.Shows("Actions")
	x.Press("\x1b")
	x.Shows("2 stopped")
	x.Press("q")
	if code := x.Gone(5 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestWithoutWriteTheMonitorSendsNothing, whatever is pressed.
func TestWithoutWriteTheMonitorSendsNothing(t *testing.T) {
	t.Parallel()
	server, _ := deskServer()
	at := remotetest.Listen(t, server)
	x := program.Open(t, 120, 30, "--utc", "--interval", "500ms", at.URL)
	x.Shows("● live")
	x.Shows("read-only")
	for range model.Controls {
		x.Press("X\ry\ry")
		x.Shows("nothing is changed without --write")
		x.Press("j\ry")
	}
	for _, route := range []string{remotetest.StopRoute, remotetest.DeleteRoute, remotetest.DialogRoute, remotetest.SurveyRoute} {
		if n := server.Count(route); n > 0 {
			t.Errorf("%s was sent %d times", route, n)
		}
	}
}
