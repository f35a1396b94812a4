package demo

import (
	"strconv"
	"strings"
	"time"
)

const (
	stoppedError = "Experiment stopped by user"
	initError    = "[Errno 2] No such file or directory: '/data/maps/beijing.pb'"
	// rateLimit is the error of a run whose language model refuses: what AgentSociety keeps of
	// it, with Python's traceback.
	rateLimit = `RuntimeError: LLM request failed after 10 retries in step STEP: 429 rate limit exceeded, then timeout after 60.0 s
Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/simulation/simulationengine.py", line 467, in step
    agent_time_log = await asyncio.gather(*tasks)  # 第 0 层
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/agent/agent.py", line 784, in run
    result = await self.forward()
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/cityagent/societyagent.py", line 1101, in forward
    await self.plan_and_execute()
  File "/opt/venv/lib/python3.12/site-packages/agentsociety/llm/llm.py", line 1418, in atext_request
    raise RuntimeError(f"LLM request failed after {retries} retries") from e
openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached: 60 requests a minute (at TIME)'}}
`
)

// rateLimitError returns rateLimit of a step and a time.
func rateLimitError(step int64, at time.Time) string {
	return strings.NewReplacer("STEP", strconv.FormatInt(step, 10), "TIME", at.Format(time.RFC3339)).Replace(rateLimit)
}

// shortErrors are the errors of the generated experiments.
var shortErrors = []string{
	initError,
	"RuntimeError: LLM request failed after 10 retries\nopenai.APITimeoutError: Request timed out.",
	"openai.RateLimitError: Error code: 429 - rate limit reached",
	"ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.\nMemory on the node (IP: 10.0.0.7) was 61.02GB / 64.00GB",
	"ValueError: 地图文件与配置不一致 (map file does not match the config)",
}

// What experiments are about, and how they differ.
var (
	topics = []string{
		"北京早高峰通勤", "Polarization", "UBI policy", "飓风影响 Hurricane 🌀", "Rumour diffusion 谣言传播", "Echo chamber",
		"上海地铁 4 号线", "Market panic 抢购", "Vaccine uptake", "社区团购 🛒", "Remote work 居家办公", "Traffic lights 🚦",
		"Housing prices 房价", "School choice", "夜间经济 🌃", "Carbon tax", "春运 🚄", "Well-being survey",
		"Segregation (Schelling)", "外卖骑手 🚴", "Water shortage", "选举民调", "Bank run", "Ride sharing 🚕",
	}
	variants = []string{
		"baseline", "control", "treatment A", "treatment B", "对照组", "实验组", "replication", "ablation: no memory",
		"with surveys", "pilot", "qwen2.5-14b", "低温度 t=0.1", "复现", "large", "v2", "v3 final",
	}
)

// newName makes a name, with a number that makes it unique.
func newName(d *dice, number int) string {
	return one(d, topics) + " " + one(d, variants) + " #" + strconv.Itoa(number)
}

var longName = "Replication of Schelling's segregation dynamics with 200 language-model citizens in three income groups, two districts and one " +
	"metro line, after the review of 2026 – " + strings.Repeat("谢林隔离模型复现实验，含三个收入组、两个城区与一条地铁线；", 6) + "final (really) v7"
