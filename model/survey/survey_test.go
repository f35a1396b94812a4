package survey

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// asked is a questionnaire with every form of question, as SurveyJS has them.
const asked = `{"title":{"default":"幸福感","en":"Well-being"},"pages":[{"name":"p1","elements":[
	{"type":"rating","name":"happy","title":"How happy?","rateMin":1,"rateMax":5},
	{"type":"panel","name":"panel","elements":[
		{"type":"radiogroup","name":"commute","choices":["bus",{"value":"metro","text":"subway 地铁"},{"value":3}]},
		{"type":"html","name":"picture"}]},
	{"type":"checkbox","name":"needs","title":"","choices":["food","sleep"]}]},
	{"elements":[{"type":"boolean","name":"ubi","labelTrue":"dafür"},{"type":"text","name":"why\u001b"},
		{"type":"text","inputType":"number","name":"age"},{"type":"matrix","name":"grid","rows":["a"]},{"name":""},7]}]}`

func surveyOf(data string) *model.Survey {
	return &model.Survey{Name: text.Clean("name"), Data: text.ParseValue(data)}
}

func TestAQuestionnaireIsRead(t *testing.T) {
	s, got := surveyOf(asked), ""
	for _, q := range Questions(s) {
		got += fmt.Sprint(q.Name, "/", q.Title, " ", q.Form)
		for _, o := range q.Options {
			got += fmt.Sprint(" ", o.value, "=", o.Label)
		}
		if !math.IsNaN(q.Min) {
			got += fmt.Sprint(" ", q.Min, "-", q.Max)
		}
		got += "\n"
	}
	want := `happy/How happy? rating 1-5
commute/commute choice bus=bus metro=subway 地铁 3=3
needs/needs choices food=food sleep=sleep
ubi/ubi choice true=dafür false=no
why` + "\ufffd/why\ufffd" + ` text
age/age rating
grid/grid text
`
	if got != want || Title(s).String() != "幸福感" {
		t.Errorf("%q asks\n%swant\n%s", Title(s), got, want)
	}
	for _, data := range []string{``, `7`, `"x"`, `{"pages":7}`, `{"pages":[{}]}`, `{"elements":{"name":"x"}}`} {
		if s := surveyOf(data); len(Questions(s)) != 0 || Title(s).String() != "name" {
			t.Errorf("%s asks %v", data, Questions(s))
		}
	}
}

func TestAnAnswerIsUnderstoodOrNot(t *testing.T) {
	for raw, want := range map[string]ReplyState{
		`{"happy":3}`:                       UnderstoodReply,
		`{}`:                                UnderstoodReply,
		"```json\n{\"happy\": 3}\n```":      UnderstoodReply,
		"```\n{\"happy\": 3}\n``` ":         UnderstoodReply,
		`"{\"happy\":3}"`:                   UnderstoodReply,
		"```json\n{\"happy\": 3\n```":       UnparsableReply,
		"```json {\"happy\": 3}":            UnparsableReply,
		"I am happy. ```json\n{\"a\":1}```": UnparsableReply,
		`not json: the model refused`:       UnparsableReply,
		`[1]`:                               UnparsableReply,
		`4`:                                 UnparsableReply,
		``:                                  UnparsableReply,
	} {
		a := model.Answer{Result: text.CleanLines(raw)}
		if got := ReplyOf(&a); got.State != want {
			t.Errorf("%q is %d, want %d", raw, got.State, want)
		}
	}
	if a := (model.Answer{Pending: true}); ReplyOf(&a).State != PendingReply {
		t.Error("what is not answered is not pending")
	}
}

