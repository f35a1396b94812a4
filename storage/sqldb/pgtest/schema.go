package pgtest

import (
	"strings"

	"github.com/google/uuid"
)

// Schema makes the tables that AgentSociety 1.5 has once, as far as its experiments concern them.
const Schema = `
CREATE TABLE as_experiment (
	tenant_id TEXT NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, num_day INTEGER NOT NULL, status INTEGER NOT NULL,
	cur_day INTEGER NOT NULL, cur_t DOUBLE PRECISION NOT NULL, config TEXT NOT NULL, error TEXT NOT NULL,
	input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, updated_at TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE as_survey (
	tenant_id TEXT NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, data JSON NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, updated_at TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE as_running_experiment (
	id UUID NOT NULL, tenant_id TEXT NOT NULL, callback_auth_token TEXT NOT NULL, created_at TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (id));
CREATE TABLE as_llm_config (
	tenant_id TEXT NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, description TEXT, config JSON NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, updated_at TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (tenant_id, id));
`

// runTables are those of an experiment, whose id belongs in the place of @.
const runTables = `
CREATE TABLE as_@_agent_profile (id INTEGER, name VARCHAR, profile JSON);
CREATE TABLE as_@_agent_status (id INTEGER, day INTEGER, t DOUBLE PRECISION, lng DOUBLE PRECISION, lat DOUBLE PRECISION, parent_id INTEGER, action VARCHAR, status JSON, created_at TIMESTAMP WITH TIME ZONE);
CREATE TABLE as_@_agent_survey (id INTEGER, day INTEGER, t DOUBLE PRECISION, survey_id UUID, result JSON, created_at TIMESTAMP WITH TIME ZONE);
CREATE TABLE as_@_agent_dialog (id INTEGER, day INTEGER, t DOUBLE PRECISION, type INTEGER, speaker VARCHAR, content VARCHAR, created_at TIMESTAMP WITH TIME ZONE);
CREATE TABLE as_@_global_prompt (day INTEGER, t DOUBLE PRECISION, prompt VARCHAR, created_at TIMESTAMP WITH TIME ZONE);
CREATE TABLE as_@_pending_dialog (id SERIAL PRIMARY KEY, agent_id INTEGER, day INTEGER, t DOUBLE PRECISION, content VARCHAR, created_at TIMESTAMP WITH TIME ZONE, processed BOOLEAN);
CREATE TABLE as_@_pending_survey (id SERIAL PRIMARY KEY, agent_id INTEGER, day INTEGER, t DOUBLE PRECISION, survey_id UUID, data JSON, created_at TIMESTAMP WITH TIME ZONE, processed BOOLEAN);
CREATE TABLE as_@_metric (id SERIAL PRIMARY KEY, key VARCHAR, value DOUBLE PRECISION, step INTEGER, created_at TIMESTAMP WITH TIME ZONE);
CREATE TABLE as_@_task_result (id SERIAL PRIMARY KEY, agent_id INTEGER, context JSON, ground_truth JSON, result JSON, created_at TIMESTAMP WITH TIME ZONE);
`

// RunTables makes the tables of an experiment.
func RunTables(id uuid.UUID) string {
	return strings.ReplaceAll(runTables, "@", strings.ReplaceAll(id.String(), "-", "_"))
}
