package ui

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"societop/model"
	"societop/model/text"
	"societop/ui/config"
	"societop/ui/follow"
	"societop/ui/keymap"
	"societop/ui/list"
	"societop/ui/theme"
	"societop/ui/views"
)

// Settings is the configuration, for what the monitor itself takes from it and reads again when the
// file changes. The options already follow it.
type Settings struct {
	Layers config.Layers
	Reader *config.Reader // of Layers.File; nil: there is none
}

// Vocabulary returns what of the monitor a configuration may name.
func Vocabulary() *config.Vocabulary {
	all := keyed(panes)
	words := &config.Vocabulary{
		Columns: list.ColumnWords(), Actions: keymap.Actions(all), Colors: theme.Tokens(), CheckKeys: keymap.Check(all),
	}
	for _, p := range all {
		words.Panes = append(words.Panes, keymap.PaneName(p.New()))
	}
	return words
}

// configured is what follows from the configuration while the monitor runs.
type configured struct {
	layers config.Layers
	file   *follow.File
	hand   *follow.Hand // what is chosen by hand
	views  *views.Panel
}

// newConfigured takes the configuration as it is at the start. What was chosen by hand goes into the
// options.
func newConfigured(o *Options, t *theme.Theme) configured {
	if o.Layers.File == nil {
		o.Layers.File = new(config.File)
	}
	if v := o.Layers.Get("sort"); v.From.Level == config.ByHand {
		o.Sort = v.Text
	}
	c := configured{layers: o.Layers, file: follow.New(o.Reader, o.Layers.File), hand: follow.NewHand(o.Layers.Chosen), views: views.New(t)}
	t.SetOwn(coloursOf(o.Layers.File))
	return c
}

// coloursOf returns the colours of a file.
func coloursOf(f *config.File) (own []theme.Own) {
	for _, c := range f.Colors {
		own = append(own, theme.Own{Theme: c.Theme, Token: c.Token, Value: c.Value, Line: c.Line})
	}
	return own
}

// HardToRead returns a sentence for each colour of a file in which text is hard to read.
func HardToRead(f *config.File) (said []string) {
	for _, hard := range theme.HardToRead(coloursOf(f)) {
		key := "colors."
		if hard.By.Theme != "" {
			key += hard.By.Theme + "."
		}
		said = append(said, config.Trouble{Path: f.Path, Line: hard.By.Line, Key: key + hard.By.Token, Text: text.Clean(hard.Said)}.String())
	}
	return said
}

// begin lets the monitor be as it is configured, and says what is wrong with that.
func (c *configured) begin(a *App) {
	said := c.layers.File.Said()
	said = append(said, HardToRead(c.layers.File)...)
	a.detail.arrange(c.layers.Get("panes").List())
	rebind(a)
	if v := c.layers.Get("columns"); v.Given() {
		said = append(said, unknownColumns(v, list.ShowColumns(a.list, v.List()))...)
	}
	if name := c.layers.Get("pane").Text; name != "" {
		a.detail.active = max(a.detail.named(name), 0)
	}
	a.warn(said)
}

// warn says what is wrong, and the first of it in the footer.
func (s *session) warn(said []string) {
	for i, one := range said {
		s.messages.Say(s.feed.Now(), text.Clean(one), true)
		if i == 0 {
			s.notice = text.Clean(inShort(one)).String()
		}
	}
	if len(said) > 1 {
		s.notice += " (and " + strconv.Itoa(len(said)-1) + " more: " + s.keys.Messages.Help().Key + ")"
	}
}

// inShort returns a sentence without the directory of the file that it begins with: the footer has
// little room.
func inShort(sentence string) string {
	path, _, _ := strings.Cut(sentence, ", line ")
	if path == sentence {
		path, _, _ = strings.Cut(sentence, ":")
	}
	if !filepath.IsAbs(path) {
		return sentence
	}
	return filepath.Base(path) + strings.TrimPrefix(sentence, path)
}

// troubles returns what is wrong with a file, as sentences.
func troubles(f *config.File) (said []string) {
	for _, t := range f.Troubles {
		said = append(said, t.String())
	}
	return said
}

// unknownColumns says that the list has no columns of some names.
func unknownColumns(v config.Value, names []string) (said []string) {
	for _, name := range names {
		said = append(said, v.From.String()+": the monitor has no column "+name+"; "+text.Meant(name, list.ColumnNames()))
	}
	return said
}

// rebind gives all actions the keys of the configuration.
func rebind(a *App) {
	own, _ := keymap.Own(a.conf.layers.File.Keys, keyed(a.detail.order))
	a.session.rebind(own, a.options.Suspend)
	a.prompt.find.Rebind(own)
	a.conf.views.Rebind(own)
}

// named returns the index of a pane by its name in a configuration; −1: there is none.
func (d *detail) named(name string) int {
	for i, p := range d.panes {
		if keymap.PaneName(p) == name {
			return i
		}
	}
	return -1
}

