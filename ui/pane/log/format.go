package log

import (
	"encoding/json"
	"regexp"
	"strings"

	"societop/ui/cell"
)

// logLine is what a line of a log says about itself, in the format of any program.
type logLine struct {
	stream string // which of several outputs it is of, "" for the program's own
	of     level  // noLevel: it goes on the one above it
	soft   bool   // the level is that of what it tells, such as an exception, and not one that it names
	begins bool   // it begins a traceback
}

// headBytes is how many bytes of a line are looked at.
const headBytes = 400

// readLine finds the level of a line, after the prefixes of Ray, launchers, Docker or syslog and
// after its time. It ignores levels within the message.
func readLine(line string) (r logLine) {
	whole := line
	line = line[:min(len(line), headBytes)]
	if r.of = ownLevel(line); r.of != noLevel {
		return r
	}
	if strings.Contains(line, "\ufffd") {
		line = controlRest.ReplaceAllString(line, "")
	}
	line, r.stream = withoutPrefixes(line)
	if strings.HasPrefix(line, "{") {
		if r.of = jsonLevel(whole[strings.IndexByte(whole, '{'):]); r.of != noLevel {
			return r
		}
	}
	for i := range logFormats {
		f := &logFormats[i]
		if m := f.match(line); m != nil {
			r.of, r.soft, r.begins = f.of, f.soft, f.begins
			if len(m) > 1 {
				r.of = namedLevel(m[1:])
			}
			return r
		}
	}
	r.of = noLevel
	return r
}

// ownLevel returns the level of a line in AgentSociety's format, "2026-11-23T14:25:58+00:00
// [INFO] …", else noLevel. Most lines have this format, and it would be the last to be tried.
func ownLevel(line string) level {
	time, rest, ok := strings.Cut(line[:min(len(line), 50)], " [")
	if !ok || len(time) < len("2026-11-23 14:25:58") || time[4] != '-' || strings.Trim(time, "0123456789-:.,+TZ ") != "" {
		return noLevel
	}
	name, _, _ := strings.Cut(rest, "]")
	if of, ok := levelNames[strings.ToLower(name)]; ok {
		return of
	}
	return noLevel
}

// controlRest is the rest of a control sequence in cleaned text.
var controlRest = regexp.MustCompile("\ufffd(?:\\[[0-9;?]*[A-Za-z])?")

// logPrefixes are the prefixes of lines of several outputs in one log. Their first group is the
// name of the stream.
var logPrefixes = []*regexp.Regexp{
	regexp.MustCompile(`^(\((?:[^()]*\b(?:pid|ip)=[^()]*|(?:raylet|gcs_server|autoscaler|dashboard|driver|scheduler)\b[^()]*)\)) ?`), // Ray
	regexp.MustCompile(`^(\[(?:rank|default|node|worker|gpu|proc)[ _-]?\d+\]):? ?`),                                                  // torchrun and the like
	regexp.MustCompile(`^([a-z][\w.-]*[-_]\d+) +\| `),                                                                                // docker compose
	regexp.MustCompile(`^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (\S+ [\w.\-/@]+(?:\[\d+\])?): `),                                       // syslog, journalctl
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{2}:?\d{2} ([\w.-]+ [\w.\-/@]+\[\d+\]): `),
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z (stdout|stderr) [FP] `), // Kubernetes
}

// rayWorker is the prefix of a line of a process that Ray started, with its name and number.
var rayWorker = regexp.MustCompile(`^\(([^()]{1,80}?) pid=(\d{1,10})(?:, ip=[^()]{1,80})?\) ?`)

// cutWorker cuts the prefix of a worker off a line, and returns its name and number; worker is "" if there
// is none.
func cutWorker(line string) (worker, rest string) {
	if !strings.HasPrefix(line, "(") {
		return "", line
	}
	m := rayWorker.FindStringSubmatch(line[:min(len(line), headBytes)])
	if m == nil {
		return "", line
	}
	name := m[1]
	if room := workerWidth - 2 - len(m[2]); cell.Width(name) > room {
		name = cell.Cut(name, room)
	}
	return name + " " + m[2], line[len(m[0]):]
}

