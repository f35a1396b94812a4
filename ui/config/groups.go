package config

import (
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/model/tomlfile"
)

// groups reads [groups].
func (p *parser) groups(v tomlfile.Value) {
	p.named("groups", v, func(name string, v tomlfile.Value) {
		where := "groups." + name
		raw, err := p.Raw(v)
		var members []string
		if err == nil {
			if members, err = listOf(raw); err == nil {
				err = checkAddresses(strings.Join(members, ","), nil)
			}
		}
		if err != nil {
			p.refuse(v, where, "%w", err)
			return
		}
		for i, m := range members {
			members[i] = p.address(m)
		}
		p.to.Groups = append(p.to.Groups, Group{Name: name, Line: p.Line(v), Members: members})
	})
}

// source returns the source of a name; nil if there is none.
func (f *File) source(name string) *Source {
	i := slices.IndexFunc(f.Sources, func(s Source) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Sources[i]
}

// group returns the group of a name; nil if there is none.
func (f *File) group(name string) *Group {
	i := slices.IndexFunc(f.Groups, func(g Group) bool { return g.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Groups[i]
}

// Names returns what may follow @: the names of sources, then of the groups that can be used.
func (f *File) Names() (names []string) {
	if f == nil {
		return nil
	}
	for i := range f.Sources {
		names = append(names, f.Sources[i].Name)
	}
	for i := range f.Groups {
		if f.Groups[i].usable() {
			names = append(names, f.Groups[i].Name)
		}
	}
	return names
}

// usable reports whether a group names anything, and not itself.
func (g *Group) usable() bool { return g.Loop == "" && len(g.Members) > 0 }

// loops finds the groups that contain themselves.
func (p *parser) loops() {
	f := p.to
	f.Groups = slices.DeleteFunc(f.Groups, func(g Group) bool {
		if f.source(g.Name) != nil {
			f.wrong(g.Line, "groups."+g.Name, "has the name of a source, which counts")
			return true
		}
		return false
	})
	in := map[string]bool{} // one that was told
	for i := range f.Groups {
		g := &f.Groups[i]
		loop := f.loop(g.Name, nil, map[string]bool{})
		if loop == nil {
			continue
		}
		g.Loop = "@" + strings.Join(loop, " → @")
		if !in[g.Name] {
			f.wrong(g.Line, "groups."+g.Name, "contains itself: "+g.Loop)
		}
		for _, name := range loop {
			in[name] = true
		}
	}
}

// loop returns the way from a group to itself, through others; nil if there is none. way is how it
// was come to, and done has the groups from which there is no way back to the first.
func (f *File) loop(name string, way []string, done map[string]bool) []string {
	way = append(way, name)
	if len(way) > 1 && name == way[0] {
		return way
	}
	g := f.group(name)
	if g == nil || done[name] {
		return nil
	}
	done[name] = true
	for _, m := range g.Members {
		if of, ok := strings.CutPrefix(m, "@"); ok {
			if loop := f.loop(of, way, done); loop != nil {
				return loop
			}
		}
	}
	return nil
}

// members finds names in groups, in views and in the default source that don't exist.
func (p *parser) members() {
	f := p.to
	for i := range f.Groups {
		g := &f.Groups[i]
		g.Members = slices.DeleteFunc(g.Members, func(m string) bool {
			return f.nameless(g.Line, "groups."+g.Name, m)
		})
	}
	if v, ok := f.Values["source"]; ok {
		for _, m := range v.List() {
			f.nameless(v.From.Line, "source", m)
		}
	}
	for _, view := range f.Views {
		if v, ok := view.Values["source"]; ok {
			for _, m := range v.List() {
				f.nameless(v.From.Line, "views."+view.Name+".source", m)
			}
		}
	}
}

// nameless reports whether an address is a name that does not exist, and adds a trouble if so.
func (f *File) nameless(line int, key, address string) bool {
	name, ok := strings.CutPrefix(address, "@")
	if !ok || f.source(name) != nil || f.group(name) != nil {
		return false
	}
	f.wrong(line, key, "names "+tomlfile.Quote(address)+", which is neither a source nor a group"+f.near(name))
	return true
}

// near asks for names that are near to one that does not exist, after a semicolon.
func (f *File) near(name string) string {
	near := text.Near(name, f.Names())
	for i := range near {
		near[i] = "@" + near[i]
	}
	if len(near) == 0 {
		return ""
	}
	return "; " + text.DidYouMean(near)
}

// wrong adds a trouble.
func (f *File) wrong(line int, key, said string) {
	f.Troubles = append(f.Troubles, Trouble{f.Path, line, key, text.Clean(said)})
}

// Named is what an address of a command line stands for: a source of the file, or an address.
type Named struct {
	*Source        // nil: it is not from the file
	Address string // of the source; a path as it was given
}

// Resolve returns the sources that an argument stands for: @NAME is a source or all sources of a
// group, in their order and each once, and anything else is an address. It fails with ErrUsage for
// a name that does not exist, and for a group that contains itself. f may be nil.
func (f *File) Resolve(argument string) ([]Named, error) {
	name, ok := strings.CutPrefix(argument, "@")
	if !ok {
		return []Named{{Address: argument}}, nil
	}
	if f == nil {
		f = new(File)
	}
	if f.source(name) == nil && f.group(name) == nil {
		return nil, f.noName(name)
	}
	var all []Named
	if err := f.collect(name, map[string]bool{}, &all); err != nil {
		return nil, err
	}
	return all, nil
}

// collect appends the sources of a name to all, without those that stand there.
func (f *File) collect(name string, done map[string]bool, all *[]Named) error {
	if s := f.source(name); s != nil {
		if !done["@"+name] {
			done["@"+name] = true
			*all = append(*all, Named{s, s.Address})
		}
		return nil
	}
	g := f.group(name)
	if g.Loop != "" {
		return model.Usagef("the group @%s contains itself: %s", name, g.Loop)
	}
	for _, m := range g.Members {
		if done[m] {
			continue
		}
		if of, ok := strings.CutPrefix(m, "@"); ok {
			if err := f.collect(of, done, all); err != nil {
				return err
			}
		} else {
			*all = append(*all, Named{Address: m})
		}
		done[m] = true
	}
	return nil
}

// noName is the error of a name that does not exist.
func (f *File) noName(name string) error {
	said := "there is no source and no group " + tomlfile.Quote("@"+name)
	switch near := f.near(name); {
	case near != "":
		return model.Usagef("%s%s", said, near)
	case f.Broken:
		return model.Usagef("%s: the configuration file %s does not count", said, f.Path)
	case f.Path == "":
		return model.Usagef("%s: there is no configuration file; a file of this name is ./@%s", said, name)
	case len(f.Names()) == 0:
		return model.Usagef("%s: %s names none; a file of this name is ./@%s", said, f.Path, name)
	}
	return model.Usagef("%s; there are @%s", said, strings.Join(f.Names(), ", @"))
}
