// Package talk is the pane with what agents thought and said, as a chat.
package talk

import (
	"cmp"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/cell"
	"societop/ui/human"
	"societop/ui/pane"
	"societop/ui/pane/kit"
	"societop/ui/theme"
)

// talk is the pane with what was thought and said up to the moment that is shown, as a chat: of
// all agents if the source can return that at once, else of the selected agent. It follows new
// messages until the reader scrolls up; then the visible messages stay where they are.
type talk struct {
	chatView // its height is that of the messages, without the line above
	moves    kit.Moves
	keys     talkKeys
	origin   model.SimTime // where the search began

	one   bool // one agent is wanted where all could be shown
	view  pane.View
	note  string // stands there instead of messages
	wrong string // why they are not newer
	drawn string
}

// New returns the pane Talk.
func New(t *theme.Theme) pane.Pane {
	c := &talk{chatView: chatView{theme: t, Searchable: kit.NewSearch(t, "what was said"), follow: true, hit: -1}}
	c.Rebind(nil)
	return c
}

// Title returns the name of the pane.
func (t *talk) Title() string { return "Talk" }

// ShowsTime reports true: the pane shows a moment of the simulated clock.
func (t *talk) ShowsTime() bool { return true }

// Agent returns the selected agent.
func (t *talk) Agent() (id int64, ok bool) { return t.view.Agent, t.view.Chosen }

// single reports whether the talk of one agent is shown.
func (t *talk) single() bool { return t.one || !t.view.Bulk }

// Needs returns the needs for who the agents are and what they say. A lab file also knows who
// heard an agent.
func (t *talk) Needs() []pane.Need {
	needs := []pane.Need{pane.NeedTimeline, pane.NeedProfiles}
	if t.single() {
		needs = append(needs, pane.NeedTalk)
	}
	if t.view.Bulk {
		needs = append(needs, pane.NeedAllTalk)
	}
	return needs
}

// need returns the need of the messages that are shown.
func (t *talk) need() pane.Need {
	if t.single() {
		return pane.NeedTalk
	}
	return pane.NeedAllTalk
}

// Show sets the experiment, the agent and the moment.
func (t *talk) Show(v pane.View) {
	old := &t.view
	if v.Experiment.Key != old.Experiment.Key {
		t.Search.Reset()
	}
	if other := t.single() && v.Agent != old.Agent; other || v.Experiment.Key != old.Experiment.Key {
		t.top, t.follow, t.hit = place{}, true, -1
	}
	t.view = v
	t.refresh()
}

// refresh shows what is known.
func (t *talk) refresh() {
	v := &t.view
	rows, cut := v.AllTalk.Rows, v.AllTalk.Cut
	if t.single() {
		rows, cut = v.Talk, false
	}
	t.cut, t.ended, t.now = cut, v.Experiment.Status.Ended(), time.Time{}
	if v.Live {
		t.now = v.Now
	}
	t.chatView.calendar = v.Experiment.Calendar()
	t.chatView.show(rows, v.AllTalk.Rows, v.Profiles, v.Until())
	t.explain()
	t.redraw()
}

// explain sets why there is nothing to see, or nothing newer.
func (t *talk) explain() {
	v := &t.view
	t.note, t.wrong = "", kit.Trouble(v, t.need(), pane.NeedTimeline, pane.NeedProfiles)
	known := v.Has(pane.NeedTimeline) && v.Has(pane.NeedProfiles) && (v.Has(t.need()) || t.single() && !v.Chosen)
	switch {
	case t.until > 0:
	case v.Experiment.NumDay < 0 && (known || t.wrong != ""):
		t.note = "This is an individual run: its agents do tasks of their own; they do not talk to each other."
	case t.wrong != "":
		t.note = t.wrong
	case !known:
		t.note = pane.Reading
	case len(v.Profiles) == 0:
		t.note = "This experiment has no agents."
	default:
		t.note = t.nothing()
	}
}

// nothing returns that nobody said anything.
func (t *talk) nothing() string {
	who := ""
	if t.single() {
		who = " by " + t.Name(t.view.Agent)
	}
	switch t.kinds {
	case thoughtsOnly:
		return "Nothing was thought" + who + " so far; " + t.keys.kind.Help().Key + " shows all that was said."
	case talkOnly:
		return "Nothing was said" + who + " to other agents so far; " + t.keys.kind.Help().Key + " shows other words."
	case userOnly:
		return "Nothing was said between the user and the agents so far; " + t.keys.kind.Help().Key + " shows other words."
	default:
		return "Nothing was thought or said" + who + " so far."
	}
}

// Resize sets the size; what is looked at stays.
func (t *talk) Resize(width, height int) {
	t.Search.SetWidth(max(width, 0))
	t.chatView.resize(width, height-1)
	t.redraw()
}

// CapturesKey reports whether a key belongs to the search.
func (t *talk) CapturesKey(k tea.KeyPressMsg) bool {
	switch {
	case t.Search.Typing:
		return true
	case t.note != "" && t.Search.Query == "":
		return false
	}
	return t.Search.Captures(k) || t.Search.Query != "" && key.Matches(k, t.Search.Keys.Next, t.Search.Keys.Previous)
}

// Update handles keys.
func (t *talk) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	typing := t.Search.Typing
	found, handled := t.Search.Update(msg)
	switch {
	case handled:
		t.find(found, !typing && t.Search.Typing)
	case ok:
		t.key(k)
	}
	t.redraw()
	return nil
}

