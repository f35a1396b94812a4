// Package exporter writes experiments into files that are sent to others: the zip that AgentSociety's
// own export is, and a new lab file.
//
// The zip has the members and the columns of AgentSociety's, and of what can't be empty there nothing
// that is empty. Of a zip that was imported it is the same again: the same rows in another order, and
// the same JSON and YAML. Members of ours are
//
//	pending_survey.csv   surveys that are not answered yet, with the columns of agent_survey.csv
//
// and experiment.yaml has a tenant_id unless that is AgentSociety's own. Package importer reads them.
//
// A run of AgentSociety 2 is written as far as there are members for it; one that is lost has the
// status of one that was stopped, and tokens that were not counted are left out. In addition it has
//
//	run.yaml                what its directory says of it: steps done, phase, warnings, …
//	surveys.json            its questionnaires, as AgentSociety 1's API has them
//	survey_trouble.csv      why agents have no answer, or one that could not be understood
//	datasets/_schema.json   the catalog of its datasets, as in its replay
//	datasets/TABLE.jsonl    the rows of each, as in its replay, each once
//
// Both are written under another name and get theirs when they are whole. What is in memory is bounded
// by one frame, one page of talk, the profiles and the metrics, however long a run is.
//
// # Caveats
//
// Questions of the user that wait for an answer are in agent_dialog.csv, as they are in the source: no
// answer names its question, and a lab file and an endpoint have those of AgentSociety's pending_dialog
// and of its agent_dialog alike, so they don't tell for certain which wait. An endpoint gives out artifacts.json only
// in answer to a POST, which is sent only where it was opened with Access.Write.
//
// Bytes of a text that are not UTF-8 become U+FFFD. Times are in UTC and without an offset, as
// AgentSociety's are on SQLite, unless those of the export that was imported have one ("+00:00"). A lab keeps one row of
// an agent and a moment, and one prompt of a moment. A status that is an object in AgentSociety's
// database is exported as JSON, which AgentSociety itself writes as Python; of its own export it is as
// it was.
//
// The config is in the file as it is, with what keys it may hold, for otherwise it would not be the
// same experiment.
package exporter
