package run

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
	"societop/storage/rundir/runfile"
)

// What is read of a run's artifacts.
const (
	maxArtifact  = 32 << 20 // bytes of one
	maxArtifacts = 5_000
)

// artifacts keeps the parsed files of a run's artifacts.
type artifacts struct {
	files map[string]*artifact // by name
}

// artifact is a file that a run wrote at the end of an ask, an intervention or a questionnaire.
type artifact struct {
	name     string
	entry    int       // its place in steps.yaml; −1 unknown
	at       time.Time // the simulated time in its name; zero if unknown
	size     int64
	written  time.Time // as the file system has it
	modified time.Time // the same as it is stored

	asked         *asked         // of an ask or an intervention
	questionnaire *questionnaire // of a questionnaire; both are nil while the file is not whole
}

// asked is what a researcher asked or told the society, and what came of it.
type asked struct {
	question, answer string
}

// artifactName is the form of the names: what it is, its place in steps.yaml and the simulated time.
var artifactName = regexp.MustCompile(`^(ask|intervene|questionnaire)_step_(\d+)_(\d{8}_\d{6})[^/]*\.(md|json)$`)

// list is the artifacts of a run in the order of its plan. Files that have not changed are not read
// again.
func (a *artifacts) list(ctx context.Context, dir string) (all []*artifact, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, runfile.Artifacts))
	if errors.Is(err, fs.ErrNotExist) {
		a.files = nil
		return nil, nil
	}
	if err != nil {
		return nil, explain(dir, err)
	}
	kept := make(map[string]*artifact)
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := artifactName.FindStringSubmatch(e.Name())
		if m == nil || len(all) >= maxArtifacts || (m[1] == "questionnaire") != (m[4] == "json") {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue // it is gone, or leads elsewhere
		}
		one, err := a.files[e.Name()].again(dir, m, info)
		if err != nil {
			return nil, err
		}
		kept[e.Name()] = one
		all = append(all, one)
	}
	a.files = kept
	slices.SortStableFunc(all, func(a, b *artifact) int {
		return cmp.Or(cmp.Compare(a.entry, b.entry), a.at.Compare(b.at), cmp.Compare(a.name, b.name))
	})
	return all, nil
}

// whole reports whether the file was whole when it was read.
func (a *artifact) whole() bool { return a.asked != nil || a.questionnaire != nil }

// again is the artifact as it is now; a is what was known of it, nil if nothing. While a resumed run writes it
// once more, that stays.
func (a *artifact) again(dir string, m []string, info fs.FileInfo) (*artifact, error) {
	if a != nil && a.size == info.Size() && a.written.Equal(info.ModTime()) {
		return a, nil
	}
	now, err := readArtifact(filepath.Join(dir, runfile.Artifacts, m[0]), m, info)
	if err != nil || now.whole() || a == nil || !a.whole() {
		return now, err
	}
	return a, nil
}

// readArtifact reads a file whose name was matched by artifactName.
func readArtifact(path string, m []string, info fs.FileInfo) (*artifact, error) {
	a := &artifact{name: m[0], entry: -1, size: info.Size(), written: info.ModTime(), modified: info.ModTime().UTC().Truncate(time.Microsecond)}
	if n, err := strconv.Atoi(m[2]); err == nil {
		a.entry = n
	}
	a.at, _ = time.Parse("20060102_150405", m[3]) // an invalid date is unknown
	content, _, err := runfile.Read(path, maxArtifact)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, runfile.ErrTooLong): // it is gone, or none
	case err != nil:
		return nil, explain(path, err)
	case m[1] == "questionnaire":
		a.questionnaire = parseQuestionnaire(content)
	default:
		a.asked = parseAsked(string(content))
	}
	return a, nil
}

// parseAsked reads front matter with a question or an instruction, and the text below it; nil where
// the front matter has no end yet.
func parseAsked(content string) *asked {
	content = strings.ReplaceAll(strings.TrimPrefix(content, "\ufeff"), "\r\n", "\n")
	content, ok := strings.CutPrefix(content, "---\n")
	head, body, whole := strings.Cut(content, "\n---\n")
	if !ok || !whole {
		return nil
	}
	var front struct {
		Question    string `yaml:"question"`
		Instruction string `yaml:"instruction"`
		Error       string `yaml:"error"`
	}
	out := &asked{question: strings.TrimSpace(head), answer: strings.TrimSpace(body)}
	if yaml.Unmarshal([]byte(head+"\n"), &front) == nil {
		out.question = cmp.Or(front.Question, front.Instruction, out.question)
		out.answer = cmp.Or(out.answer, front.Error)
	}
	return out
}

// asked is the messages of asks and interventions, in the order of the plan.
func (r *reading) asked(ctx context.Context) (all []model.Message, err error) {
	files, err := r.s.artifacts.list(ctx, r.s.dir)
	if err != nil {
		return nil, err
	}
	for _, a := range files {
		if a.asked == nil {
			continue
		}
		m := model.Message{ID: model.Everyone, At: r.moment(a), Kind: model.UserTalk, Created: a.modified}
		if !m.At.Valid() {
			continue
		}
		if a.asked.question != "" {
			m.Speaker, m.Content = text.Clean("user"), text.CleanLines(a.asked.question)
			all = append(all, m)
		}
		if a.asked.answer != "" {
			m.Speaker, m.Content = text.Text{}, text.CleanLines(a.asked.answer)
			all = append(all, m)
		}
	}
	return all, nil
}

// moment is the simulated time of an artifact: what it says, else the end of the steps that were done,
// else its place in the plan.
func (r *reading) moment(a *artifact) model.SimTime {
	at := a.at
	if q := a.questionnaire; q != nil {
		if t, ok := plan.ParseNaive(q.SimulationTime); ok {
			at = t
		}
	}
	if m := r.clock.moment(at); m.Valid() {
		return m
	}
	if q := a.questionnaire; q != nil && q.StepCount > 0 {
		return r.clock.at(model.Int(q.StepCount))
	}
	return r.clock.entry(a.entry)
}
