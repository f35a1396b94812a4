package importer

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/sqldb/table"
)

// FuzzSpool takes rows apart as they were put together.
func FuzzSpool(f *testing.F) {
	f.Add("a", "", true, false)
	f.Fuzz(func(t *testing.T, a, b string, has, had bool) {
		rows := [][]table.Cell{{{Text: a, OK: true}, {OK: has}}, {{Text: b, OK: true}, {}}, {{OK: had}, {Text: a + b, OK: true}}}
		var packed []byte
		for _, r := range rows {
			packed = appendRow(packed, r)
		}
		var got [][]table.Cell
		eachRow(packed, 2, func(cells []table.Cell) { got = append(got, append([]table.Cell{}, cells...)) })
		if !reflect.DeepEqual(got, rows) {
			t.Errorf("%v, want %v", got, rows)
		}
	})
}

const statusHead = "id,day,t,lng,lat,parent_id,action,status,created_at\r\n"

// What is wrong with a row is said, and the rest of the export comes in. What is wrong with a whole
// member is an error, and nothing comes in.
func TestBadMembers(t *testing.T) {
	good := member{"global_prompt.csv", "day,t,prompt,created_at\r\n0,300.0,\"a\r\nb\",2026-11-21 12:40:59\r\n"}
	with := func(members ...member) []byte {
		data := zipOf(t, append([]member{{experimentFile, goodYAML}, good}, members...)...)
		return data
	}
	row := "1,0,300.0,1.5,2.5,7,walk,fine,2026-11-21 12:40:59\r\n"
	for name, tc := range map[string]struct {
		data    []byte
		frames  int
		leftOut string
	}{
		"nothing wrong":   {with(member{"agent_status.csv", statusHead + row}), 1, ""},
		"another order":   {with(member{"agent_status.csv", "t,new,status,day,id\r\n300.0,x,fine,0,1\r\n"}), 1, "agent_status.csv has no column lng, lat, parent_id, action, created_at"},
		"empty":           {with(member{"agent_status.csv", ""}), 0, "!agent_status.csv: it is empty and has no line of column names"},
		"empty lines":     {with(member{"agent_status.csv", "\xef\xbb\xbf\r\n\n"}), 0, "!agent_status.csv: it is empty"},
		"only a head":     {with(member{"agent_status.csv", statusHead}), 0, ""},
		"no column":       {with(member{"agent_status.csv", "id,t\r\n1,300.0\r\n"}), 0, "!agent_status.csv: it has no column day"},
		"short row":       {with(member{"agent_status.csv", statusHead + row + "x\r\n"}), 0, "!agent_status.csv: line 3: its number of cells is 1, not 9 (damaged rows: 1)"},
		"torn rows":       {with(member{"agent_status.csv", statusHead + "1,0,300.0,1.5,2.5,7,\"a\r\nb\rc\nd\",fine,\r\n\n" + strings.Repeat("x\r\n", 99) + row[:len(row)-2] + ",\r\n"}), 0, "!agent_status.csv: line 7: its number of cells is 1, not 9 (damaged rows: 100)"},
		"broken row":      {with(member{"agent_status.csv", statusHead + "x" + row + row}), 1, `row 1 of agent_status.csv is left out: its id is "x1"`},
		"open cell":       {with(member{"agent_status.csv", statusHead + row + "1,0,\"300"}), 0, "!agent_status.csv: row 2: it has no end"},
		"long row":        {with(member{"agent_status.csv", statusHead + row + strings.Repeat("x", table.RowLimit+1) + "\r\n"}), 1, "row 2 of agent_status.csv is left out: it is too long"},
		"long first line": {with(member{"agent_status.csv", strings.Repeat("x", table.RowLimit+1) + "\r\n" + row}), 0, "!agent_status.csv: its first line: it is too long"},
		"bomb":            {with(member{"agent_status.csv", statusHead + row + strings.Repeat("0", 120<<20)}), 0, "!agent_status.csv: it is far longer than its zip"},
		"unknown":         {with(member{"extra.csv", "x"}, member{"agent_status.csv", statusHead + row}), 1, `member "extra.csv" is left out: exports`},
		"path":            {with(member{"../agent_status.csv", statusHead + row}), 0, `member "../agent_status.csv" is ignored: its name is a path`},
		"twice":           {with(member{"agent_status.csv", statusHead + row}, member{"agent_status.csv", statusHead}), 0, "!it has several members named agent_status.csv"},
		"pending":         {with(member{"pending_dialog.csv", "id"}), 0, "!pending_dialog.csv: it has no column day"},
		"damaged":         {patched(t, stored(t, member{experimentFile, goodYAML}, good, member{"agent_status.csv", statusHead + row}), "walk", "talk"), 0, "!agent_status.csv: the zip is damaged"},
		"infinite":        {with(member{"agent_status.csv", statusHead + "1,0,inf,1.5,2.5,7,walk,fine,\r\n"}), 0, `!agent_status.csv: none of its 1 rows can be used: row 1: its t is "inf"`},
		"json of Python":  {with(member{metricsFile, `{"k": [{"key": "k", "value": NaN, "step": 1}]}`}), 0, ""},
		"json cut":        {with(member{metricsFile, `{"k": [{"key": "k", "va`}), 0, "!metrics.json: unexpected EOF"},
		"json empty":      {with(member{metricsFile, ``}), 0, "!metrics.json: EOF"},
		"json of others":  {with(member{metricsFile, `{"k": 1}`}), 0, "!metrics.json: it does not hold series of measurements"},
		"json wild":       {with(member{metricsFile, `{"k": [1, {"step": "x"}, {"step": [{}]}]}`}), 0, "!metrics.json: row 1: it is a number"},
		"json unusable":   {with(member{metricsFile, `{"k": [{"step": "x"}, {"step": [{}]}]}`}), 0, `!metrics.json: none of its 2 rows can be used: row 1: its step is "x"`},
		"json deep":       {with(member{metricsFile, `{"k": [` + strings.Repeat("[", 1<<20)}), 0, "!metrics.json: "},
	} {
		t.Run(name, func(t *testing.T) {
			lab := newLab(t)
			if fails, ok := strings.CutPrefix(tc.leftOut, "!"); ok {
				_, err := Import(t.Context(), []string{file(t, "x.zip", tc.data)}, lab, nil, nil)
				if !errors.Is(err, model.ErrImport) || !strings.Contains(err.Error(), fails) {
					t.Errorf("error %v", err)
				}
				if _, err := os.Stat(lab); !os.IsNotExist(err) {
					t.Errorf("lab: %v", err)
				}
				return
			}
			r := mustImport(t, lab, file(t, "x.zip", tc.data))
			if r.Frames != tc.frames || (tc.leftOut == "") != (len(r.LeftOut) == 0) || (tc.leftOut != "" && !strings.Contains(r.LeftOut[0].String(), tc.leftOut)) {
				t.Errorf("%+v", r)
			}
			all, _ := list(t, lab)
			p, err := opened(t, lab).RunData(pick(t, all, "00000000").Key).Prompt(t.Context(), model.Latest)
			if err != nil || p.Text.Raw() != "a\r\nb" {
				t.Errorf("prompt %q, %v", p.Text.Raw(), err)
			}
		})
	}
}

