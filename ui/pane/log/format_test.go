package log

import (
	"os"
	"strings"
	"testing"

	"societop/model"
	"societop/model/text"
)

// failures are lines of other programs that tell of a failure.
const failures = `
2026-11-26 08:22:00,000	ERROR worker.py:420 -- a task failed
(raylet) [2026-11-26 08:21:00,000 E 123 456] (raylet) node_manager.cc:3012: 3 workers killed due to memory pressure (OOM)
(raylet, ip=10.0.0.3) [2026-11-26 08:21:00,000 E 123 456 (7)] main.cc:1: it failed
(AgentGroup pid=77, ip=10.0.0.2) Traceback (most recent call last):
(AgentGroup pid=77) 2026-11-26 08:00:00,123 - agentsociety - ERROR - x
(autoscaler +12s) Error: No available node types can fulfill resource request
[2026-11-26 08:00:00,123] ERROR   an agent failed
[2026-11-26 08:00:00,123] [ERROR] [engine.py:12:run] x
[2026-11-26 08:00:00 +0000] [123] [ERROR] Worker (pid:12) exited
[2026-11-26 08:00:00,123: ERROR/MainProcess] Task failed
[2026-11-26T08:00:00Z ERROR agentsociety::map] x
[2025-01-01 00:00:00,123 E 12 12] x.cc:33: x
2026-11-26 08:00:00,123 - agentsociety - ERROR - standard format
2026-11-26 08:00:00,123 agentsociety ERROR x
2026-11-26 08:00:00,123 agentsociety.engine [ERROR] x
2026-11-26 08:00:00,123 [MainThread] ERROR engine - x
2026-11-26 08:00:00.123 | ERROR    | module:run:12 - x
2026-11-26 08:00:00.123 UTC [123] FATAL:  the database is starting up
2026-11-26 08:00:00.123456: E tensorflow/core/x.cc:12] x
2026-11-26T08:00:00.000Z	ERROR	controller/x.go:12	x
2026-11-26T08:00:00.000Z [error    ] x
2026/11/26 08:00:00 [error] 12#12: x
2026/11/26 08:00:00 ERROR mlflow.cli: x
2026-11-23T14:25:58+00:00 CRITICAL x
2026-11-26T08:00:00Z level=error msg=x
08:00:00 - LiteLLM:ERROR: utils.py:123 - x
08:00:00.123 [main] ERROR com.example.X - x
LiteLLM:ERROR: utils.py:1 - x
LiteLLM Router:ERROR: router.py:1 - x
litellm.exceptions.RateLimitError: code 429
openai.RateLimitError: Error code: 429 - {'error': {}}
ERROR:root:x
ERROR:agentsociety.engine:x
CRITICAL:root:x
agentsociety:ERROR:x
agentsociety - ERROR - x
ERROR:    Exception in ASGI application
ERROR 11-26 08:00:00 [core.py:123] EngineCore failed
(EngineCore pid=123) ERROR 11-26 08:00:00 [core.py:123] x
ERROR    | x:run:1 - x
[ERROR] x
[ERROR|trainer.py:12] 2026-11-26 08:00:00,123 >> x
[11/26/26 08:00:00] ERROR    a failure in rich            engine.py:12
                    ERROR    the same second              engine.py:13
E0101 12:00:00.000000  123 file.cc:12] x
F0101 12:00:00.000000  123 file.cc:12] x
E1126 08:00:00.123000 123 torch/distributed/elastic/x.py:12] x
E0000 00:00:1732600000.123456  123 file.cc:12] x
[rank0]: Traceback (most recent call last):
[rank0]:[E1126 08:00:00.123 ProcessGroupNCCL.cpp:12] x
[rank1] ERROR x
[agents] ERROR x
{"time": "2026-11-26T08:00:00Z", "level": "error", "msg": "x"}
{"levelname": "ERROR", "message": "x"}
{"severity":"CRITICAL","message":"x"}
{"level":50,"time":1732600000000,"msg":"x"}
{"levelno":40,"msg":"x"}
{"text":"x","record":{"level":{"name":"ERROR","no":40}}}
{"log":"ERROR:root:x\n","stream":"stderr","time":"2026-11-26T08:00:00Z"}
time="2026-11-26T08:00:00Z" level=error msg="x"
ts=2026-11-26T08:00:00Z lvl=err msg=x
worker-1  | 2026-11-26 08:00:00,123 - agentsociety - ERROR - x
Nov 26 08:00:00 lab-7 agentsociety[123]: ERROR:root:x
Nov 26 08:00:00 lab-7 kernel: Out of memory: Killed process 123 (python3) total-vm:1kB
2026-11-26T08:00:00.123456789Z stderr F ERROR:root:x
Traceback (most recent call last):
  + Exception Group Traceback (most recent call last):
  | ValueError: x
ValueError: x
KeyboardInterrupt
SystemExit: 1
asyncio.exceptions.CancelledError
concurrent.futures.process.BrokenProcessPool: A process terminated abruptly
ray.exceptions.RayTaskError(ValueError): ray::f() (pid=1)
ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
pydantic_core._pydantic_core.ValidationError: 1 validation error for Config
2 validation errors for AgentConfig
    raise ValueError("x")
raise RuntimeError from e
During handling of the above exception, another exception occurred:
Killed
run.sh: line 12:  1234 Killed                  python main.py
/bin/sh: line 1: 1234 Segmentation fault      (core dumped) python main.py
Out of memory: Killed process 123 (python3)
[12345.678] Out of memory: Killed process 123 (python3)
oom-kill:constraint=CONSTRAINT_MEMCG
OOMKilled
CUDA out of memory. Tried to allocate 2.00 GiB
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB
RuntimeError: CUDA error: out of memory
The worker ran out of memory
terminate called after throwing an instance of 'std::bad_alloc'
Fatal Python error: Segmentation fault
fatal: not a git repository
error: the map can't be read
Error: it failed
panic: runtime error
Task exception was never retrieved
Exception in thread Thread-1:
A worker died or was killed while executing a task by an unexpected system error.
bash: societop: command not found
`

