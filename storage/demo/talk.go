package demo

import (
	"strconv"

	"societop/model"
)

// messages are what is thought and said in a step.
func (p *people) messages(lives []life, m *moment) (all []model.Message) {
	all = p.thoughts(all, lives, m)
	all = p.talks(all, lives, m)
	return p.interview(all, m)
}

// thoughts are those of about one citizen in forty who are awake.
func (p *people) thoughts(all []model.Message, lives []life, m *moment) []model.Message {
	for i := range lives {
		l := &lives[i]
		d := throw(l.seed, purposeThought, uint64(m.i))
		if said := habits[l.doing].thoughts; len(said) > 0 && d.chance(1.0/40) {
			all = append(all, m.message(l.id, model.Thought, "", one(&d, said)))
		}
	}
	return all
}

// message is something said at a moment.
func (m *moment) message(id int64, kind model.MessageKind, speaker, content string) model.Message {
	return model.Message{ID: id, At: m.at, Kind: kind, Speaker: model.Clean(speaker), Content: model.CleanLines(content), Created: m.created}
}

// talks are between those who are at the same place, about one citizen in sixty at a time.
func (p *people) talks(all []model.Message, lives []life, m *moment) []model.Message {
	d := m.dice
	var present map[place][]int
	for i := range lives {
		if !d.chance(1.0/60) || !lives[i].talks() {
			continue
		}
		if present == nil {
			present = gathered(lives)
		}
		others := present[lives[i].at]
		if j := one(&d, others); j != i {
			all = p.talk(all, &lives[i], &lives[j], m, &d)
		}
	}
	return all
}

// talks tells whether one can be talked to.
func (l *life) talks() bool { return l.doing != sleeps && l.doing != travels }

// gathered is who can be talked to, by place.
func gathered(lives []life) map[place][]int {
	out := make(map[place][]int)
	for i := range lives {
		if lives[i].talks() {
			out[lives[i].at] = append(out[lives[i].at], i)
		}
	}
	return out
}

// talk is what two say to each other: AgentSociety keeps it with each of them.
func (p *people) talk(all []model.Message, a, b *life, m *moment, d *dice) []model.Message {
	said := one(d, chats)
	if alert, ok := p.alert(m.i); ok && d.chance(0.5) {
		said = chat{"Have you heard? " + alert, one(d, replies)}
	}
	for i, words := range []string{said.opening, said.reply} {
		speaker := strconv.FormatInt([]int64{a.id, b.id}[i], 10)
		content := valueOf(struct {
			Content string `json:"content"`
			Count   int    `json:"propagation_count"`
		}{words, i + 1 + d.n(3)}).Raw()
		all = append(all, m.message(a.id, model.Talk, speaker, content), m.message(b.id, model.Talk, speaker, content))
	}
	return all
}

// chat is an opening and what is answered.
type chat struct{ opening, reply string }

var chats = []chat{
	{"Hi, shall we have lunch together? 一起吃饭吗？", "好啊，老地方见。"},
	{"你听说了吗？主干道又要封了。", "真的假的？谁说的？"},
	{"How was your weekend?", "Quiet. I slept, and then I slept again. 😀"},
	{"今天菜价又涨了，鸡蛋都快七块了。", "是啊，得少买点。我打算去另一家看看。"},
	{"Do you think a basic income would change anything?", "It would for my sister. For me? I'd still work, only less."},
	{"我孩子下周考试，愁死了。", "放轻松，考试不是一切。"},
	{"Can you lend me your charger?", "Sure. Bring it back this time. 🔌"},
	{"你觉得新来的那个人怎么样？", "挺靠谱的，话不多。"},
	{"They say the shops will be sold out by noon.", "They say that every week.\nI'd wait."},
	{"晚上一起跳舞去？💃", "今天不行，加班。明天吧！"},
	{"Did you read what they wrote about us?", "I did, and I don't believe a word of it."},
	{"这两天空气真好。", "趁现在多出来走走 🌤"},
}

var replies = []string{
	"I have, and I don't know what to think of it.", "知道了，我这就告诉家里人。", "真的吗？我还是等官方消息。", "Then I'd better go home early. 早点回家。",
}

// alert is a message of the workflow to the agents.
type alert struct {
	step int64 // the first after it
	text string
}

// alert is what has been announced within the last half day of steps.
func (p *people) alert(i int64) (text string, ok bool) {
	for _, a := range p.alerts {
		if a.step <= i && i < a.step+150 {
			text, ok = a.text, true
		}
	}
	return text, ok
}

// interview is what the user asks an agent now and then, and the answer in the next step:
// in four cases of five.
func (p *people) interview(all []model.Message, m *moment) []model.Message {
	if id, q, _, ok := p.asked(m.i); ok {
		all = append(all, m.message(id, model.UserTalk, "user", q.opening))
	}
	if id, q, answered, ok := p.asked(m.i - 1); ok && answered {
		all = append(all, m.message(id, model.UserTalk, "", q.reply))
	}
	return all
}

// asked is the question of the user in a step.
func (p *people) asked(i int64) (id int64, q chat, answered, ok bool) {
	d := throw(p.seed, purposeThought, uint64(i))
	if i < 0 || !d.chance(1.0/9) {
		return 0, chat{}, false, false
	}
	return 1 + int64(d.n(min(p.citizens, 20))), one(&d, interviews), d.chance(0.8), true
}

var interviews = []chat{
	{"How do you feel? 你感觉怎么样?", "I feel good, thanks. 很好 😀"},
	{"What will you do tonight?", "Cook something simple, and call my parents."},
	{"你为什么今天没去上班？", "我请了半天假，去医院陪母亲。"},
	{"Do you trust the notice about the road?", "Half of it. The city closes it every autumn."},
	{"你最近和谁聊得最多？", "楼下的邻居，我们常一起散步。"},
	{"What would change your mind about the policy?", "1. Numbers that I can check.\n2. Someone who has tried it.\n3. 时间。"},
}
