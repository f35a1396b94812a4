package act

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/ui/cell"
	"societop/ui/human"
)

// work is the page with an order that is carried out, one run after the other.
type work struct {
	order   model.Order
	runs    []model.Summary
	results []model.ControlResult // of the first runs
	reached int64                 // agents of the run that is under way
	of      int64
	left    bool // the runs that were not begun are left out
	at      int  // the line in the middle, once it was scrolled; else 0
}

// Msg is the answer to a command of a panel, for Update.
type Msg struct {
	read     *readMsg
	progress *progress
	result   *model.ControlResult
}

// progress is how many agents of a run were reached.
type progress struct {
	done, total int64
	more        <-chan progress
}

// Done is what became of an order on one run.
type Done struct {
	Run    model.Summary
	Order  model.Order
	Result model.ControlResult
	Over   bool // it was the last run
}

// Said is what became of it, in a sentence.
func (d *Done) Said() string {
	return d.Order.Control.String() + " " + name(&d.Run) + ": " + d.Result.Said.String()
}

// over reports whether no more is done.
func (w *work) over() bool { return len(w.results) == len(w.runs) }

// begin carries out an order. Nothing else can be begun until it is over.
func (p *Panel) begin(o model.Order, one item) tea.Cmd {
	p.work = &work{order: o, runs: one.able}
	p.page = p.work
	return p.carry()
}

// carry carries out the order on the next run.
func (p *Panel) carry() tea.Cmd {
	to, ok := p.Source.(model.Controller)
	if !ok {
		return nil
	}
	w := p.work
	k, o, ctx := w.runs[len(w.results)].Key, w.order, p.Context
	w.reached, w.of = 0, 0
	news := make(chan progress, 1)
	adv := func(done, total int64) {
		select { // the newest counts
		case <-news:
		default:
		}
		select {
		case news <- progress{done: done, total: total, more: news}:
		default:
		}
	}
	carry := func() tea.Msg {
		r := to.Carry(ctx, k, o, adv)
		close(news)
		return Msg{result: &r}
	}
	return tea.Batch(carry, listen(news))
}

// listen waits for progress.
func listen(news <-chan progress) tea.Cmd {
	return func() tea.Msg {
		if one, ok := <-news; ok {
			return Msg{progress: &one}
		}
		return nil
	}
}

// Update takes the answer to a command. done is what has become of a run, nil if nothing has.
func (p *Panel) Update(msg Msg) (cmd tea.Cmd, done *Done) {
	switch {
	case msg.read != nil:
		p.onRead(msg.read)
	case msg.progress != nil:
		if w := p.work; w != nil {
			w.reached, w.of = msg.progress.done, msg.progress.total
		}
		return listen(msg.progress.more), nil
	case msg.result != nil:
		return p.onResult(*msg.result)
	}
	return nil, nil
}

// onResult keeps what became of a run, and goes on with the next.
func (p *Panel) onResult(r model.ControlResult) (tea.Cmd, *Done) {
	w := p.work
	done := &Done{Run: w.runs[len(w.results)], Order: w.order, Result: r}
	w.results = append(w.results, r)
	if done.Over = w.over(); done.Over {
		return nil, done
	}
	return p.carry(), done
}

func (w *work) title() string {
	verb := map[model.Control]string{model.ControlStop: "Stopping", model.ControlDelete: "Deleting"}[w.order.Control]
	switch {
	case w.over():
		return "Done"
	case verb == "":
		return "Sending"
	}
	return verb
}

func (w *work) hints(*Panel) [][2]string {
	switch {
	case w.over():
		return [][2]string{{"Esc", "close"}}
	case len(w.runs)-len(w.results) > 1 && !w.left:
		return [][2]string{{"Esc", "hide; it goes on"}, {"c", "leave out those not begun"}}
	}
	return [][2]string{{"Esc", "hide; it goes on"}}
}

func (w *work) lines(p *Panel, width int) (lines []string, at int) {
	t := p.Theme
	lines = append(lines, t.Faint.Render(human.Count(len(w.results))+" of "+human.CountOf(len(w.runs), "run")))
	for i := range w.runs {
		head := t.Strong.Render(name(&w.runs[i]))
		switch {
		case i < len(w.results):
			r := &w.results[i]
			sign, style := t.Done, t.Text
			if r.Outcome != model.OutcomeDone {
				sign, style = t.Attention, t.Warning
			}
			lines = append(lines, cell.Cut(style.Render(sign)+" "+head, width))
			for _, part := range cell.Wrap(r.Said.String(), width-2) {
				lines = append(lines, "  "+style.Render(part))
			}
			at = len(lines) - 1
		case i == len(w.results):
			lines = append(lines, cell.Cut(t.Now+" "+head+t.Faint.Render("  "+w.under()), width))
			at = len(lines) - 1
		default:
			lines = append(lines, cell.Cut("  "+t.Faint.Render(name(&w.runs[i])), width))
		}
	}
	if w.at > 0 {
		at = w.at
	}
	return lines, at
}

// under says how far the run is that is under way.
func (w *work) under() string {
	switch {
	case w.of > 1:
		return human.Count(int(w.reached)) + " of " + human.CountOf(int(w.of), "agent")
	case w.order.Control == model.ControlStop:
		return "this takes up to 10 s; nothing is read meanwhile"
	}
	return "under way"
}

func (w *work) key(p *Panel, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, p.keys.back), w.over() && key.Matches(msg, p.keys.open):
		p.close()
	case key.Matches(msg, p.keys.cancel) && !w.over():
		w.left = true
		w.runs = w.runs[:len(w.results)+1]
	default:
		if at, ok := p.scroll(msg); ok {
			w.at = at
		}
	}
	return nil
}
