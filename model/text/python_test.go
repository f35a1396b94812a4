package text

import (
	"strings"
	"testing"
)

// TestOneWrongNumberLeavesTheRest: what Python writes that JSON has not costs only that member.
func TestOneWrongNumberLeavesTheRest(t *testing.T) {
	for raw, want := range map[string]string{
		`{"hunger": NaN, "energy": 0.955}`:                                `{"hunger":null,"energy":0.955}`,
		`{"a": Infinity, "b": -Infinity, "c": -NaN, "d": [NaN,1]}`:        `{"a":null,"b":null,"c":null,"d":[null,1]}`,
		`[NaN, {"x": {"y": NaN}}]`:                                        `[null,{"x":{"y":null}}]`,
		`{"NaN": "NaN, Infinity", "b": NaN}`:                              `{"NaN":"NaN, Infinity","b":null}`,
		`{"q": "a \"NaN\" \\", "b": NaN}`:                                 `{"q":"a \"NaN\" \\","b":null}`,
		`{'hunger': nan, 'energy': 0.955}`:                                `{"hunger":null,"energy":0.955}`,
		`{'ok': True, 'no': False, 'none': None, 'inf': -inf}`:            `{"ok":true,"no":false,"none":null,"inf":null}`,
		`{'say': "it's", 'other': 'a "b"', 'esc': 'it\'s\x41\n'}`:         `{"say":"it's","other":"a \"b\"","esc":"it'sA\n"}`,
		`{'at': (116.3, nan), 'one': (1,), 'none': ()}`:                   `{"at":[116.3,null],"one":[1],"none":[]}`,
		`{'emoji': '\U0001f35c 饿了', 'bell': '\a\x22\x5c', 'u': '\u997f'}`: `{"emoji":"🍜 饿了","bell":"` + "\ufffd" + `\"\\","u":"饿"}`,
		`['a', 'b']`: `["a","b"]`,
		`NaN`:        `null`,
		`-Infinity`:  `null`,
	} {
		if got := string(ParseValue(raw).JSON()); got != want {
			t.Errorf("%s is %s, want %s", raw, got, want)
		}
	}
}

// TestWhatIsOnlyLikePythonStaysAText, whatever is wrong with it.
func TestWhatIsOnlyLikePythonStaysAText(t *testing.T) {
	for _, raw := range []string{
		`None`, `True`, `nanny`, `[sic] he said`, `{hungry}`, `{'cut': 'x`, `{'cut': nan`, `{'x': datetime.date(2026, 1, 2)}`, `{1, 2}`,
		`{'x': '\x4'}`, `{'x': '\xzz'}`, `{'x': '\q'}`, `{"a": NaN} and more`, `(1, 2)`, `'quoted'`, `{NaN: 1}`, `[1 NaN]`, `{'\`, `{"a": nan'}`,
	} {
		if v := ParseValue(raw); v.Kind() != TextValue || v.words() != raw {
			t.Errorf("%s is %s", raw, v.Raw())
		}
	}
	if ParseValue(strings.Repeat("[NaN,", 1_000_000)).Kind() != TextValue {
		t.Error("an open bracket is no JSON")
	}
	if ParseValue("["+strings.Repeat("(1,),", 100_000)+"NaN]").Kind() != ListValue {
		t.Error("many tuples")
	}
}

// FuzzParseValue: whatever it is, what comes of it is JSON, and reading that again changes nothing,
// nor does reading its source again.
func FuzzParseValue(f *testing.F) {
	for _, raw := range []string{`{"hunger": NaN}`, `{'a': (1,), 'b': "it's"}`, `{'a': '\x41\U0001f35c'}`, `[`, `'`, `NaN`, " {'a': 1}\n", ` 1 `, `"{}"`} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v := ParseValue(raw)
		if again := ParseValue(v.Raw()); again.Raw() != v.Raw() {
			t.Errorf("%q is %s, then %s", raw, v.Raw(), again.Raw())
		}
		if again := ParseValue(v.Source()); again != v {
			t.Errorf("%q is %s of %q, then %s of %q", raw, v.Raw(), v.Source(), again.Raw(), again.Source())
		}
	})
}
