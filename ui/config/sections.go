package config

import (
	"slices"
	"strings"

	"societop/model/price"
	"societop/model/text"
	"societop/model/tomlfile"
)

// Section is a table of the file.
type Section struct {
	Name    string
	Of      string    // its tables have names of their own, such as this one; empty: it has none
	About   string    // a few words
	Keys    []Setting // of it, or of each of its tables; nil: the user's own
	Example []string  // lines, where the keys are the user's own
}

// Sections is every table of the file, in its order.
var Sections = []Section{
	{Name: "sources", Of: "lab7", About: "a source under a name: @lab7 wherever a SOURCE is asked for", Keys: sourceKeys},
	{Name: "groups", About: "several sources under a name: @all", Example: []string{`all = ["@lab7", "~/runs/lab.db"]`}},
	{Name: "views", Of: "mine", About: "a named choice of experiments: --view mine, or V in the monitor", Keys: viewKeys()},
	{Name: "keys", About: "other keys for actions of the monitor", Example: []string{`pane-next = ["]", "ctrl+n"]`}},
	{Name: "colors", About: "other colours, as #rrggbb, a number from 0 to 255, or a name; [colors.dark] and [colors.light] for one theme", Example: []string{`running = "bright-green"`}},
	{Name: "prices", Of: `"gpt-4o"`, About: "what a million tokens of a model cost; * and ? stand for any characters and for one", Keys: priceKeys},
	{Name: "alerts", About: "how watch and the monitor tell events", Keys: settingsOf("alerts.")},
}

// sourceKeys are the keys of a source.
var sourceKeys = []Setting{
	{Key: "address", Example: `"http://lab-7:8080"`, About: "a URL, or a path", check: checkAddresses},
	{Key: "token_file", Example: `"~/.config/societop/lab7.token"`, About: "a file that holds the token, which only this source gets"},
	{Key: "user", Example: `"anna"`, About: "log in as this user; the password comes from ~/.netrc or $SOCIETOP_PASSWORD"},
	{Key: "ca_file", Example: `"lab7.pem"`, About: "also trust the PEM certificates in this file"},
	{Key: "interval", Kind: Lapse, Example: `"10s"`, About: "time between two readings"},
	{Key: "write", Kind: Switch, Example: "false", About: "false forbids --write for this source"},
	{Key: "remote_command", Example: `"/opt/societop/societop stdio"`, About: "what ssh runs there"},
}

// priceKeys are the keys of a price.
var priceKeys = []Setting{
	{Key: "input", Example: "2.5", About: "a million input tokens"},
	{Key: "output", Example: "10", About: "a million output tokens"},
	{Key: "cached_input", Example: "1.25", About: "a million input tokens that the provider had cached; by default as input"},
	{Key: "currency", Example: `"$"`, About: "a sign or a code"},
}

// viewKeys are the keys of a view: settings that a view may have.
func viewKeys() (keys []Setting) {
	for _, key := range []string{"filter", "sort", "columns", "source"} {
		keys = append(keys, *settingOf(key))
	}
	return keys
}

// settingsOf returns the settings of a table, with their keys in it.
func settingsOf(prefix string) (keys []Setting) {
	for _, s := range Settings {
		if key, ok := strings.CutPrefix(s.Key, prefix); ok {
			s.Key = key
			keys = append(keys, s)
		}
	}
	return keys
}

// keyNames is the names of keys.
func keyNames(keys []Setting) []string {
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = keys[i].Key
	}
	return names
}

// keyed reads the values of a table that has some keys.
func (p *parser) keyed(where string, v tomlfile.Value, keys []Setting) map[string]Value {
	values, table := map[string]Value{}, p.table(where, v)
	for _, key := range tomlfile.Ordered(table) {
		i := slices.IndexFunc(keys, func(s Setting) bool { return s.Key == key })
		if i < 0 {
			p.unknown(where, key, table[key], keyNames(keys))
		} else if value, ok := p.value(&keys[i], where+"."+key, table[key]); ok {
			values[key] = value
		}
	}
	return values
}

