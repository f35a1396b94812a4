package text

import (
	"math"
	"strings"
	"testing"
)

func TestAValueTellsItsShape(t *testing.T) {
	for raw, want := range map[string]struct {
		kind ValueKind
		text string
		json string
	}{
		``:                             {NullValue, "", "null"},
		`null`:                         {NullValue, "", "null"},
		`"饿了\n🍜"`:                      {TextValue, "饿了 🍜", `"饿了\n🍜"`},
		`"\u001b[2J\u202e"`:            {TextValue, "\ufffd[2J\ufffd", `"` + "\ufffd[2J\ufffd" + `"`},
		`1.50`:                         {NumberValue, "1.50", "1.50"},
		`true`:                         {BoolValue, "true", "true"},
		`[1, "\u0007", [], {}, null]`:  {ListValue, `[1,"` + "\ufffd" + `",[],{},null]`, `[1,"` + "\ufffd" + `",[],{},null]`},
		`{"b": {"c": []}, "a": "<&>"}`: {ObjectValue, `{"b":{"c":[]},"a":"<&>"}`, `{"b":{"c":[]},"a":"<&>"}`},
		`not json`:                     {TextValue, "not json", `"not json"`},
		" fine\n":                      {TextValue, " fine ", `" fine\n"`},
		`{"cut": `:                     {TextValue, `{"cut": `, `"{\"cut\": "`},
		`"{\"hunger\": 0.5, \"mood\": \"饿了\"}"`: {ObjectValue, `{"hunger":0.5,"mood":"饿了"}`, `{"hunger":0.5,"mood":"饿了"}`},
		`" [\"a\", 1]\n"`: {ListValue, `["a",1]`, `["a",1]`},
		`"{'a': None}"`:   {ObjectValue, `{"a":null}`, `{"a":null}`},
		`"{feels} fine"`:  {TextValue, "{feels} fine", `"{feels} fine"`},
		`"\"{}\""`:        {TextValue, `"{}"`, `"\"{}\""`},
		`"1.5"`:           {TextValue, "1.5", `"1.5"`},
	} {
		v := ParseValue(raw)
		if v.Kind() != want.kind || v.Text().String() != want.text || string(v.JSON()) != want.json {
			t.Errorf("%q is %d, %q, %s; want %+v", raw, v.Kind(), v.Text(), v.JSON(), want)
		}
	}
}

func TestAValueHandsOutItsMembersInOrder(t *testing.T) {
	v := ParseValue(`{"z": 1, "a": "x\u001by", "m": {"n": [2]}}`)
	if got := v.Lines().String(); got != "z: 1\na: x\ufffdy\nm: {\"n\":[2]}\n" {
		t.Errorf("lines %q", got)
	}
	if got, ok := v.Member("a"); !ok || got != "x\x1by" {
		t.Errorf("member %q, %v", got, ok)
	}
	if _, ok := v.Member("z"); ok {
		t.Error("a number is taken for a text")
	}
	if f, ok := v.Members()[0].Value.Number(); !ok || f != 1 {
		t.Errorf("number %v, %v", f, ok)
	}
}

func TestADeepValueCostsNoStack(t *testing.T) {
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	if got := string(ParseValue(deep).JSON()); got != deep {
		t.Errorf("%d bytes, want %d", len(got), len(deep))
	}
	if ParseValue(strings.Repeat("[", 1_000_000)).Kind() != TextValue {
		t.Error("an open bracket is no JSON")
	}
}

func TestJSONValue(t *testing.T) {
	for raw, kind := range map[string]ValueKind{
		"": NullValue, "null": NullValue, "9007199254740993": NumberValue, `"{\"a\":1}"`: TextValue, `{"a":1}`: ObjectValue, "[]": ListValue, "true": BoolValue,
	} {
		v := JSONValue(raw)
		if v.Kind() != kind || raw != "" && v.Raw() != raw {
			t.Errorf("%q is a value of kind %d, %q", raw, v.Kind(), v.Raw())
		}
	}
}

func TestInteger(t *testing.T) {
	for raw, want := range map[string]int64{
		"3": 3, `"3"`: 3, `" -4 "`: -4, "3.0": 3, "1e3": 1000, "9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64,
	} {
		if n, ok := ParseValue(raw).Integer(); n != want || !ok {
			t.Errorf("%s: %d, %v", raw, n, ok)
		}
	}
	for _, raw := range []string{"", "null", "3.5", `"x"`, `""`, "true", "[3]", "9223372036854775808", "1e300", `"NaN"`, `"inf"`} {
		if n, ok := ParseValue(raw).Integer(); ok {
			t.Errorf("%s: %d", raw, n)
		}
	}
}
