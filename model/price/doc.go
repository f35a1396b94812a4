// Package price says what language models cost: a [Table] of prices, read from TOML, and what an
// experiment's tokens cost by it.
//
// AgentSociety 1 counts the tokens of all models of an experiment together. So with models of
// different prices a [Sum] is a range: all tokens at the cheapest and at the dearest price. Nothing
// is known where one of the models has no price, or prices are in several currencies. It counts
// cached tokens as input tokens, whose price they have here; the price of cached input is for
// sources that count it.
package price
