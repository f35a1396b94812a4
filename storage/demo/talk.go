package demo

import (
	"strconv"

	"societop/model"
	"societop/model/text"
)

// talk appends what is thought and said in a step: thoughts of one citizen in forty who are
// awake, talks of one in sixty with somebody at the same place, and an interview.
func (p *people) talk(all []model.Message, lives []life, m *moment) []model.Message {
	for i := range lives {
		l := &lives[i]
		d := throw(l.seed, purposeThought, uint64(m.i))
		if said := habits[l.doing].thoughts; len(said) > 0 && d.chance(1.0/40) {
			all = append(all, m.message(l.id, model.Thought, "", one(&d, said)))
		}
		if l.talks() && d.chance(1.0/60) {
			if other := l.meets(lives, &d); other != nil {
				all = p.dialogue(all, l, other, m, &d)
			}
		}
	}
	if id, q, _, ok := p.asked(m.i); ok {
		all = append(all, m.message(id, model.UserTalk, "user", q.opening))
	}
	if id, q, answered, ok := p.asked(m.i - 1); ok && answered {
		all = append(all, m.message(id, model.UserTalk, "", q.reply))
	}
	return all
}

// message returns something said at a moment.
func (m *moment) message(id int64, kind model.MessageKind, speaker, content string) model.Message {
	return model.Message{ID: id, At: m.at, Kind: kind, Speaker: text.Clean(speaker), Content: text.CleanLines(content), Created: m.created}
}

// talks reports whether the citizen can be talked to.
func (l *life) talks() bool { return l.doing != sleeps && l.doing != travels }

// meets returns somebody at the same place who can be talked to, or nil.
func (l *life) meets(lives []life, d *dice) *life {
	for i, first := 0, d.n(len(lives)); i < len(lives); i++ {
		if other := &lives[(first+i)%len(lives)]; other.at == l.at && other.id != l.id && other.talks() {
			return other
		}
	}
	return nil
}

// dialogue appends what two say to each other: AgentSociety keeps it with each of them.
func (p *people) dialogue(all []model.Message, a, b *life, m *moment, d *dice) []model.Message {
	said := one(d, chats)
	if alert := p.alert(m.i); alert != "" && d.chance(0.5) {
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

// chat is an opening and a reply.
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

// alert returns what was announced within the last 150 steps, if anything.
func (p *people) alert(i int64) (text string) {
	for _, a := range p.alerts {
		if a.step <= i && i < a.step+150 {
			text = a.text
		}
	}
	return text
}

// asked returns the question of the user to an agent in a step, and whether it is answered
// in the next.
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
