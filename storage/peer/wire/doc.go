// Package wire is the form in which societop speaks to societop: what a [model.Source] has, as JSON.
//
// Both sides use it: package offer encodes, package peer decodes. Members may be added, which an
// older side passes over; what is unknown or zero is left out. So that little travels:
//
//   - Members of rows have names of one or two letters.
//   - Times are microseconds since 1970, as in lab files. Only the steps of a run, which former
//     versions read, have AgentSociety's names and times.
//   - Plans, models and the names of sources stand once in a page, and rows have their numbers.
//
// Texts are as the source has them, and are cleaned where they are decoded. One that is not valid
// UTF-8 is a list of one text in base64. Numbers that are not finite are texts.
//
// Nothing that is decoded is believed: lists have a longest length, times and statuses must be
// possible, and numbers of plans must be those of the page.
package wire