// find follows the search when it begins or its query changes.
func (t *talk) find(found, begun bool) {
	if begun {
		t.origin = t.at
		if last := t.looked(t.last()); last != nil {
			t.origin = last.At
		}
	}
	if found {
		t.look(t.origin)
	}
	if t.Search.Query == "" {
		t.scroll(t.first())
	}
}

// key selects what is shown, or scrolls.
func (t *talk) key(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, t.keys.all):
		t.toggleAll()
	case key.Matches(k, t.keys.previous):
		t.turnAgent(-1)
	case key.Matches(k, t.keys.next):
		t.turnAgent(+1)
	case key.Matches(k, t.keys.kind):
		t.showKinds((t.kinds + 1) % howManyKinds)
		t.explain()
	case key.Matches(k, t.Search.Keys.Next) && t.Search.Query != "":
		t.turn(+1)
	case key.Matches(k, t.Search.Keys.Previous) && t.Search.Query != "":
		t.turn(-1)
	default:
		t.moveBy(k)
	}
}

// moveBy scrolls.
func (t *talk) moveBy(k tea.KeyPressMsg) {
	const far = 1 << 29 // twice of it is an int everywhere
	to, ok := t.moves.Move(k, far, 2*far, t.height)
	switch by := to - far; {
	case !ok || t.until == 0:
	case by == -far:
		t.scroll(place{})
	case by == far:
		t.scroll(t.end())
	default:
		t.scroll(t.move(t.first(), by))
	}
}

// toggleAll shows all agents or one.
func (t *talk) toggleAll() {
	t.one = !t.one
	t.restart()
}

// restart shows the end of the messages.
func (t *talk) restart() {
	t.top, t.follow, t.hit = place{}, true, -1
	t.refresh()
}

// turnAgent selects the next agent, or the previous one.
func (t *talk) turnAgent(by int) {
	i, found := t.agentAt()
	if !found && by > 0 {
		i--
	}
	if i += by; i < 0 || i >= len(t.view.Profiles) {
		return
	}
	t.view.Agent, t.view.Chosen, t.view.Talk = t.view.Profiles[i].ID, true, nil
	t.restart()
}

// agentAt returns the index of the selected agent.
func (t *talk) agentAt() (i int, found bool) {
	return slices.BinarySearchFunc(t.view.Profiles, t.view.Agent, func(p model.Profile, id int64) int { return cmp.Compare(p.ID, id) })
}

// View returns the pane as it was last drawn.
func (t *talk) View() string { return t.drawn }

// redraw draws the pane.
func (t *talk) redraw() {
	var lines []string
	if t.note == "" {
		lines = append([]string{t.head()}, t.draw()...)
	} else {
		if t.Search.Typing || t.single() && len(t.view.Profiles) > 0 {
			lines = append(lines, t.head())
		}
		lines = append(lines, cell.Wrap(t.theme.Faint.Render(t.note), t.chatView.width)...)
	}
	t.drawn = cell.Block(lines, t.chatView.width, t.height+1)
}

// head returns what is shown and whether it is followed; or the search while it is typed.
func (t *talk) head() string {
	faint, dot := t.theme.Faint, " "+t.theme.Dot+" "
	switch {
	case t.Search.Typing:
		return t.Search.Line(t.count())
	case t.note != "":
		return faint.Render("of " + t.who())
	}
	out := ""
	if t.Search.Query != "" {
		out = t.theme.Key.Render(t.count()) + faint.Render(" "+text.Clean(t.Search.Query).String()+dot)
	}
	out += t.state()
	if t.view.Live && !t.ended && t.waiting.Questions > 0 {
		out += faint.Render(dot) + t.theme.Warning.Render(t.waits())
	}
	out += faint.Render(dot + t.what())
	if t.wrong != "" {
		out += t.theme.Warning.Render(dot + t.wrong)
	}
	return out
}

// waits returns how many questions wait for an answer, and for how long the oldest does.
func (t *talk) waits() string {
	out := human.Count(t.waiting.Questions) + " wait"
	if t.waiting.Questions == 1 {
		out += "s"
	}
	if human.Dated(t.waiting.Since) {
		out += " for " + human.Span(max(t.now.Sub(t.waiting.Since), 0))
	}
	return out
}

// state returns whether new messages are followed.
func (t *talk) state() string {
	switch {
	case !t.follow:
		return t.theme.Key.Render("G") + t.theme.Faint.Render(" follows")
	case !t.view.Live:
		return t.theme.Faint.Render("until " + t.view.Short(t.view.At))
	case t.ended:
		return t.theme.Faint.Render("the end")
	}
	return t.theme.Faint.Render("following")
}

// what returns how many messages there are, and whose.
func (t *talk) what() string {
	switch {
	case t.chatView.width >= narrowChat:
		return t.counted() + " of " + t.who()
	case t.single():
		return t.who()
	}
	return t.counted()
}

// counted returns how many messages of which kinds there are.
func (t *talk) counted() string {
	noun := [...]string{"messages", "thoughts", "talk messages", "user messages"}[t.kinds]
	if t.until == 1 {
		noun = noun[:len(noun)-1]
	}
	if t.cut {
		return "the newest " + human.Count(t.until) + " " + noun
	}
	return human.Count(t.until) + " " + noun
}

// who returns whose messages are shown.
func (t *talk) who() string {
	if !t.single() {
		return "all agents"
	}
	name := cell.Cut(t.Name(t.view.Agent), max(t.chatView.width/3, 8))
	if i, found := t.agentAt(); found {
		name += " " + t.theme.Dot + " " + human.Count(i+1) + " of " + human.Count(len(t.view.Profiles))
	}
	return name
}