// sources reads [sources].
func (p *parser) sources(v tomlfile.Value) {
	p.named("sources", v, func(name string, v tomlfile.Value) {
		where := "sources." + name
		troubles := len(p.to.Troubles)
		values := p.keyed(where, v, sourceKeys)
		s := Source{
			Name: name, Line: p.Line(v), User: values["user"].Text, RemoteCommand: values["remote_command"].Text,
			NoWrite: values["write"].Text == "false",
		}
		address, given := values["address"]
		switch {
		case !given && troubles < len(p.to.Troubles): // it is said
			return
		case !given:
			p.refuse(v, where, "has no address")
			return
		case strings.HasPrefix(address.Text, "@"):
			p.refuse(v, where+".address", "is a URL or a path; names stand in [groups]")
			return
		}
		s.Address = p.address(address.Text)
		if file, ok := values["token_file"]; ok {
			s.TokenFile = p.path(file.Text)
		}
		if file, ok := values["ca_file"]; ok {
			s.CAFile = p.path(file.Text)
		}
		if lapse, ok := values["interval"]; ok {
			s.Interval, _ = ParseLapse(lapse.Text) // it was checked
		}
		p.to.Sources = append(p.to.Sources, s)
	})
}

// views reads [views].
func (p *parser) views(v tomlfile.Value) {
	tables := p.table("views", v)
	for _, name := range tomlfile.Ordered(tables) {
		if _, err := wordOf(name); err != nil {
			p.refuse(tables[name], "views."+tomlfile.Quote(name), "has a name that %w", err)
			continue
		}
		before := len(p.to.Troubles)
		view := View{Name: name, Line: p.Line(tables[name]), Values: p.keyed("views."+name, tables[name], viewKeys())}
		if table, ok := p.Table(tables[name]); !ok || len(view.Values) < len(table) {
			view.Damaged = p.to.Troubles[before].String()
		}
		for key, value := range view.Values {
			value.From.Level = ByView
			view.Values[key] = value
		}
		p.to.Views = append(p.to.Views, view)
	}
}

// keys reads [keys].
func (p *parser) keys(v tomlfile.Value) {
	table, words := p.table("keys", v), p.words
	for _, action := range tomlfile.Ordered(table) {
		v, where := table[action], "keys."+action
		if words.Actions != nil && !slices.Contains(words.Actions, action) {
			p.unknown("keys", action, v, words.Actions)
			continue
		}
		raw, err := p.Raw(v)
		var names []string
		if list, ok := raw.([]any); err == nil && (!ok || len(list) > 0) {
			names, err = listOf(raw)
		}
		if err != nil {
			p.refuse(v, where, "%w", err)
			continue
		}
		p.to.Keys = append(p.to.Keys, Binding{Action: action, Keys: names, Line: p.Line(v)})
	}
	if words.CheckKeys != nil {
		for _, t := range words.CheckKeys(p.to.Keys) {
			t.Path = p.to.Path
			p.to.Troubles = append(p.to.Troubles, t)
			for i := range p.to.Keys {
				b := &p.to.Keys[i]
				b.Refused = b.Refused || t.Key == "keys."+b.Action
			}
		}
	}
}

// prices reads [prices].
func (p *parser) prices(v tomlfile.Value) {
	prices, wrong := price.Section(p.File, v)
	if !prices.Empty() {
		p.to.Prices = prices
	}
	for _, err := range wrong {
		p.to.add(err, "")
	}
}

// costs refuses an order by costs without prices.
func (p *parser) costs() {
	v, given := p.to.Values["sort"]
	if given && strings.TrimPrefix(v.Text, "-") == "cost" && p.to.Prices == nil {
		delete(p.to.Values, "sort")
		p.to.Troubles = append(p.to.Troubles, Trouble{p.to.Path, v.From.Line, "sort", text.Clean("can't be \"cost\" without [prices]")})
	}
}

// alerts reads [alerts].
func (p *parser) alerts(v tomlfile.Value) {
	table := p.table("alerts", v)
	for _, key := range tomlfile.Ordered(table) {
		if s, ok := LookUp("alerts." + key); ok {
			p.setting(s, table[key])
		} else {
			p.unknown("alerts", key, table[key], keyNames(settingsOf("alerts.")))
		}
	}
	hook, address := p.to.Values["alerts.webhook"]
	if _, file := p.to.Values["alerts.webhook_file"]; address && file {
		delete(p.to.Values, "alerts.webhook_file")
		p.to.Troubles = append(p.to.Troubles, Trouble{p.to.Path, hook.From.Line, "alerts", text.Clean("has both webhook and webhook_file; webhook counts")})
	}
}