// withoutPrefixes returns a line without its prefixes, and the stream that they name.
func withoutPrefixes(line string) (rest, stream string) {
	for range 3 {
		before := len(line)
		for _, p := range logPrefixes {
			if m := p.FindStringSubmatch(line); m != nil {
				line, stream = line[len(m[0]):], stream+m[1]
			}
		}
		if len(line) == before {
			break
		}
	}
	return line, stream
}

// Parts of formats.
const (
	timeText = `(?:\d{4}[-/]\d\d[-/]\d\d(?:[ T_]?\d\d:\d\d:\d\d)?|\d\d?[-/]\d\d(?:[-/]\d{2,4})? \d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d|\d\d:\d\d:\d\d)` +
		`(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?\b`
	upperLevel = `(?:ERROR|ERR|CRITICAL|CRIT|FATAL|SEVERE|WARNING|WARN|WRN|INFO|INF|NOTICE|SUCCESS|DEBUG|DBG|TRACE)\b`
	anyLevelIn = `(?:(?i)error|err|critical|crit|fatal|severe|panic|alert|emerg|warning|warn|wrn|info|inf|notice|success|debug|dbg|trace|verbose)\b`
	// fieldText stands between the time and the level: the thread, the process, the logger.
	fieldText = `(?:(?:\[[^\[\]]{0,60}\]|[\w.\-/<>$]+ ?[-|])[\s:|\-]*){0,3}?(?:[a-z_][\w.\-/]*(?::\w+)?[: ]\s*|LiteLLM[\w ]{0,20}:)??`
	// levelText is a level in a head, however it is set off.
	levelText  = `(?:\[\s*(` + anyLevelIn + `)[^\]]{0,30}\]|<(` + anyLevelIn + `)>|(` + upperLevel + `)|(` + anyLevelIn + `)\s?[:|])`
	sourceLine = `\S+\.(?:cc|cpp|cu|h|hpp|py|go|rs):\d+`
)

// logFormat is a way in which a line names its level.
type logFormat struct {
	first        string // what the line begins with: one of these bytes; "" anything
	has          string // and what it holds, of which it holds one; "" anything: most lines need no more looking at
	line         string // the expression; a group of it is the level's name, without one the level is of
	of           level
	soft, begins bool
	expression   *regexp.Regexp
}

// Bytes that lines begin with.
const (
	digits   = "0123456789"
	brackets = "[("
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	letters  = capitals + "abcdefghijklmnopqrstuvwxyz_"
	spaces   = " \t"
)