// warnings are lines of other programs that warn.
const warnings = `
2026-11-26 08:00:00,123 WARNING worker.py:12 -- x
(raylet) WARNING: 12 PYTHON worker processes have been started
[2026-11-26 08:21:00,000 W 123 456] x.cc:3: x
WARNING:root:x
WARNING:  Unsupported upgrade request.
08:00:00 - LiteLLM Router:WARNING: router.py:1 - x
2026-11-26 08:00:00.123 | WARNING  | x:run:1 - x
W0101 12:00:00.000000  123 file.cc:12] x
/usr/lib/python3/x.py:12: DeprecationWarning: x is deprecated
UserWarning: x
{"level":"warn","msg":"x"}
{"levelno":30}
{"level":40,"msg":"x"}
warning: x
`

// harmlessLines tell of nothing wrong, whatever words are in them.
const harmlessLines = `
2026-11-23T14:25:58.615840+00:00 [INFO] engine.py:1: ERROR rate is 5%
2026-11-23T14:25:58.615840+00:00 [INFO] agent 7 says: ValueError: raise taxes! [ERROR]
2026-11-23T14:25:58.615840+00:00 [DEBUG] CUDA out of memory
2026-11-26 08:00:00,123 - agentsociety - INFO - ERROR - x
2026-11-26 08:00:00,123 - agentsociety - INFO - Traceback (most recent call last):
2026-11-26 08:00:00 the agents talk of errors, and an ERROR is not near
INFO:     127.0.0.1:1234 - "GET /error HTTP/1.1" 500 Internal Server Error
INFO:httpx:HTTP Request: POST https://x "HTTP/1.1 429 Too Many Requests"
INFO 11-26 08:00:00 [core.py:1] ERROR
08:00:00 - LiteLLM:INFO: utils.py:1 - x error
LiteLLM.Info: If you need to debug this error, use litellm.set_verbose=True
(AgentGroup pid=77) 2026-11-26 08:00:00,123 INFO x -- an ERROR
I0101 12:00:00.000000  123 file.cc:12] ERROR
{"level":"info","msg":"ERROR"}
{"level":30,"error":"x"}
  5%|▌         | 5/100 [00:01<00:19,  5.00it/s]
Agents:  45%|████▌     | 45/100 [00:09<00:11, ERROR=0]
12it [00:01, 9.0it/s]
The error rate rises, and I raise my hand. Nobody was Killed in the OOMs.
errors are human
Raise awareness of fatal: accidents
I said: ERROR
    raise the question of warnings
WARNINGS are many
Information: none
e.g. this: that
{"content": "an error", "to": 2}
Killed by the storm, they said
`

func linesIn(text string) []string { return strings.Split(strings.Trim(text, "\n"), "\n") }

