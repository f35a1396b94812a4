package config

import (
	"fmt"
	"os"
	"strings"

	"societop/model"
	"societop/model/price"
)

// Show returns every value with where it comes from, as a configuration file with comments. Secrets
// are not in it. defaults are those that depend on the machine, by the keys of settings.
func Show(l *Layers, defaults map[string]Value) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", l.File.place())
	for i := range Settings {
		if s := &Settings[i]; !strings.Contains(s.Key, ".") {
			b.WriteString(shown(l, s, s.Key, defaults))
		}
	}
	b.WriteString("\n[alerts]\n")
	for i := range Settings {
		if name, ok := strings.CutPrefix(Settings[i].Key, "alerts."); ok {
			b.WriteString(shown(l, &Settings[i], name, defaults))
		}
	}
	if l.File != nil {
		l.File.showTables(&b)
	}
	return b.String()
}

// place says which file it is.
func (f *File) place() string {
	switch {
	case f == nil || f.Path == "":
		return "there is no configuration file"
	case f.Broken:
		return f.Path + from(f.Named) + ", of which nothing counts"
	}
	return f.Path + from(f.Named)
}

func from(named string) string {
	if named == "" {
		return ""
	}
	return " (" + named + ")"
}

// shown is a line for a setting.
func shown(l *Layers, s *Setting, name string, defaults map[string]Value) string {
	v := l.Get(s.Key)
	if !v.Given() {
		if d, ok := defaults[s.Key]; ok {
			v = d
		}
	}
	if v.Text == "" {
		return fmt.Sprintf("# %s is not set\n", name)
	}
	return line(name, s.toml(hidden(s.Key, v)), v.From.String())
}

// line is a line with a comment.
func line(name, value, comment string) string {
	return fmt.Sprintf("%-40s # %s\n", name+" = "+value, comment)
}

// hidden is a value without what may be secret in it.
func hidden(key string, v Value) Value {
	switch key {
	case "source":
		items := v.List()
		v.items = make([]string, len(items))
		for i := range items {
			v.items[i] = hiddenAddress(items[i])
		}
	case "alerts.exec":
		v.Text = hiddenCommand(v.Text)
	case "alerts.webhook":
		v.Text = hiddenHook(v.Text)
	case "alerts.webhook_file":
		v.Text = hiddenFile(v.Text)
	}
	return v
}

// hiddenAddress is an address without its password and its query.
func hiddenAddress(address string) string {
	if !hasScheme.MatchString(address) {
		return address
	}
	return model.CanonicalAddress(address, func(path string) string { return path })
}

// hiddenCommand is the program of a command.
func hiddenCommand(command string) string {
	words := strings.Fields(command)
	switch {
	case len(words) == 0:
		return ""
	case strings.Contains(words[0], "="): // a variable, which may be a secret
		return "…"
	case len(words) == 1:
		return words[0]
	}
	return words[0] + " …"
}

// hiddenHook is the scheme and the host of a URL.
func hiddenHook(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	host, path, _ := strings.Cut(rest, "/")
	_, host, ok := strings.Cut("@"+host, "@")
	if i := strings.LastIndexByte(host, '@'); ok && i >= 0 {
		host = host[i+1:]
	}
	host, query, _ := strings.Cut(host, "?")
	if path != "" || query != "" {
		host += "/…"
	}
	return scheme + "://" + host
}

// hiddenFile is the name of a file, or not: one that is not there may be the secret itself.
func hiddenFile(path string) string {
	if _, err := os.Lstat(path); err != nil {
		return "…"
	}
	return path
}

// showTables writes the tables that only a file has.
func (f *File) showTables(b *strings.Builder) {
	for i := range f.Sources {
		f.showSource(b, &f.Sources[i])
	}
	f.head(b, "groups", len(f.Groups), 0)
	for i := range f.Groups {
		g := &f.Groups[i]
		if !g.usable() {
			b.WriteString(refused(key(g.Name), f.at(g.Line)))
			continue
		}
		members := make([]string, len(g.Members))
		for i, m := range g.Members {
			members[i] = quote(hiddenAddress(m))
		}
		b.WriteString(line(key(g.Name), "["+strings.Join(members, ", ")+"]", f.at(g.Line)))
	}
	for _, v := range f.Views {
		if v.Damaged != "" {
			b.WriteString("\n" + refused("[views."+key(v.Name)+"]", f.at(v.Line)))
			continue
		}
		f.head(b, "views."+key(v.Name), 1, v.Line)
		for _, s := range viewKeys() {
			if value, ok := v.Values[s.Key]; ok {
				b.WriteString(line(s.Key, s.toml(hidden(s.Key, value)), value.From.String()))
			}
		}
	}
	f.head(b, "keys", len(f.Keys), 0)
	for _, k := range f.Keys {
		if k.Refused {
			b.WriteString(refused(key(k.Action), f.at(k.Line)))
			continue
		}
		names := make([]string, len(k.Keys))
		for i := range k.Keys {
			names[i] = quote(k.Keys[i])
		}
		b.WriteString(line(key(k.Action), "["+strings.Join(names, ", ")+"]", f.at(k.Line)))
	}
	f.showColors(b)
	f.Prices.Each(func(model string, p price.Price) {
		f.head(b, "prices."+quote(model), 1, 0)
		fmt.Fprintf(b, "input = %v\noutput = %v\ncached_input = %v\n", p.Input, p.Output, p.CachedInput)
		if !p.Currency.Empty() {
			fmt.Fprintf(b, "currency = %s\n", quote(p.Currency.String()))
		}
	})
}

// refused is a comment on what stands in the file and does not count.
func refused(name, at string) string { return fmt.Sprintf("%-40s # %s\n", "# "+name+" is refused", at) }

// head writes the head of a table that has n entries.
func (f *File) head(b *strings.Builder, name string, n, at int) {
	switch {
	case n == 0:
	case at > 0:
		fmt.Fprintf(b, "\n%-40s # %s\n", "["+name+"]", f.at(at))
	default:
		fmt.Fprintf(b, "\n[%s]\n", name)
	}
}

// at is a line of the file.
func (f *File) at(n int) string { return Origin{Level: ByFile, Name: f.Path, Line: n}.String() }

// showSource writes a source.
func (f *File) showSource(b *strings.Builder, s *Source) {
	f.head(b, "sources."+key(s.Name), 1, s.Line)
	fmt.Fprintf(b, "address = %s\n", quote(hiddenAddress(s.Address)))
	for _, one := range []struct{ key, value string }{
		{"token_file", hiddenIf(s.TokenFile)},
		{"user", s.User},
		{"ca_file", s.CAFile},
		{"remote_command", hiddenCommand(s.RemoteCommand)},
	} {
		if one.value != "" {
			fmt.Fprintf(b, "%s = %s\n", one.key, quote(one.value))
		}
	}
	if s.Interval > 0 {
		fmt.Fprintf(b, "interval = %q\n", s.Interval)
	}
	if s.NoWrite {
		b.WriteString("write = false\n")
	}
}

func hiddenIf(path string) string {
	if path == "" {
		return ""
	}
	return hiddenFile(path)
}

// showColors writes the colours, those of both themes first.
func (f *File) showColors(b *strings.Builder) {
	for _, theme := range []string{"", "dark", "light"} {
		head := false
		for _, c := range f.Colors {
			if c.Theme != theme {
				continue
			}
			if !head {
				f.head(b, strings.TrimSuffix("colors."+theme, "."), 1, 0)
				head = true
			}
			b.WriteString(line(key(c.Token), quote(c.Value), f.at(c.Line)))
		}
	}
}