// logFormats are the ways in which lines name their level; the first that matches counts.
var logFormats = func() []logFormat {
	all := []logFormat{
		// The time, or the thread, and then a level: AgentSociety's own, logging's, loguru's, uvicorn's, nginx's, …
		{first: digits + brackets, has: ":", line: `^[\[(]?` + timeText + `[:\])]*\s+([EWIFDC]) (?:\d+ \d+(?: \(\d+\))?\]|` + sourceLine + `)`}, // Ray, TensorFlow
		{first: digits + brackets + capitals, has: ":|-", line: `^[\[(]?(?:` + timeText + `[\s\]):,|\-]*){1,2}` + fieldText + levelText},
		{first: digits + brackets, has: "level=", line: `^[\[(]?(?:` + timeText + `[\s\]):,|\-]*){1,2}\S*.{0,80}?\blevel="?(` + anyLevelIn + `)`},
		{first: digits + brackets + capitals, has: ":|-", line: `^[\[(]?` + timeText, of: infoLevel},
		// The level first.
		{has: "%", line: `^\s*\d{1,3}%\||^\S.{0,60}: +\d{1,3}%\|`, of: infoLevel}, // tqdm
		{first: digits, has: "it [", line: `^\d+it \[`, of: infoLevel},
		{first: "[EWIFC", has: ":", line: `^\[?([EWIFC])\d{4} \d\d:\d\d:\d\d`},                              // glog
		{first: "[EWIFC", has: "0000 00:00:", line: `^\[?([EWIF])0000 00:00:\d+`},                           // gRPC
		{first: capitals, line: `^(` + upperLevel + `)(?:[^A-Za-z]|$)`},                                     // logging, uvicorn, vLLM
		{first: spaces, line: `^\s+(` + upperLevel + `)(?:\s{2,}|:|\s?\|)`},                                 // rich
		{first: "[", line: `^\[\s*(` + anyLevelIn + `)[^\]]{0,60}\]`},                                       // [error], [WARNING|trainer.py:1]
		{first: "[", line: `^(?:\[[^\[\]]{1,60}\]\s*[:|\-]?\s*){1,3}?(` + upperLevel + `)`},                 // [name] ERROR
		{first: "[", line: `^(?:\[[^\[\]]{1,60}\]\s*[:|\-]?\s*){1,3}?\[\s*(` + anyLevelIn + `)\s*\]`},       // [name] [error]
		{first: letters, has: ":", line: `^[A-Za-z_][\w.\-]*(?: [A-Z]\w*)?:(` + upperLevel + `)(?::|\s|$)`}, // name:ERROR:, LiteLLM Router:ERROR
		{first: letters, has: " - ", line: `^[A-Za-z_][\w.\-]* - (` + upperLevel + `) [-:]`},                // name - ERROR -
		{first: letters, has: "level=|lvl=|severity=", line: `^(?:\w+=(?:"[^"]*"|\S+)\s+){0,4}(?:level|lvl|severity)="?(` + anyLevelIn + `)`},
		{first: "eEfFpc", has: ": ", line: `^(?:error|Error|fatal|Fatal|panic|critical)(?:\[\w+\])?: `, of: errorLevel}, // commands
		{first: "w", line: `^warning: `, of: warningLevel},
		{has: "Warning: ", line: `^(?:\S+:\d+: )?(?:[A-Za-z_]\w*\.)*[A-Z]\w*Warning: `, of: warningLevel}, // Python's warnings
		{first: "L", line: `^LiteLLM\.Info: `, of: infoLevel},
		// A process that is gone.
		{has: "Killed", line: `^(?:\S*: line \d+:)?\s*\d*\s*Killed(?:\s{2,}|$)|^Killed process \d`, of: errorLevel},
		{has: "ut of memory", line: `^(?:\[\s*[\d.]+\] )?(?:Memory cgroup )?[Oo]ut of memory|\b(?:CUDA|HIP|XPU|NCCL|GPU|MPS|(?:[Ww]orker|[Pp]rocess|[Nn]ode|[Tt]ask|[Aa]ctor|[Cc]ontainer|[Ss]ystem)s?)\b.{0,60}\bout of memory`, of: errorLevel},
		{has: "OOM|oom|OutOfMemory|bad_alloc|memory pressure|llocate memory", line: `\b(?:(?:OOM|oom)[- ]?[Kk]ill|OutOfMemory|bad_alloc\b)|\(OOM\)|killed due to memory pressure|[Cc]annot allocate memory`, of: errorLevel},
		{has: "fault|Aborted|error|instruction|Terminated|core dumped", line: `^(?:\S*: line \d+:)?\s*\d*\s*(?:Segmentation fault|Aborted|Bus error|Illegal instruction|Terminated)\b|\(core dumped\)`, of: errorLevel},
		{first: "FtnTEUA", line: `^(?:Fatal Python error|terminate called|npm ERR!|(?:Task|Future) exception was never retrieved|Exception (?:ignored )?in |(?:Unhandled|Uncaught) |(?:A|The) worker died)`, of: errorLevel},
		{has: ": command not found", line: `: command not found$`, of: errorLevel},
		// Python's exceptions. Those of a group are drawn with bars.
		{has: "Traceback", line: `^[\s|+\-]*(?:Exception Group )?Traceback \(most recent call last\)`, of: errorLevel, soft: true, begins: true},
		{has: "Error|Exception|Interrupt", line: `^(?:\s*[|+][\s|+\-\d]*)?(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt)(?:\(\w+\))?(?::|$)`, of: errorLevel, soft: true},
		{has: "SystemExit|GeneratorExit|Exception", line: `^(?:\s*[|+][\s|+\-\d]*)?(?:SystemExit|GeneratorExit|Exception|(?:Base)?ExceptionGroup)(?::|$)`, of: errorLevel, soft: true},
		{has: ".", line: `^(?:[|+\s][\s|+\-\d]*)?(?:[a-z_]\w*\.){1,8}[A-Z]\w+(?::|$)`, of: errorLevel, soft: true}, // package.module.BrokenPool
		{has: "raise ", line: `^\s*raise [A-Za-z_][\w.]*(?:\(|$| from )`, of: errorLevel, soft: true},
		{first: digits, has: " validation error", line: `^\d+ validation errors? for `, of: errorLevel, soft: true},
		{first: "DT", line: `^(?:During handling of the above exception|The above exception was the direct cause)`, of: errorLevel, soft: true},
	}
	for i := range all {
		all[i].expression = regexp.MustCompile(all[i].line)
	}
	return all
}()