// arrange puts panes of these names first, in their order. All others follow as usual. The one on
// the screen stays there.
func (d *detail) arrange(names []string) {
	shown := d.pane()
	type both struct {
		entry paneEntry
		name  string
		at    int
	}
	var all []both
	for i, e := range d.order {
		all = append(all, both{e, keymap.PaneName(d.panes[i]), i})
	}
	place := func(b both) int {
		if i := slices.Index(names, b.name); i >= 0 {
			return i
		}
		return len(names) + slices.IndexFunc(panes, func(e paneEntry) bool { return e.number == b.entry.number })
	}
	slices.SortStableFunc(all, func(x, y both) int { return place(x) - place(y) })
	before := slices.Clone(d.panes)
	d.order = make([]paneEntry, len(all))
	d.panes = slices.Clone(before)
	for i, b := range all {
		d.order[i], d.panes[i] = b.entry, before[b.at]
	}
	d.active = slices.Index(d.panes, shown)
}

// choose notes what is chosen by hand, and writes it down in the background.
func (c *configured) choose(key, value string) tea.Cmd {
	h := c.hand
	if !h.Choose(key, value) {
		return nil
	}
	c.layers.Chosen = h.Chosen()
	return func() tea.Msg { return handMsg{h.Write()} }
}

// handMsg says that what is chosen by hand was written, or why not.
type handMsg struct{ err error }

// sortBy orders the list as the user says.
func sortBy(a *App, by model.Sort) tea.Cmd {
	return tea.Batch(a.conf.choose("sort", by.String()), a.reselect(a.list.Query(), by))
}

// openViews opens the chooser of views.
func openViews(a *App) tea.Cmd {
	c := &a.conf
	all := []views.View{{}}
	current := false
	for i := range c.layers.File.Views {
		v := &c.layers.File.Views[i]
		one := views.View{
			Name: v.Name, Filter: v.Values["filter"].Text, Sort: v.Values["sort"].Text, Columns: v.Values["columns"].List(),
			Source: strings.Join(v.Values["source"].List(), " "), Damaged: inShort(v.Damaged),
		}
		one.Current = !current && v.Damaged == "" && looks(a, c.viewed(v))
		current = current || one.Current
		all = append(all, one)
	}
	all[0].Current = !current && looks(a, c.viewed(nil))
	c.views.Open(all)
	return nil
}

// viewed returns how settings are in a view; nil: in none.
func (c *configured) viewed(v *config.View) func(key string) config.Value {
	layers := c.layers
	if layers.View = nil; v == nil {
		layers.Chosen = nil
	}
	return func(key string) config.Value {
		if v != nil {
			if value, ok := v.Values[key]; ok { // what is chosen now counts more than a flag
				return value
			}
		}
		return layers.Get(key)
	}
}

// looks reports whether the list is as settings have it.
func looks(a *App, get func(string) config.Value) bool {
	q, err := model.ParseQuery(get("filter").Text)
	by, err2 := model.ParseSort(get("sort").Text)
	return err == nil && err2 == nil && q.String() == a.list.Query().String() && by == a.list.Sort() && list.ShowsColumns(a.list, get("columns").List())
}

// viewKey passes a key to the chooser of views, and shows the view that was chosen.
func viewKey(a *App, msg tea.KeyPressMsg) tea.Cmd {
	chosen := a.conf.views.Key(msg)
	if chosen == nil {
		return nil
	}
	if chosen.Damaged != "" {
		a.notice = "the view can't be used: " + text.Clean(chosen.Damaged).String()
		return nil
	}
	c := &a.conf
	var cmds []tea.Cmd
	if c.layers.View = nil; chosen.Name == "" {
		cmds = append(cmds, c.choose("sort", ""), c.choose("columns", ""))
	}
	if v, ok := c.layers.File.View(chosen.Name); ok {
		c.layers.View = v
	}
	get := c.viewed(c.layers.View)
	a.notice = "view " + text.Clean(chosen.Name).String()
	if chosen.Name == "" {
		a.notice = "the list is as configured"
	}
	if chosen.Source != "" {
		a.notice += "; its source is opened at the start only, by --view"
	}
	cmds = append(cmds, showAs(a, get, "filter", "sort", "columns"))
	return tea.Batch(append(cmds, a.relayout())...)
}

// showAs lets the list be as settings of these keys have it.
func showAs(a *App, get func(string) config.Value, keys ...string) tea.Cmd {
	q, by := a.list.Query(), a.list.Sort()
	var said []string
	var err error
	for _, key := range keys {
		v := get(key)
		switch key {
		case "filter":
			if q, err = model.ParseQuery(v.Text); err != nil {
				q, said = a.list.Query(), append(said, v.From.String()+": filter: "+model.Explain(err).String())
			}
		case "sort":
			if by, err = model.ParseSort(v.Text); err != nil || by.Key == model.ByCost && !a.feed.Lab().Priced() {
				by, said = a.list.Sort(), append(said, v.From.String()+": the list can't be sorted by "+v.Text)
			}
		case "columns":
			said = append(said, unknownColumns(v, list.ShowColumns(a.list, v.List()))...)
			a.refit = true
		}
	}
	a.warn(said)
	a.prompt.filter.Clear()
	cmd := a.reselect(q, by)
	if q.NeedsErrors() && a.feed.NeedErrors() {
		cmd = tea.Batch(cmd, a.read())
	}
	return cmd
}

// turnTo shows the i-th pane, as the user says.
func turnTo(a *App, i int) tea.Cmd {
	cmd := a.setPane(i)
	return tea.Batch(cmd, a.conf.choose("pane", keymap.PaneName(a.detail.pane())))
}
