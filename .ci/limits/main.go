// Command limits checks the size of files, functions, types and packages, and the language of
// comments. It prints what is over a limit and exits with 1; with -figures it also prints the
// figures. From the root of the module:
//
//	go run ./.ci/limits
package main

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The limits. Of tests only the length of the files is limited.
const (
	maxPackageLines = 3000
	maxPackageFiles = 25
	maxFileLines    = 400
	maxFuncLines    = 60
	maxMethods      = 40
	maxFields       = 15
	maxWords        = 60
)

// exceptions lists what may exceed a limit, with the reason. A key is what the report says
// before the number.
var exceptions = map[string]string{
	"package ui/cli": "each command is a file, and all of them share its flags and formats",
	"package model":  "what is stored, filtered and sorted stands in one table of fields, with the lab that filters and sorts by it",
}

// avoided matches the words for which a comment has a more usual one.
var avoided = regexp.MustCompile(`(?i)\b(anew|behind|beside|alone|tells whether)\b`)

// tree holds what was counted.
type tree struct {
	set      *token.FileSet
	packages map[string]*size
	methods  map[string]int // by "dir.Type"
	fields   map[string]int // by "dir.Type"
	funcs    []int          // lengths in lines
	files    []int          // lengths in lines
	words    int            // avoided ones
	over     []string       // what exceeds a limit
}

// size is the size of a package without its tests.
type size struct{ lines, files int }

func main() {
	figures := flag.Bool("figures", false, "print the figures")
	flag.Parse()
	root := "."
	if flag.NArg() > 0 {
		root = flag.Arg(0)
	}
	t := tree{
		set: token.NewFileSet(), packages: map[string]*size{},
		methods: map[string]int{}, fields: map[string]int{},
	}
	if err := t.walk(root); err != nil {
		fmt.Fprintln(os.Stderr, "limits:", err)
		os.Exit(2)
	}
	t.judge()
	if *figures {
		t.print()
	}
	for _, line := range t.over {
		fmt.Println(line)
	}
	if len(t.over) > 0 {
		os.Exit(1)
	}
}

// walk counts the Go files under root, except in testdata and in directories that begin with a
// dot, as the go command does.
func (t *tree) walk(root string) error {
	return filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case d.IsDir() && file != root && (strings.HasPrefix(name, ".") || name == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		return t.count(file, filepath.ToSlash(rel))
	})
}

// count counts one file; name is its path from the root.
func (t *tree) count(file, name string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(t.set, file, text, parser.ParseComments)
	if err != nil {
		return err
	}
	lines := strings.Count(string(text), "\n")
	t.limit("file "+name, lines, maxFileLines, "lines")
	if strings.HasSuffix(name, "_test.go") {
		return nil
	}
	for _, c := range f.Comments {
		text := strings.Join(strings.Fields(c.Text()), " ") // words may stand on two lines
		t.words += len(avoided.FindAllString(text, -1))
	}
	dir := path.Dir(name)
	p := t.packages[dir]
	if p == nil {
		p = &size{}
		t.packages[dir] = p
	}
	p.files++
	p.lines += lines
	t.files = append(t.files, lines)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			t.function(dir, n)
		case *ast.TypeSpec:
			if s, ok := n.Type.(*ast.StructType); ok {
				t.fields[dir+"."+n.Name.Name] = s.Fields.NumFields()
			}
		}
		return true
	})
	return nil
}

// function counts a function and, if it is a method, adds it to its type.
func (t *tree) function(dir string, f *ast.FuncDecl) {
	lines := t.set.Position(f.End()).Line - t.set.Position(f.Pos()).Line + 1
	t.funcs = append(t.funcs, lines)
	t.limit("function "+dir+"."+f.Name.Name, lines, maxFuncLines, "lines")
	if f.Recv == nil {
		return
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	switch generic := typ.(type) {
	case *ast.IndexExpr:
		typ = generic.X
	case *ast.IndexListExpr:
		typ = generic.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		t.methods[dir+"."+id.Name]++
	}
}

// limit records what exceeds a limit and is no exception.
func (t *tree) limit(what string, n, most int, unit string) {
	if _, ok := exceptions[what]; n > most && !ok {
		t.over = append(t.over, fmt.Sprintf("%s: %d %s, the limit is %d", what, n, unit, most))
	}
}

// judge compares the packages, the types and the words with the limits.
func (t *tree) judge() {
	for dir, p := range t.packages {
		t.limit("package "+dir, p.lines, maxPackageLines, "lines")
		t.limit("package "+dir, p.files, maxPackageFiles, "files")
	}
	for name, n := range t.methods {
		t.limit("type "+name, n, maxMethods, "methods")
	}
	for name, n := range t.fields {
		t.limit("struct "+name, n, maxFields, "fields")
	}
	t.limit("comments", t.words, maxWords, "words to avoid")
	slices.Sort(t.over)
}

// print prints the figures of the whole tree.
func (t *tree) print() {
	var total size
	for _, dir := range slices.Sorted(maps.Keys(t.packages)) {
		p := t.packages[dir]
		fmt.Printf("%-26s %6d lines %3d files\n", dir, p.lines, p.files)
		total.lines += p.lines
		total.files += p.files
	}
	fmt.Printf("%-26s %6d lines %3d files\n", "all", total.lines, total.files)
	fmt.Println("lines of functions:", spread(t.funcs))
	fmt.Println("lines of files:", spread(t.files))
	fmt.Println("words to avoid:", t.words)
	fmt.Println("methods:", largest(t.methods))
	fmt.Println("fields:", largest(t.fields))
}

// largest lists the names with the highest numbers.
func largest(numbers map[string]int) string {
	names := slices.SortedFunc(maps.Keys(numbers), func(a, b string) int {
		return cmp.Or(numbers[b]-numbers[a], strings.Compare(a, b))
	})
	var all []string
	for _, name := range names[:min(8, len(names))] {
		all = append(all, fmt.Sprintf("%s %d", name, numbers[name]))
	}
	return strings.Join(all, ", ")
}

// spread describes lengths by their median, their 90th percentile and their maximum.
func spread(n []int) string {
	if len(n) == 0 {
		return "none"
	}
	slices.Sort(n)
	return fmt.Sprintf("median %d, p90 %d, most %d", n[len(n)/2], n[len(n)*9/10], n[len(n)-1])
}
