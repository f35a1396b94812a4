package talk

import (
	"strings"
	"testing"

	"societop/model"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
)

func TestTalkOfAnySizeFillsItsCells(t *testing.T) {
	for _, rows := range [][]model.Message{nil, chatter(0, 1), chatter(0, 30)} {
		for _, keys := range []string{"", "a", "g", "t", "/yes", "/nobody\n", "kkk", "ii"} {
			p := shownTalk(viewOfTalk(rows))
			p.cut = true
			panetest.Press(p, keys)
			for w := range 100 {
				for h := range 7 {
					p.Resize(w, h)
					panetest.Fills(t, p, w, h)
				}
			}
		}
	}
}

func FuzzTalk(f *testing.F) {
	f.Add("1", "words", `{"content": "x"}`, "tk/w\nnN", 40, 9, 1, 2)
	f.Add("user", "\x1b[2J\u202e", strings.Repeat("界\n", 300), "gjjGa", 3, 2, 2, 0)
	f.Fuzz(func(t *testing.T, speaker, a, b, keys string, w, h, kind, at int) {
		var rows []model.Message
		for i, text := range []string{a, b, a + b, "", b, a} {
			rows = append(rows, message(int64(i%3), i/2, model.MessageKind((i+kind)%4), speaker, text))
		}
		w, h = w&127, h&31
		p := shownTalk(viewOfTalk(rows))
		p.Resize(w, h)
		for _, k := range keys[:min(len(keys), 40)] {
			panetest.Press(p, string(k))
			panetest.Fills(t, p, w, h)
			v := viewOfTalk(rows[:len(rows)-int(k)%len(rows)])
			v.At = step(at & 3)
			p.Show(v)
			panetest.Fills(t, p, w, h)
		}
	})
}

// BenchmarkTalk is the time of a refresh with ten new messages of 5,000, of a moment, and of a
// key that scrolls; searched, and not.
func BenchmarkTalk(b *testing.B) {
	all := chatter(0, 1002)
	full, newer := viewOfTalk(all[:5000]), viewOfTalk(append([]model.Message(nil), all[10:]...))
	newer.Profiles = full.Profiles
	past := full
	past.At = full.AllTalk.Rows[4900].At
	for name, keys := range map[string]string{"": "", " searched": "/yes 9\n", " scrolled": "kkkk"} {
		p := shownTalk(full)
		p.Resize(100, 50)
		panetest.Press(p, keys)
		for what, views := range map[string][2]pane.View{"refresh": {full, newer}, "moment": {full, past}} {
			b.Run(what+name, func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					p.Show(views[i%2])
					p.View()
				}
			})
		}
		b.Run("key"+name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				panetest.Press(p, "kkj"[i%3:i%3+1])
				p.View()
			}
		})
	}
}