// The series of an export are in two of its members; either will do.
func TestMetricsOfAnExport(t *testing.T) {
	csv := member{"metric.csv", "id,key,value,step,created_at\r\n1,k,2.5,1,\r\n2,k,,3601,\r\n"}
	for name, members := range map[string][]member{
		"csv":  {csv},
		"both": {{metricsFile, `{"k": "not read"}`}, csv},
		"json": {{metricsFile, `{"k": [{"key": "k", "value": 2.5, "step": 1, "more": {}}, {"key": "k", "value": NaN, "step": 3601}], "Infinity": []}`}},
	} {
		lab := newLab(t)
		r := mustImport(t, lab, file(t, "x.zip", zipOf(t, append(members, member{experimentFile, goodYAML})...)))
		all, _ := list(t, lab)
		got, err := opened(t, lab).RunData(pick(t, all, "00000000").Key).Metrics(t.Context())
		if err != nil || len(r.LeftOut) > 0 || fmt.Sprint(got) != "[{k [{1 2.5} {3601 NaN}]}]" {
			t.Errorf("%s: %v %v %v", name, got, err, r.LeftOut)
		}
	}
}

// What an export lacks, the server left out because it was empty.
func TestAnExportOfNothing(t *testing.T) {
	lab := newLab(t)
	mustImport(t, lab, file(t, "x.zip", yamlZip(t, goodYAML)))
	all, _ := list(t, lab)
	s := opened(t, lab).RunData(pick(t, all, "00000000").Key)
	talk, err := s.Agent(1).Talk(t.Context())
	metrics, failed := s.Metrics(t.Context())
	if err != nil || failed != nil || len(talk)+len(metrics) > 0 {
		t.Errorf("%v %v, %v %v", talk, metrics, err, failed)
	}
	if _, err := s.Profiles(t.Context()); !errors.Is(err, model.ErrNoData) {
		t.Errorf("profiles: %v", err)
	}
}
