package importer

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"go.yaml.in/yaml/v3"

	"societop/storage/charset"
	"societop/storage/sqldb/table"
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

// archive is an open zip with exports of AgentSociety in it: mostly one, at its top.
type archive struct {
	f       *os.File
	exports []*export
	odd     []string // sentences on members that are not read
}

// export is the members of one export, which are in one directory of a zip.
type export struct {
	member  *zip.File // experiment.yaml
	members map[string]*zip.File
}

// exportHead reports whether a file that begins with head is a zip.
func exportHead(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// openExport opens the zip at path and finds the experiments in it.
func openExport(path string) (*archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	x := &archive{f: f}
	if err := x.find(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return x, nil
}

// find looks for experiment.yaml, at the top or in any directory, and for the other members of
// its directory.
func (x *archive) find() error {
	info, err := x.f.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(x.f, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("the zip is damaged: %w", err)
	}
	registerMethods(z)
	dirs, err := x.roots(z.File)
	if err != nil {
		return err
	}
	for _, m := range z.File {
		if err := x.sort(m, dirs); err != nil {
			return err
		}
	}
	return nil
}

// roots finds the exports by their experiment.yaml: of each directory one.
func (x *archive) roots(members []*zip.File) (map[string]*export, error) {
	dirs, inner := make(map[string]*export), ""
	for _, m := range members {
		dir, name := memberName(m.Name)
		if strings.HasSuffix(name, ".zip") {
			inner = m.Name
		}
		if name != experimentFile || !safePath(m.Name) || littered(m.Name) {
			continue
		}
		switch old := dirs[dir]; {
		case old == nil:
			dirs[dir] = &export{member: m, members: make(map[string]*zip.File)}
			x.exports = append(x.exports, dirs[dir])
		case !sameMember(old.member, m):
			return nil, fmt.Errorf("it has several members named %s", experimentFile)
		}
	}
	switch {
	case len(dirs) == 0 && inner != "":
		return nil, fmt.Errorf("it has no %s but a zip, %q; unpack it and import that", experimentFile, table.Clipped(inner))
	case len(dirs) == 0:
		return nil, fmt.Errorf("it is no export of AgentSociety: it has no %s", experimentFile)
	}
	return dirs, nil
}

// memberName is the directory and the name of a member, in small letters, for a file manager may
// have changed either.
func memberName(name string) (dir, base string) {
	dir, base = path.Split(strings.ToLower(strings.ReplaceAll(name, `\`, "/")))
	return strings.TrimPrefix(dir, "./"), base
}

// safePath reports whether the name of a member stays within the zip.
func safePath(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	return !strings.HasPrefix(name, "/") && (len(name) < 2 || name[1] != ':') && !slices.Contains(strings.Split(name, "/"), "..")
}

// littered reports whether a member is of the file manager that made the zip.
func littered(name string) bool {
	for part := range strings.SplitSeq(strings.ReplaceAll(name, `\`, "/"), "/") {
		if part == "__MACOSX" || strings.HasPrefix(part, "._") || strings.EqualFold(part, ".DS_Store") || strings.EqualFold(part, "Thumbs.db") || strings.EqualFold(part, "desktop.ini") {
			return true
		}
	}
	return false
}

// sameMember reports whether two members hold the same.
func sameMember(a, b *zip.File) bool {
	return a.CRC32 == b.CRC32 && a.UncompressedSize64 == b.UncompressedSize64
}

// sort keeps a member that is to be read, and says why another is not. It fails where one that is
// to be read can't be.
func (x *archive) sort(m *zip.File, dirs map[string]*export) error {
	dir, name := memberName(m.Name)
	known := name == experimentFile || name == metricsFile || name == artifactsFile || memberTable(name) != nil
	of := dirs[dir]
	switch {
	case littered(m.Name) || name == "":
	case !safePath(m.Name):
		x.ignore("member %q is ignored: its name is a path", m.Name)
	case !known || of == nil:
		x.ignore("member %q is left out: exports of AgentSociety have none of that name", table.Clipped(m.Name))
	case m.Flags&encrypted != 0:
		return fmt.Errorf("it is encrypted: %s can't be read; unpack it and zip it again without a password", table.Clipped(m.Name))
	case methods[m.Method] != "":
		return fmt.Errorf("%s is compressed by %s; unpack the zip and pack it again as usual (deflate)", table.Clipped(m.Name), methods[m.Method])
	case name == experimentFile:
	case of.members[name] != nil && !sameMember(of.members[name], m):
		return fmt.Errorf("it has several members named %s", table.Clipped(m.Name))
	default:
		of.members[name] = m
	}
	return nil
}

// methods are the ways of compression that can't be read.
var methods = map[uint16]string{1: "shrinking", 6: "imploding", 9: "deflate64", 14: "lzma", 95: "xz", 96: "jpeg", 97: "wavpack", 98: "ppmd", 99: "an encryption (AES)"}

// registerMethods adds the ways of compression that archive/zip does not have.
func registerMethods(z *zip.Reader) {
	const bzip2Method, zstdMethod, oldZstdMethod = 12, 93, 20
	z.RegisterDecompressor(bzip2Method, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	for _, method := range []uint16{zstdMethod, oldZstdMethod} {
		z.RegisterDecompressor(method, zstd.ZipDecompressor(zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(128<<20)))
	}
}

// ignore notes why a member is not read.
func (x *archive) ignore(format string, args ...any) {
	if len(x.odd) <= 2*maxSentences { // the report has room for fewer
		x.odd = append(x.odd, fmt.Sprintf(format, args...))
	}
}

// memberTable is the table that a member holds; nil where it is none.
func memberTable(name string) *table.Table {
	for _, t := range table.OfRun {
		if name == t.Name+".csv" {
			return t
		}
	}
	return nil
}

func (x *archive) close() error { return x.f.Close() }

// read reads the exports.
func (x *archive) read(ctx context.Context, in *intake) error {
	for _, sentence := range x.odd {
		in.leftOut("%s", sentence)
	}
	for _, one := range x.exports {
		if err := one.read(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// read reads the experiment, and then what else there is.
func (x *export) read(ctx context.Context, in *intake) error {
	text, err := unpackWhole(x.member, memberLimit)
	if errors.Is(err, errLong) {
		return fmt.Errorf("%s: %w", experimentFile, err)
	}
	if err != nil {
		return err
	}
	f, err := parseYAML(text)
	if err != nil {
		return fmt.Errorf("%s: %w", experimentFile, err)
	}
	if _, err := table.ParseID(f["id"]); err != nil {
		return fmt.Errorf("%s has no id of an experiment", experimentFile)
	}
	in.total += 2
	run, ok, err := in.experiment(experimentFile, f, true)
	if err != nil || !ok {
		return err
	}
	return x.readMembers(ctx, in, run)
}

// unpackWhole reads a member into memory, at most a limit of it.
func unpackWhole(m *zip.File, limit int64) ([]byte, error) {
	r, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("the zip is damaged: %w", err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) <= limit {
		if text, err = io.ReadAll(charset.NewReader(bytes.NewReader(text), utf8.Valid(text))); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("the zip is damaged: %w", err)
	case int64(len(text)) > limit:
		return nil, fmt.Errorf("%w %d MiB", errLong, limit>>20)
	}
	return text, nil
}

// errLong is the fault of a member that is too long to be read into memory.
var errLong = errors.New("it is longer than")

// parseYAML takes the fields out of a mapping. It works on nodes: tags mean nothing, and an
// alias is followed once, never multiplied.
func parseYAML(text []byte) (f table.Fields, err error) {
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
	f = table.Fields{}
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