func TestAnswersAreCounted(t *testing.T) {
	answers := []string{
		`{"happy":3,"commute":"bus","needs":["food","sleep","food"],"ubi":true,"why":"因为","age":"41"}`,
		`{"happy":"4 ","commute":"BUS ","needs":[],"ubi":"false","why":"","age":1e400}`,
		`{"How happy?":5,"commute":"subway 地铁","needs":"sleep","ubi":"dafür","why":["a"]}`,
		`{"happy":"very","commute":["metro"],"needs":["wine"],"ubi":null}`,
		`{"happy":null,"commute":["bus","metro"],"needs":[["food"]],"ubi":"maybe","why":7}`,
		`{"commute":"horse"}`, `{"commute":"camel"}`, `{"commute":"camel"}`, `{"commute":3.0}`,
		`nothing`,
	}
	replies := make([]Reply, len(answers)+1)
	for i, raw := range answers {
		a := model.Answer{Result: text.CleanLines(raw)}
		replies[i] = ReplyOf(&a)
	}
	replies[len(answers)] = Reply{State: PendingReply}
	want := `happy 4 missing 5 [3 4 5] odd
commute 9 missing 0 bus:2 subway 地铁:2 3:0 camel:2 horse:1 3.0:1 odd
needs 5 missing 4 food:1 sleep:2 wine:1 odd
ubi 4 missing 5 dafür:2 no:1 maybe:1
why` + "\ufffd" + ` 0 missing 9
age 2 missing 7 [41] odd
grid 0 missing 9
`
	got := ""
	for _, q := range Questions(surveyOf(asked)) {
		c := Count(&q, len(replies), func(i int) *Reply { return &replies[i] })
		got += fmt.Sprint(q.Name, " ", c.Answered, " missing ", c.Missing)
		for _, n := range c.Counts {
			got += fmt.Sprint(" ", n.Label, ":", n.Count)
		}
		if c.Ratings != nil {
			got += fmt.Sprint(" ", c.Ratings)
		}
		got += strings.Repeat(" odd", c.Odd)
		got += "\n"
	}
	if got != want {
		t.Errorf("counted\n%swant\n%s", got, want)
	}
	words := Question{Name: text.Clean("why")}
	if c := Count(&words, len(replies), func(i int) *Reply { return &replies[i] }); c.Answered != 3 || c.Missing != 6 || c.Odd != 0 {
		t.Errorf("words: %+v", c)
	}
}

func TestWhatWasAskedIsGuessed(t *testing.T) {
	var replies []Reply
	for i := range 20 {
		a := model.Answer{Result: text.CleanLines(fmt.Sprintf(`{"happy":%d,"by":"%s","ubi":true,"why":"reason %d","needs":["x"],"odd":[1,"a"][%d]}`, i%5, []string{"bus", "car"}[i%2], i, 0))}
		a.Result = text.CleanLines(strings.ReplaceAll(a.Result.Raw(), `[1,"a"][0]`, []string{"1", `"a"`, "null"}[i%3]))
		replies = append(replies, ReplyOf(&a))
	}
	got := ""
	for _, q := range Guess(append(replies, Reply{State: UnparsableReply})) {
		got += fmt.Sprint(q.Name, " ", q.Form, " ")
	}
	if want := "happy rating by choice ubi choice why text needs choices odd text "; got != want {
		t.Errorf("guessed %q, want %q", got, want)
	}
}

func TestAnAnswerIsSaidInWords(t *testing.T) {
	qs := Questions(surveyOf(asked))
	for i, tc := range []struct {
		q         int
		raw, want string
	}{
		{0, `4`, "4"},
		{1, `"metro"`, "subway 地铁"},
		{1, `"\u001b[2J"`, "\ufffd[2J"},
		{2, `["food","wine"]`, "food, wine"},
		{3, `false`, "no"},
		{4, `{"a":1}`, `{"a":1}`},
	} {
		if got := qs[tc.q].Says(text.ParseValue(tc.raw)).String(); got != tc.want {
			t.Errorf("%d: %q, want %q", i, got, tc.want)
		}
	}
}

// answerOf is an answer of an agent in a round.
func answerOf(id int64, survey byte, round int, result string) model.Answer {
	return model.Answer{ID: id, At: model.SimTime{T: float64(round)}, Survey: uuid.UUID{survey}, Result: text.CleanLines(result), Pending: result == ""}
}

func TestAPollHasSurveysAndRounds(t *testing.T) {
	var p Poll
	p.Take([]model.Answer{
		answerOf(1, 9, 10, `{}`), answerOf(2, 9, 10, ""), answerOf(2, 9, 10, "x"), answerOf(2, 9, 10, ""),
		answerOf(1, 3, 20, ""), answerOf(1, 9, 30, `{}`), answerOf(3, 9, 20, "late"), answerOf(2, 9, 20, "late"),
	})
	for at, want := range map[float64]string{
		-1: "", 5: "", 10: "9[10:0 2] ", 20: "9[10:0 2 20:7 6] 3[20:4] ", 99: "9[10:0 2 20:7 6 30:5] 3[20:4] ",
	} {
		got := ""
		for _, s := range p.Until(model.SimTime{T: at}) {
			got += fmt.Sprint(s.ID[0], "[")
			for i, r := range s.Rounds {
				got += strings.Repeat(" ", min(i, 1)) + fmt.Sprint(r.At.T, ":") + strings.Trim(fmt.Sprint(r.Rows), "[]")
			}
			got += "] "
		}
		if got != want && at >= 0 {
			t.Errorf("at %v: %q, want %q", at, got, want)
		}
	}
	if n := len(p.Until(model.Latest)); n != 2 {
		t.Errorf("%d surveys in all", n)
	}
}

