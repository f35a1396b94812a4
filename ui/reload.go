package ui

import (
	"reflect"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/alert"
	"societop/ui/config"
	"societop/ui/follow"
	"societop/ui/list"
	"societop/ui/theme"
)

// atTheStart are settings that a running monitor does not follow.
var atTheStart = []string{"source", "ascii", "mouse", "utc", "write"}

// reload follows a configuration file that has changed.
func reload(a *App, msg follow.Msg) tea.Cmd {
	c := &a.conf
	now, before, changed := c.file.Update(msg)
	next := c.file.Look()
	if !changed {
		return next
	}
	a.touch()
	if now.Broken {
		a.warn([]string{strings.Join(troubles(now), "; ") + "; what the file said before stays"})
		return next
	}
	old := c.layers
	c.layers.File = now
	if c.layers.View != nil {
		if v, _ := now.View(c.layers.View.Name); v == nil || v.Damaged == "" { // else it stays as it was
			c.layers.View = v
		}
	}
	r := reloading{app: a, old: old, before: before, now: now}
	cmds := []tea.Cmd{next, r.colours(), r.list(), r.reading()}
	r.panes()
	if !reflect.DeepEqual(before.Keys, now.Keys) {
		rebind(a)
	}
	if follow, layers := a.options.Reconfigured, c.layers; follow != nil {
		cmds = append(cmds, func() tea.Msg { return relistMsg{follow(layers)} })
	}
	r.say()
	a.detail.refresh()
	return tea.Batch(append(cmds, a.relayout())...)
}

// relistMsg says whether the alerts of a new configuration need a whole list.
type relistMsg struct{ wanted bool }

// relist reads the whole list again, with errors, for alerts.
func relist(a *App, msg relistMsg) tea.Cmd {
	if !msg.wanted {
		return nil
	}
	if !a.feed.NeedErrors() {
		a.feed.Relist()
	}
	return a.read()
}

// reloading is the change from a configuration to another.
type reloading struct {
	app         *App
	old         config.Layers
	before, now *config.File
}

// changed reports whether a setting has another value.
func (r *reloading) changed(key string) bool {
	x, y := r.old.Get(key), r.app.conf.layers.Get(key)
	return x.Text != y.Text || !slices.Equal(x.List(), y.List())
}

// colours follows the theme and the colours.
func (r *reloading) colours() (cmd tea.Cmd) {
	a := r.app
	if !reflect.DeepEqual(r.before.Colors, r.now.Colors) {
		a.theme.SetOwn(coloursOf(r.now))
	}
	if !r.changed("theme") || model.Getenv(a.options.Environ, "NO_COLOR") != "" {
		return nil
	}
	if a.options.Theme = a.conf.layers.Get("theme").Text; a.options.Theme == theme.Auto {
		cmd = tea.RequestBackgroundColor
	}
	a.theme.Set(a.options.Theme)
	return cmd
}

// list follows filter, order and columns, where the list was as they were, and prices.
func (r *reloading) list() tea.Cmd {
	a := r.app
	var keys []string
	priced := r.before.Prices == a.options.Prices && r.now.Prices != a.options.Prices
	if r.changed("filter") && sameFilter(r.old.Get("filter").Text, a.list.Query()) {
		keys = append(keys, "filter")
	}
	if by, err := model.ParseSort(r.old.Get("sort").Text); r.changed("sort") && err == nil && by == a.list.Sort() {
		keys = append(keys, "sort")
	}
	if (r.changed("columns") || priced) && list.ShowsColumns(a.list, r.old.Get("columns").List()) {
		keys = append(keys, "columns")
	}
	if priced {
		a.options.Prices = r.now.Prices
		a.feed.Lab().SetPrices(r.now.Prices)
	}
	if len(keys) == 0 && !priced {
		return nil
	}
	return showAs(a, a.conf.layers.Get, keys...)
}

// sameFilter reports whether a filter is that of a query.
func sameFilter(filter string, q model.Query) bool {
	was, err := model.ParseQuery(filter)
	return err == nil && was.String() == q.String()
}

// reading follows the interval, unless another was chosen by a key, and the alarm.
func (r *reloading) reading() tea.Cmd {
	a, l := r.app, &r.app.conf.layers
	if r.changed("alerts.bell") {
		a.alarm.Bell = l.Get("alerts.bell").True()
	}
	if r.changed("alerts.desktop") {
		if a.alarm.Desktop = l.Get("alerts.desktop").Text; a.alarm.Desktop == "auto" {
			a.alarm.Desktop = alert.ProtocolOf(func(key string) string { return model.Getenv(a.options.Environ, key) })
		}
	}
	was, err := config.ParseLapse(r.old.Get("interval").Text)
	now, err2 := config.ParseLapse(l.Get("interval").Text)
	if err != nil || err2 != nil || was == now || a.feed.Interval != was {
		return nil
	}
	a.feed.Interval = now
	a.feed.Restart()
	return a.read()
}

// panes follows their order.
func (r *reloading) panes() {
	if r.changed("panes") {
		r.app.detail.arrange(r.app.conf.layers.Get("panes").List())
		rebind(r.app)
	}
}

// say says that the configuration counts, what is wrong with it, and what has to wait.
func (r *reloading) say() {
	a := r.app
	said := troubles(r.now)
	if !reflect.DeepEqual(r.before.Colors, r.now.Colors) {
		said = append(said, HardToRead(r.now)...)
	}
	var later []string
	for _, key := range atTheStart {
		if r.changed(key) {
			later = append(later, key)
		}
	}
	if !reflect.DeepEqual(r.before.Sources, r.now.Sources) || !reflect.DeepEqual(r.before.Groups, r.now.Groups) {
		later = append(later, "sources")
	}
	done := "configuration reloaded"
	if r.now.Path == "" {
		done = "the configuration file is gone, and the defaults count"
	}
	if len(later) > 0 {
		done += "; " + strings.Join(later, ", ") + " at the next start"
	}
	a.messages.Say(a.feed.Now(), text.Clean(done), false)
	if a.notice = done; len(said) > 0 {
		a.warn(said)
		a.notice = done + ", but " + a.notice
	}
}
