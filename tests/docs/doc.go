// Package docs holds README.md and docs/ against what is there: make targets, scripts and their
// steps, outputs and variables of Terraform, files that pages link to or name, alarms and the
// runbook's sections. Commands of propflow are held in cmd/propflow. The snippets of
// docs/api-guide.md are run against the demo. It imports nothing; its tests import the product.
package docs