func TestWhatWasReadStaysRead(t *testing.T) {
	rows := []model.Answer{answerOf(1, 9, 10, `{"a":1}`), answerOf(2, 9, 10, ""), answerOf(3, 9, 10, "x")}
	var p Poll
	p.Take(rows)
	for i := range rows {
		p.Reply(int32(i))
	}
	p.Take([]model.Answer{answerOf(2, 9, 10, `{"a":2}`), answerOf(3, 9, 10, "x"), answerOf(3, 9, 20, "")})
	p.Take([]model.Answer{rows[0], answerOf(2, 9, 10, `{"a":2}`)})
	p.Take(append(rows, answerOf(4, 9, 20, `{"a":4}`)))
	if got := fmt.Sprint(p.replies[0].State, p.replies[1].State, p.replies[2].State, p.replies[3].State); got != "0 0 0 0" {
		t.Errorf("what was gone is known: %s", got)
	}
	p.Reply(1)
	p.Reply(2)
	p.Take([]model.Answer{answerOf(2, 9, 10, ""), answerOf(3, 9, 10, "y"), answerOf(4, 9, 20, `{"a":4}`)})
	if got := fmt.Sprint(p.replies[0].State, p.replies[1].State, p.replies[2].State); got != "3 0 0" {
		t.Errorf("known: %s", got)
	}
	if p.Reply(1).State != UnparsableReply || p.Reply(2).State != UnderstoodReply {
		t.Error("another answer is read as the one before it")
	}
	if q := p.Guess(uuid.UUID{9}); len(q) != 1 || q[0].Form != RatingQuestion {
		t.Errorf("guessed %v", q)
	}
}

// FuzzSurvey holds that whatever a questionnaire and an answer are, each reply is counted once
// for each question, and all labels are clean.
func FuzzSurvey(f *testing.F) {
	f.Add(asked, `{"happy":3,"commute":["bus"],"needs":["a","b"],"ubi":true}`)
	f.Add(`{"elements":[{"name":"a","type":"panel","elements":[{"name":"a\u001b","type":"radiogroup","choices":[null,[1],{"text":"x"}]}]}]}`, "```json\n{\"a\":[[]]}```")
	f.Fuzz(func(t *testing.T, data, answer string) {
		a := model.Answer{Result: text.CleanLines(answer)}
		r := ReplyOf(&a)
		for _, q := range append(Questions(surveyOf(data)), Guess([]Reply{r, r, r, r})...) {
			c := Count(&q, 1, func(int) *Reply { return &r })
			n := 0
			for _, o := range c.Counts {
				n += min(o.Count, 1)
			}
			known := len(c.Ratings) + c.Odd + min(n, 1)
			if r.State == UnderstoodReply && c.Answered+c.Missing != 1 || known > c.Answered {
				t.Fatalf("%q in %q: %+v", answer, data, c)
			}
			for _, m := range r.Members() {
				if said := q.Says(m.Value); said != text.Clean(said.String()) {
					t.Fatalf("%q is not clean", said)
				}
			}
		}
	})
}

// BenchmarkPoll is the time of taking 50,000 answers, again with one more, and of counting.
func BenchmarkPoll(b *testing.B) {
	var rows, again []model.Answer
	for i := range 50_000 {
		result := fmt.Sprintf(`{"happy": %d, "commute": "subway 地铁", "needs": ["food", "sleep"], "ubi": true, "why": "因为 because of %d…"}`, i%5, i)
		rows = append(rows, answerOf(int64(i%1000), byte(i/1000%2), i/1000, result))
		again = append(again, answerOf(int64(i%1000), byte(i/1000%2), i/1000, strings.Clone(result)))
	}
	again = append(again, answerOf(7, 1, 99, "x"))
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			var p Poll
			p.Take(rows)
		}
	})
	var p Poll
	b.Run("take more", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.Take([][]model.Answer{rows, again}[i%2])
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			for i := range rows {
				ReplyOf(&rows[i])
			}
		}
	})
	p.Take(rows)
	for _, q := range Questions(surveyOf(asked))[:3] {
		b.Run("count "+q.Form.String(), func(b *testing.B) {
			for b.Loop() {
				Count(&q, len(rows), func(i int) *Reply { return p.Reply(int32(i)) })
			}
		})
	}
}