// TestLevelsOfOtherPrograms: below a line of info, and of debug.
func TestLevelsOfOtherPrograms(t *testing.T) {
	for _, above := range []string{"2026-11-23T14:25:58.615840+00:00 [INFO] engine.py:1: fine", "2026-11-23T14:25:58.615840+00:00 [DEBUG] x"} {
		for want, s := range map[level]string{errorLevel: failures, warningLevel: warnings} {
			for _, line := range linesIn(s) {
				if got := levelsOf(nil, text.CleanLines(above+"\n"+line).Split())[1]; got != want {
					t.Errorf("level %d, want %d: %s", got, want, line)
				}
			}
		}
		for _, line := range linesIn(harmlessLines) {
			if got := levelsOf(nil, text.CleanLines(above+"\n"+line).Split())[1]; got > infoLevel {
				t.Errorf("level %d: %s", got, line)
			}
		}
	}
}

// TestColouredLevels: colours and what else moved the cursor do not hide a level.
func TestColouredLevels(t *testing.T) {
	for _, line := range []string{"\x1b[31mERROR\x1b[0m:    x", "\x1b[2K\x1b[1;31m2026-11-26 08:00:00,123 ERROR x\x1b[0m", "\x1b[36m(AgentGroup pid=77)\x1b[0m ValueError: x", "\x1b[A\x1b[31mKilled\x1b[0m"} {
		log := model.TailLog("INFO x\n"+line, model.LogBudget{})
		if got := levelsOf(nil, log.Lines.Split())[1]; got != errorLevel {
			t.Errorf("level %d: %q", got, line)
		}
	}
}

// TestPrefixedLog: of a real mixture, every second line is a failure.
func TestPrefixedLog(t *testing.T) {
	s, err := os.ReadFile("testdata/prefixed.log")
	if err != nil {
		t.Fatal(err)
	}
	lines := text.CleanLines(string(s)).Split()
	for i, got := range levelsOf(nil, lines) {
		if want := [...]level{infoLevel, errorLevel}[i%2]; got != want {
			t.Errorf("level %d: %s", got, lines[i])
		}
	}
}

// TestWholeRecords: each line has the level of its record; "I", "W", "E" and "D" before each.
func TestWholeRecords(t *testing.T) {
	const log = `I 2026-11-26 08:00:00 [INFO] a
I goes on
E Traceback (most recent call last):
E   File "x.py", line 3, in <module>
E     raise ValueError("x")
E ValueError: several
E words of it
E
E During handling of the above exception, another exception occurred:
E
E Traceback (most recent call last):
E   File "x.py", line 3
E RuntimeError: y
I 2026-11-26 08:00:00 [INFO] b
I {"content": "an error"}
W 2026-11-26 08:00:00 [WARNING] c
W Traceback (most recent call last):
W   File "x.py"
W ValueError: caught
E Killed
W 2026-11-26 08:00:00 [WARNING] d
E litellm.exceptions.RateLimitError: code 429
E (A pid=1) Traceback (most recent call last):
I 2026-11-26 08:00:00 [INFO] e
I (A pid=2) all is well
E (A pid=1)   File "x.py"
I goes on, too
E (A pid=1) ValueError: z
I (A pid=1) 2026-11-26 08:00:01,000 INFO f
I (A pid=1) goes on
E 2026-11-26 08:00:00 [ERROR] g
E goes on
I   7%|▋         | 7/100 [00:01<00:19,  5.00it/s]
I goes on
D 2026-11-26 08:00:00 [DEBUG] h
E 1 validation error for Config
E name
E   Input should be a valid string [type=string_type, input_value=1, input_type=int]`
	var want []level
	var s []string
	for _, line := range linesIn(log) {
		want = append(want, map[byte]level{'I': infoLevel, 'W': warningLevel, 'E': errorLevel, 'D': debugLevel}[line[0]])
		s = append(s, strings.TrimPrefix(line[1:], " "))
	}
	lines := text.CleanLines(strings.Join(s, "\n")).Split()
	for known := range want { // as if the first had been read before
		for i, got := range levelsOf(want[:known], lines) {
			if got != want[i] {
				t.Fatalf("with %d known, level %d, want %d: %s", known, got, want[i], lines[i])
			}
		}
	}
}

func BenchmarkLevelsOf(b *testing.B) {
	var lines []text.Text
	for _, s := range []string{failures, warnings, harmlessLines} {
		lines = append(lines, text.CleanLines(strings.Repeat(strings.Trim(s, "\n")+"\n"+strings.Repeat("2026-11-23T14:25:58.615840+00:00 [INFO] engine.py:1: something that was said\n", 50), 10)).Split()...)
	}
	for b.Loop() {
		levelsOf(nil, lines)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(lines)), "ns/line")
}
