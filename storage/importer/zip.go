package importer

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// experimentFile is the member of an export that holds the experiment.
	experimentFile = "experiment.yaml"
	// memberLimit is how much of experiment.yaml is unpacked, in bytes, whatever the zip says
	// of its length. A YAML tree takes some fifty times the room of its text.
	memberLimit = 8 << 20
	// encrypted is the bit of a member's flags that says so.
	encrypted = 1
)

// export is an open zip of AgentSociety's export.
type export struct {
	f       *os.File
	member  *zip.File // experiment.yaml
	members map[string]*zip.File
	odd     []string // sentences on members that are not read
}

// exportHead tells whether a file that begins with head is a zip.
func exportHead(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// openExport opens the zip at path and finds the experiment in it.
func openExport(path string) (*export, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	x := &export{f: f, members: make(map[string]*zip.File)}
	if err := x.find(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return x, nil
}

// find looks for experiment.yaml and the other members by their exact names.
func (x *export) find() error {
	info, err := x.f.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(x.f, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("the zip is damaged: %w", err)
	}
	for _, m := range z.File {
		switch {
		case m.Name == experimentFile && x.member != nil:
			return fmt.Errorf("it has several members named %s", experimentFile)
		case m.Name == experimentFile:
			x.member = m
		default:
			x.sort(m)
		}
	}
	switch {
	case x.member == nil:
		return fmt.Errorf("it is no export of AgentSociety: it has no %s", experimentFile)
	case x.member.Flags&encrypted != 0:
		return errors.New("it is encrypted")
	}
	return nil
}

// sort keeps a member that is to be read, and says why another is not.
func (x *export) sort(m *zip.File) {
	switch {
	case strings.Contains(m.Name, "..") || strings.HasPrefix(m.Name, "/") || strings.Contains(m.Name, `\`):
		x.ignore("member %q is ignored: its name is a path", m.Name)
	case m.Name == artifactsFile:
		x.ignore("%s is left out: a lab has no place for it", m.Name)
	case m.Name != metricsFile && memberTable(m.Name) == nil:
		x.ignore("member %q is left out: exports of AgentSociety have none of that name", clipped(m.Name))
	case x.members[m.Name] != nil:
		x.ignore("another member %s is left out: the first counts", m.Name)
	case m.Flags&encrypted != 0:
		x.ignore("%s is left out: it is encrypted", m.Name)
	default:
		x.members[m.Name] = m
	}
}

// ignore notes why a member is not read.
func (x *export) ignore(format string, args ...any) {
	if len(x.odd) <= 2*maxSentences { // the report has room for fewer
		x.odd = append(x.odd, fmt.Sprintf(format, args...))
	}
}

// memberTable is the table that a member holds; nil where it is none.
func memberTable(name string) *table {
	for _, t := range tables {
		if !t.unsolved && name == t.name+".csv" {
			return t
		}
	}
	return nil
}

func (x *export) close() error { return x.f.Close() }

// read reads the experiment, and then what else there is.
func (x *export) read(ctx context.Context, in *intake) error {
	for _, sentence := range x.odd {
		in.leftOut("%s", sentence)
	}
	text, err := x.unpack()
	if err != nil {
		return err
	}
	f, err := parseYAML(text)
	if err != nil {
		return fmt.Errorf("%s: %w", experimentFile, err)
	}
	if _, err := f.id(); err != nil {
		return fmt.Errorf("%s has no id of an experiment", experimentFile)
	}
	in.total += 2
	run, ok, err := in.experiment(experimentFile, f, true)
	if err != nil || !ok {
		return err
	}
	return x.readMembers(ctx, in, run)
}

// unpack reads the member into memory, at most memberLimit of it.
func (x *export) unpack() ([]byte, error) {
	r, err := x.member.Open()
	if err != nil {
		return nil, fmt.Errorf("the zip is damaged: %w", err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, memberLimit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the zip is damaged: %w", err)
	case len(text) > memberLimit:
		return nil, fmt.Errorf("%s is longer than %d MiB", experimentFile, memberLimit>>20)
	}
	return text, nil
}

// parseYAML takes the fields out of a mapping. It works on nodes: tags mean nothing, and an
// alias is followed once, never multiplied.
func parseYAML(text []byte) (f fields, err error) {
	defer func() { // the library panics on some wild input
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("it is no mapping")
	}
	pairs := doc.Content[0].Content
	f = fields{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := scalar(pairs[i+1]); v != nil && v.Tag != "!!null" {
			f[pairs[i].Value] = v.Value
		}
	}
	return f, nil
}

// scalar is a value that is one scalar: itself, by an alias, or as the only argument of a
// Python object (an enum); nil where it is none.
func scalar(v *yaml.Node) *yaml.Node {
	if v.Kind == yaml.SequenceNode && len(v.Content) == 1 {
		v = v.Content[0]
	}
	if v.Kind == yaml.AliasNode {
		v = v.Alias
	}
	if v.Kind != yaml.ScalarNode {
		return nil
	}
	return v
}
