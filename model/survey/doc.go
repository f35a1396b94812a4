// Package survey reads questionnaires and what agents answered to them.
//
// [Questions] lists what a questionnaire asks, [ReplyOf] reads one answer, [Count] tallies the
// answers to a question, and a [Poll] sorts all answers of a run by survey and round. Where the
// questionnaire is unknown, [Guess] infers the questions from the answers.
package survey
