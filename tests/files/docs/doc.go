// Package docs compares what people read with what is there. README.md and docs/: make targets,
// scripts and their steps, outputs and variables of Terraform, files that pages link to or name,
// alarms and the runbook's sections. docs/domain.md: the state machine, roles, effects, jobs,
// findings, figures and the tables of migrations/. CHANGELOG.md: its versions. Comments of Go
// files: the files that they name. docs/api-guide.md: its snippets are run against the demo. Commands of propflow are compared in cmd/propflow, key figures
// beside their thresholds.
//
// `go test ./tests/files/docs -update` writes the generated parts of docs/domain.md. It imports the
// standard library only; its tests import everything.
package docs
