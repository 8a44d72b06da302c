// Package docs compares the documentation with the repository:
//
//   - in README.md and docs/, make targets, scripts and their steps, outputs and variables of
//     Terraform, files that pages link to or name, alarms and the runbook's sections;
//   - in docs/domain.md, the state machine, roles, effects, jobs, findings, figures and the
//     tables of migrations/;
//   - in docs/security/owner-views.md, what owners of cases get, by openapi.yaml, which may give them nothing
//     that is marked as the staff's;
//   - in docs/security/asvs.md, the rows of the standard, their counts, and the tests that they name;
//   - in CHANGELOG.md, its versions;
//   - in comments of Go files, the files that they name;
//   - in docs/api-guide.md, its snippets, which are run against the demo.
//
// Commands of propflow are compared in cmd/propflow, and key figures in the package of their
// thresholds.
//
// `go test ./tests/files/docs -update` writes the generated parts of the pages. It imports the
// standard library only; its tests import everything.
package docs
