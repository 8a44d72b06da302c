// Package docs holds README.md and docs/ against what is there: make targets, scripts and their
// steps, outputs and variables of Terraform, files that pages link to or name, alarms and the
// runbook's sections. Commands of propflow are held in cmd/propflow. It imports nothing.
package docs
