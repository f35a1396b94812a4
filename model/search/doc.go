// Package search looks for a pattern in all that a source has of its experiments: configs, logs,
// prompts, talk and answers. It reads only through model.Source.
//
// A [Search] goes through the experiments one after the other, the newest first, and hands out each
// [Hit] as it is found. It holds no more than one page of the list and one text, log or agent's talk
// at a time, and a number for each experiment that it has seen: a listing that goes on while runs
// move has some of them again. Nothing is read in parallel. A source that is a server is given a
// rest after each request for as long as it took.
//
// What is searched is the clean text, as screens show it, so that a colour in the middle of a word
// hides nothing. In configs secrets are masked before they are searched: nobody finds one by
// guessing at it. Data that a run does not have, or that the source does not offer, has
// no hits.
package search