// match returns the groups of a line in the format, or nil.
func (f *logFormat) match(line string) []string {
	if f.first != "" && (line == "" || strings.IndexByte(f.first, line[0]) < 0) {
		return nil
	}
	if f.has == "" {
		return f.expression.FindStringSubmatch(line)
	}
	for has := range strings.SplitSeq(f.has, "|") {
		if has != "" && strings.Contains(line, has) {
			return f.expression.FindStringSubmatch(line)
		}
	}
	return nil
}

// levelNames are the levels by their names in lower case.
var levelNames = map[string]level{
	"e": errorLevel, "error": errorLevel, "err": errorLevel, "c": errorLevel, "critical": errorLevel, "crit": errorLevel, "f": errorLevel, "fatal": errorLevel,
	"severe": errorLevel, "panic": errorLevel, "alert": errorLevel, "emerg": errorLevel, "exception": errorLevel,
	"w": warningLevel, "warning": warningLevel, "warn": warningLevel, "wrn": warningLevel,
	"i": infoLevel, "info": infoLevel, "inf": infoLevel, "notice": infoLevel, "success": infoLevel,
	"d": debugLevel, "debug": debugLevel, "dbg": debugLevel, "trace": debugLevel, "verbose": debugLevel,
}

// namedLevel returns the level of the first group that is not empty.
func namedLevel(groups []string) level {
	for _, name := range groups {
		if of, ok := levelNames[strings.ToLower(name)]; ok {
			return of
		}
	}
	return infoLevel
}

const (
	// maxJSONLine is the longest line that is read as JSON.
	maxJSONLine = 64 << 10
	// Levels as numbers: those of Python below, those of pino and bunyan by "level".
	pythonError, pythonWarning, pinoError, pinoWarning = 40, 30, 50, 40
)

// jsonLevel returns the level of a JSON record, or noLevel.
func jsonLevel(line string) level {
	if len(line) > maxJSONLine || !strings.Contains(line, `"`) {
		return noLevel
	}
	var record map[string]any
	if json.Unmarshal([]byte(line), &record) != nil {
		return noLevel
	}
	if inner, ok := record["log"].(string); ok && record["stream"] != nil { // Docker's
		return readLine(inner).of
	}
	if inner, ok := record["record"].(map[string]any); ok { // loguru's
		record = inner
	}
	for _, key := range []string{"level", "levelname", "level_name", "severity", "severity_text", "lvl", "log.level", "log_level", "loglevel", "levelno"} {
		value := record[key]
		if named, ok := value.(map[string]any); ok {
			value = named["name"]
		}
		switch v := value.(type) {
		case string:
			if of, ok := levelNames[strings.ToLower(v)]; ok {
				return of
			}
		case float64:
			if key == "levelno" {
				return numberedLevel(v, pythonError, pythonWarning)
			}
			return numberedLevel(v, pinoError, pinoWarning)
		}
	}
	return noLevel
}

// numberedLevel returns the level of a number on a scale.
func numberedLevel(n, failed, warned float64) level {
	switch {
	case n >= failed:
		return errorLevel
	case n >= warned:
		return warningLevel
	}
	return infoLevel
}

// lineTime is the time at the beginning of a line, with the space after it; AgentSociety 2 writes it in
// brackets.
var lineTime = regexp.MustCompile(`^(?:\[` + timeText + `\]|` + timeText + `)\s?`)

// timeLength returns the length of the time at the beginning of a line, with the space after it:
// "2026-11-23T14:25:58.615840+00:00 ", "[2026-11-23 14:25:58] "; 0 if there is none.
func timeLength(line string) int {
	at := lineTime.FindStringIndex(line[:min(len(line), headBytes)])
	if at == nil {
		return 0
	}
	return at[1]
}
