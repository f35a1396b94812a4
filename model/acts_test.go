package model

import (
	"fmt"
	"testing"
	"time"

	"societop/model/text"
)

func TestActivityByTalk(t *testing.T) {
	at := func(minutes int) SimTime { return SimTimeOf(int64(60 * minutes)) }
	wall := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	say := func(id int64, minutes int, kind MessageKind, speaker, words string) Message {
		return Message{ID: id, At: at(minutes), Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(words), Created: wall.Add(time.Duration(id))}
	}
	moments := []SimTime{at(10), at(20), at(30)}
	said := []Message{
		say(1, 5, Thought, "", "before the first step"),
		say(1, 10, Thought, "", "hm"),
		say(2, 25, Talk, "1", "hello"), // heard by 2
		say(1, 25, Talk, "1", "hello"), // the same, said by 1
		say(2, 30, UserTalk, "user", "how are you?"),
		say(2, 30, UserTalk, "", "fine"),
		say(Everyone, 30, UserTalk, "", "fine, all of us"),
		say(7, 99, Talk, "nobody", "boo"),
	}
	a := ActivityByTalk(moments, []Profile{{ID: 1, Name: text.Clean("李明")}, {ID: 2}, {ID: 3}}, said, []StepTime{{At: at(20), Wall: wall}, {At: at(21), Wall: wall}}, false)
	if got, want := fmt.Sprint(a.Agents), "[{1 李明 [1 1 0] } {2  [0 0 1] } {3  [0 0 0] }]"; got != want {
		t.Errorf("agents %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(a.Events), "[{talk [0 1 0]} {thought [1 0 0]} {user [0 0 1]}]"; got != want {
		t.Errorf("events %s, want %s", got, want)
	}
	if a.Steps != 3 || a.Whole != 3 || len(a.Walls) != 3 || !a.Walls[1].Equal(wall) || !a.Walls[0].IsZero() || a.From.String() != "talk" {
		t.Errorf("activity %+v", a)
	}
	if a = ActivityByTalk(nil, nil, said, nil, true); a.Steps != 0 || a.From.String() != "talk, the newest 8 messages" {
		t.Errorf("activity without steps %+v", a)
	}
}
